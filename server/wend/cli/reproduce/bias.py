"""Experiment `bias`: does a generator follow a walk further, the wider the bias of its data is?"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from wend.cli.measure.answer import use_device, write_text
from wend.cli.reproduce.stopping import stop_asked
from wend.cli.training_bar import open_bar

if TYPE_CHECKING:
    import torch
    from rich.progress import TaskID

    from wend.measure.export import Cell
    from wend.methods.widen.bias import BiasReach, BiasSettings
    from wend.settings import Settings

SEEDS = 3
QUICK_ITERATIONS, QUICK_WALK, QUICK_COUNT, QUICK_PICTURES = 130, 150, 100, 2_000


@dataclass(frozen=True)
class BiasAsked:
    """What was asked for. seed: the first of three; quick: one alone. iterations: of every generator."""

    is_quick: bool = False
    iterations: int | None = None
    seed: int = 0

    @property
    def settings(self) -> "BiasSettings":
        from wend.methods.widen.bias import BiasSettings

        settings = BiasSettings()
        if self.is_quick:
            settings = replace(
                settings, iterations=QUICK_ITERATIONS, walk_updates=QUICK_WALK, count=QUICK_COUNT,
                pictures=QUICK_PICTURES,
            )  # fmt: skip
        return settings if self.iterations is None else replace(settings, iterations=self.iterations)

    @property
    def folder(self) -> str:
        """Runs of different lengths lie in different folders."""
        parts = ["bias", "quick" if self.is_quick else "", str(self.settings.iterations)]
        return "-".join(part for part in parts if part)


def reproduce_bias(settings: "Settings", folder: Path, asked: BiasAsked) -> "dict[str, object]":
    """Train what is not trained yet, measure it, and write CSV, HTML and JSON into `folder`.

    Ctrl-C keeps a checkpoint and ends with code 130; the same command goes on. Raises: CheckpointInvalid
    for a folder of other settings.
    """
    from wend.measure.report.page import render_report
    from wend.methods.widen.bias_result import BiasResult

    device, threads = use_device(settings)
    plan = asked.settings
    result = BiasResult(tuple(_train_all(asked, folder, device)), plan.amounts[-1] - plan.amounts[0])
    made_with: dict[str, Cell] = {
        "iterations": plan.iterations, "batch": plan.batch, "walk_updates": plan.walk_updates,
        "n": plan.count, "quick": asked.is_quick, "seed": asked.seed, "device": str(device),
        "threads": threads,
    }  # fmt: skip
    answer: dict[str, object] = {**result.as_dict(), **made_with}
    write_text(folder / "bias.csv", result.table().to_csv())
    write_text(folder / "bias.html", render_report(result.report(made_with)))
    write_text(folder / "bias.json", json.dumps(answer, indent=2) + "\n")
    return answer


def _train_all(asked: BiasAsked, folder: Path, device: "torch.device") -> "Iterator[BiasReach]":
    """Seed by seed, so that what is there after a break can be compared."""
    from wend.methods.widen.bias import WIDTHS, bias_reach

    plan, console = asked.settings, Console(stderr=True)
    reals = cache(plan.reals_of)
    seeds = range(asked.seed, asked.seed + (1 if asked.is_quick else SEEDS))
    with stop_asked() as is_stopped, open_bar(console) as bar:
        for seed, width in [(seed, width) for seed in seeds for width in WIDTHS]:
            task = bar.add_task(f"x.sd={width:g}, seed {seed}", total=plan.iterations)

            def shown(done: int, total: int, task: "TaskID" = task) -> None:
                bar.update(task, completed=done, total=total)

            found = bias_reach(folder, plan, width, seed, reals, device, shown, is_stopped)
            if found is None:
                console.print(f"Saved in {folder}. Run the same command again to go on.")
                raise typer.Exit(130)
            bar.update(task, completed=1, total=1)
            yield found
