"""Job progress: how a job run by a command is watched and stopped, whatever it is."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

if TYPE_CHECKING:
    from pydantic import JsonValue

    from wend.engine.request import WorkProgress
    from wend.jobs.local import LocalRun
    from wend.settings import Settings

LINE_S = 30.0  # between two lines of progress where no bar can be drawn
GO_ON = "Its state is kept: run the same command again to go on."
STOPPED_CODE = 130
"""Exit code after Ctrl-C, as shells count it."""


def run_watched(
    kind: str,
    params: "Mapping[str, JsonValue]",
    settings: "Settings",
    is_anew: bool,
    run: "Callable[..., LocalRun] | None" = None,
    go_on: str = GO_ON,
) -> "LocalRun":
    """Run a job with a live bar on stderr; Ctrl-C keeps its state and ends, a second one ends at once.

    run: what runs it, `run_local` unless said otherwise; go_on: what to do when it was stopped.
    """
    from wend.jobs.interrupts import Interrupts
    from wend.jobs.local import run_local

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[news]}"),
    )
    with Interrupts() as interrupts, Progress(*columns, console=console) as bar:
        task = bar.add_task("Preparing", total=1.0, news="")
        printed = time.monotonic()

        def show(report: "WorkProgress") -> None:
            nonlocal printed
            label = "Stopping: its state is being kept" if interrupts.has_come() else report.label
            bar.update(task, completed=report.fraction, description=label, news=news_of(report))
            if not console.is_terminal and time.monotonic() - printed > LINE_S:
                printed = time.monotonic()
                console.print(f"{report.fraction:4.0%} {label} {news_of(report)}", highlight=False)

        done = (run or run_local)(kind, params, settings, show, interrupts.has_come, is_anew)
    if not done.is_done:
        console.print(f"Stopped after {done.report.updates} updates. {go_on}", highlight=False)
    return done


def news_of(report: "WorkProgress") -> str:
    """Updates, losses and the time left, for the end of a line."""
    parts = [f"{report.updates} updates"] if report.updates else []
    parts += [f"{name} {value:.4g}" for name, value in report.losses]
    if report.seconds_left is not None and not report.done:
        parts.append(f"{timedelta(seconds=round(report.seconds_left))} left")
    return "  ".join(parts)
