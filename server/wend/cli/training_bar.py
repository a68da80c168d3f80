"""Training bar: how training is watched and stopped, whatever is trained."""

import signal
import time
from collections.abc import Callable
from datetime import timedelta
from types import FrameType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

if TYPE_CHECKING:
    from wend.training.loop import TrainingProgress

LINE_S = 30.0  # between two lines of progress where no bar can be drawn

Train = Callable[[Callable[["TrainingProgress"], None], Callable[[], bool]], object]
"""Trains, given what to report progress to and what to ask whether to stop."""


def open_bar(console: Console) -> Progress:
    """A bar with counts, for pictures drawn and seen."""
    return Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console)


def watch_training(train: Train, label: str, total: int, bar: Progress, console: Console) -> None:
    """Train with a live bar, or a line now and then where there is no terminal; Ctrl-C saves and stops."""
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    task = bar.add_task(label, total=total)
    printed = time.monotonic()

    def report(p: "TrainingProgress") -> None:
        nonlocal printed
        left = "" if p.seconds_left is None else f"  {timedelta(seconds=round(p.seconds_left))} left"
        text = f"{label}  {p.images_per_s:5.1f}/s  {p.losses}{left}"
        bar.update(task, completed=min(p.images_seen, p.total_images), description=text)
        if not console.is_terminal and time.monotonic() - printed > LINE_S:
            printed = time.monotonic()
            console.print(f"{p.images_seen} of {p.total_images} {text}")

    try:
        train(report, lambda: stopping)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
