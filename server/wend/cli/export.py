"""`wend export`: the animation of a document as a file, without a server."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from wend.cli.job_progress import STOPPED_CODE
from wend.cli.plain_words import read_document, tell_and_exit
from wend.documents.document import parse_document
from wend.settings import Settings

if TYPE_CHECKING:
    from pydantic import JsonValue

    from wend.optim.job import SliceReport


def export(
    document: Annotated[Path, typer.Argument(help="JSON of a document with a timeline")],
    out: Annotated[Path, typer.Argument(help="animation.mp4, .webm, .gif, .webp, or .zip of PNG pictures")],
    fps: Annotated[float, typer.Option(help="pictures a second")] = 30.0,
    size: Annotated[int | None, typer.Option(help="side in px, even [default: the model's]")] = None,
    compare: Annotated[bool, typer.Option(help="on the left the same without its sliders")] = False,
    sound: Annotated[
        Path | None, typer.Option(help="an audio file to lay under it [default: the document's own]")
    ] = None,
    silent: Annotated[bool, typer.Option("--silent", help="leave the document's sound out")] = False,
    data: Annotated[Path | None, typer.Option(help="folder of your models and walks [default: data]")] = None,
    models: Annotated[Path | None, typer.Option(help="folder of shipped models")] = None,
    device: Annotated[str | None, typer.Option(help="cpu, cuda, cuda:1, ...; default: a GPU if any")] = None,
    threads: Annotated[int | None, typer.Option(help="of one operation on the CPU")] = None,
) -> None:
    """Write an animation, drawn in final quality; Ctrl-C leaves no file."""
    from wend.jobs.export_file import export_file
    from wend.jobs.interrupts import Interrupts

    settings = Settings.load(
        os.environ, {"data_dir": data, "models_dir": models, "device": device, "threads": threads}
    )
    wanted = read_document(str(document), settings.max_body_bytes, parse_document)
    if wanted.timeline is None:
        tell_and_exit(
            f"{document} has no timeline: there is nothing to play.",
            "Put keyframes on it in the page (K), and save it again. `wend render` draws its picture.",
        )
    options: dict[str, JsonValue] = {"fps": fps, "size": size, "compare": compare}
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Interrupts() as interrupts, Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Preparing", total=1.0)

        def show(report: "SliceReport") -> None:
            bar.update(task, completed=report.fraction, description=report.label)

        count = export_file(wanted, out, settings, options, sound, show, interrupts.has_come, silent)
    if count is None:
        print("Stopped: nothing was written.", file=sys.stderr)
        raise typer.Exit(STOPPED_CODE)
    print(f"{out}: {count} pictures, {out.stat().st_size / 1e6:.3g} MB")
