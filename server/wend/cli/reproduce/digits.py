"""Experiment `digits`: does training a generator together with a walk widen the range of the walk?"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
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
    from wend.methods.reals import Reals
    from wend.methods.widen.arms import ArmsSettings
    from wend.methods.widen.result import Found
    from wend.settings import Settings

SEEDS = 3
QUICK_ITERATIONS, QUICK_COUNT, QUICK_PICTURES = 12, 50, 500


@dataclass(frozen=True)
class DigitsAsked:
    """What was asked for. seed: the first of three; quick: one alone. pictures: MNIST's IDX files."""

    is_quick: bool = False
    is_published: bool = False
    iterations: int | None = None
    seed: int = 0
    pictures: Path | None = None

    @property
    def arms(self) -> "ArmsSettings":
        from wend.methods.widen.arms import PUBLISHED, ArmsSettings

        settings = PUBLISHED if self.is_published else ArmsSettings()
        if self.is_quick:
            settings = replace(
                settings,
                iterations=QUICK_ITERATIONS,
                walk_updates=QUICK_ITERATIONS,
                count=QUICK_COUNT,
                pictures=QUICK_PICTURES,
            )
        return settings if self.iterations is None else replace(settings, iterations=self.iterations)

    @property
    def folder(self) -> str:
        """Runs of different lengths or data lie in different folders."""
        parts = ["digits", "quick" if self.is_quick else "", "published" if self.is_published else ""]
        parts += ["mnist" if self.pictures else "", str(self.arms.iterations)]
        return "-".join(part for part in parts if part)


def reproduce_digits(settings: "Settings", folder: Path, asked: DigitsAsked) -> "dict[str, object]":
    """Train what is not trained yet, measure it, and write table, report and numbers into `folder`.

    Ctrl-C keeps a checkpoint and ends with code 130; the same command goes on. The three arms that are
    held against each other come first, seed by seed.
    """
    from wend.measure.report.page import render_report
    from wend.methods.widen.result import ArmsResult

    device, threads = use_device(settings)
    arms = asked.arms
    reals = arms.reals() if asked.pictures is None else _read(asked.pictures, arms)
    result = ArmsResult(tuple(_train_all(asked, folder, reals, device)), arms.scale)
    made_with: dict[str, Cell] = {
        "iterations": arms.iterations, "batch": arms.batch, "n": arms.count,
        "data": "digits" if asked.pictures is None else asked.pictures.name,
        "quick": asked.is_quick, "seed": asked.seed, "device": str(device), "threads": threads,
    }  # fmt: skip
    answer: dict[str, object] = {**result.as_dict(), **made_with}
    write_text(folder / "digits.json", json.dumps(answer, indent=2) + "\n")
    write_text(folder / "digits.csv", result.table().to_csv())
    write_text(folder / "digits.html", render_report(result.report(made_with)))
    return answer


def _train_all(asked: DigitsAsked, folder: Path, reals: "Reals", device: "torch.device") -> "Iterator[Found]":
    from wend.methods.widen.arms import ARMS, RESCALED, Arm
    from wend.methods.widen.errors import still_error
    from wend.methods.widen.result import Found

    seeds = range(asked.seed, asked.seed + (1 if asked.is_quick else SEEDS))
    order = [(seed, arm) for seed in seeds for arm in ARMS[:3]]
    order += [(seed, arm) for seed in seeds for arm in ARMS[3:]] + [(asked.seed, RESCALED)]
    arms, console = asked.arms, Console(stderr=True)
    with stop_asked() as is_stopped, open_bar(console) as bar:
        for seed, name in order:
            arm = Arm(folder, arms, name, seed, reals, device)
            task = bar.add_task(f"{name}, seed {seed}", total=arms.iterations)

            def shown(done: int, total: int, task: "TaskID" = task) -> None:
                bar.update(task, completed=done, total=total)

            errors = arm.errors(shown, is_stopped) if arm.train(shown, is_stopped) else None
            if errors is None:
                console.print(f"Saved in {folder}. Run the same command again to go on.")
                raise typer.Exit(130)
            still = still_error(arm.work)
            for scale, found in errors.items():
                yield Found(name, seed, scale, found, still)


def _read(source: Path, arms: "ArmsSettings") -> "Reals":
    """The user's own pictures. Raises: DatasetInvalid, InvalidInput without ten classes."""
    from wend.errors import InvalidInput
    from wend.methods.reals import Reals
    from wend.training.dataset import read_dataset

    dataset = read_dataset(source, arms.network.resolution, False, lambda _done, _total: None)
    if dataset.classes is None or len(dataset.class_names) != arms.network.c_dim:
        raise InvalidInput(f"{source.name} has no ten classes: MNIST's labels lie beside its pictures.")
    return Reals(dataset.pixels, dataset.classes)
