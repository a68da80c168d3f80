"""Answers of `wend measure`: one JSON object on stdout, files where asked for, progress on stderr."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from wend import __version__

if TYPE_CHECKING:
    import torch

    from wend.measure.slices import Sliced
    from wend.settings import Settings

T = TypeVar("T")

AsJson = Annotated[bool, typer.Option("--json", help="print one JSON object on stdout")]
Quick = Annotated[bool, typer.Option("--quick", help="fewer pictures, under a minute; nothing else differs")]
CsvOption = Annotated[Path | None, typer.Option("--csv", help="also write the numbers as CSV")]
ReportOption = Annotated[
    Path | None, typer.Option("--report", help="also write an HTML page that opens offline")
]
DataOption = Annotated[Path | None, typer.Option("--data", help="your own models, networks and kept samples")]
ModelsOption = Annotated[Path | None, typer.Option("--models", help="folder of shipped models")]
PerceptionOption = Annotated[
    str | None, typer.Option("--perception", help="set of networks to look with [default: the world's own]")
]
FeaturesFrom = Annotated[
    str | None, typer.Option("--features-from", help="set whose features alone are used, e.g. an Inception")
]
FactorsFrom = Annotated[str | None, typer.Option("--factors-from", help="set that measures factors")]
LabelsFrom = Annotated[
    str | None,
    typer.Option("--labels-from", help="set that tells labels, where the world's own judged in training"),
]


def print_answer(result: Mapping[str, object], as_json: bool) -> None:
    """Exactly one strict JSON object, with the versions it was measured with; indented unless `as_json`."""
    import torch

    whole = {**result, "torch": torch.__version__, "version": __version__}
    text = json.dumps(whole, indent=None if as_json else 2, allow_nan=False, ensure_ascii=False)
    sys.stdout.write(text + "\n")


def watch(work: "Sliced[T]", slices: int, label: str) -> T:
    """Run sliced work to its end, telling on stderr how far it is and how long it still takes."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(label, total=slices)
        while True:
            try:
                next(work)
            except StopIteration as stop:
                result: T = stop.value
                bar.update(task, completed=slices)
                return result
            bar.advance(task)


def write_text(path: Path | None, text: str) -> None:
    """Write a file that was asked for, and say so."""
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    Console(stderr=True).print(f"Wrote {path}", highlight=False)


def use_device(settings: "Settings") -> "tuple[torch.device, int]":
    """The device to measure on, and the threads that torch is now limited to."""
    import torch

    from wend.engine.settings import EngineSettings, thread_count

    threads = thread_count(EngineSettings(settings.device, None, settings.threads))
    torch.set_num_threads(threads)
    return torch.device(settings.device or ("cuda" if torch.cuda.is_available() else "cpu")), threads
