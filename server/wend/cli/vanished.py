"""`wend vanished`: what a model loses of a folder of pictures, as a table and a page; a job, run here."""

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from wend.cli.job_progress import STOPPED_CODE, run_watched
from wend.cli.measure.answer import AsJson, DataOption, ModelsOption, print_answer, write_text
from wend.cli.recipe_command import assigned, settings_of

if TYPE_CHECKING:
    from pydantic import JsonValue

    from wend.jobs.recipe import Recipe


def vanished(
    model: Annotated[str, typer.Argument(help="id of a model")],
    pictures: Annotated[
        str, typer.Argument(help="a folder, a zip, or a world [default: the model's own world]")
    ] = "",
    count: Annotated[int, typer.Option("-n", "--count", help="at most so many are looked for")] = 12,
    place: Annotated[str, typer.Option(help="w+, w, z, layers or encoder")] = "w+",
    align: Annotated[str, typer.Option(help="crop, or auto: placed like the model's pictures")] = "crop",
    updates: Annotated[int, typer.Option(help="steps of the gradient, for each picture")] = 200,
    segmenter: Annotated[str, typer.Option(help="perception set, or SET/NETWORK")] = "",
    seed: Annotated[int, typer.Option(help="of everything drawn at random")] = 0,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=JSON", help="any parameter, as the page names it"),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="also put the page here [default: among the job's files]")
    ] = None,
    anew: Annotated[bool, typer.Option("--anew", help="from scratch, whatever an earlier run left")] = False,
    as_json: AsJson = False,
    shipped: ModelsOption = None,
    data: DataOption = None,
    device: Annotated[str | None, typer.Option("--device", help="cpu, cuda, cuda:1, ...")] = None,
    threads: Annotated[int | None, typer.Option("--threads", help="of one operation on the CPU")] = None,
) -> None:
    """What of a folder of pictures a model cannot draw; Ctrl-C keeps what was found."""
    from wend.jobs.local import run_local
    from wend.worlds.registry import is_world

    settings = settings_of({"data": data, "models": shipped, "device": device, "threads": threads})
    if pictures and not is_world(pictures) and Path(pictures).exists():
        pictures = str(Path(pictures).resolve())
    params: dict[str, JsonValue] = {
        "model": model, "pictures": pictures, "count": count, "place": place, "align": align,
        "updates": updates, "segmenter": segmenter, "seed": seed,
    }  # fmt: skip
    params |= dict(assigned(text) for text in set_ or ())
    run = run_watched(
        "vanished", params, settings, anew, partial(run_local, recipes={"vanished": _recipe_of_paths()})
    )
    if not run.is_done:
        raise typer.Exit(STOPPED_CODE)
    folder = run.folder / "artifacts"
    told = json.loads((folder / "vanished-album.json").read_text(encoding="utf-8"))
    write_text(report, (folder / "report.html").read_text(encoding="utf-8") if report else "")
    if as_json:
        print_answer({**told, "folder": str(folder), "seconds": round(run.seconds, 3)}, as_json)
        return
    _print(told)
    typer.echo(f"files: {folder}")


def _recipe_of_paths() -> "Recipe[Any]":  # Any: as every recipe has parameters of its own
    """The recipe for who types at this machine: pictures may lie anywhere."""
    from dataclasses import replace

    from wend.jobs.recipe import OnDevice
    from wend.jobs.recipes import find_recipe
    from wend.methods.vanished.job import build_vanished_of_paths

    return replace(find_recipe("vanished"), place=OnDevice(build_vanished_of_paths))


def _print(told: dict[str, Any]) -> None:  # Any: JSON
    console = Console()
    agreement = told["mean_agreement"]
    console.print(
        f"{len(told['pictures'])} pictures: error {told['mean_error']:.1f} of 255"
        + ("" if agreement is None else f", labels agree on {100 * agreement:.0f} %")
        + (f", {told['outside']} outside of what the model draws" if told["outside"] else ""),
        highlight=False,
    )
    if told["lack"]:
        console.print(told["lack"], highlight=False)
    else:
        table = Table(title="Where a class is on the photo")
        for column in ("class", "photos", "photo %", "found %", "difference", "gone from"):
            table.add_column(column, justify="left" if column == "class" else "right")
        for row in told["classes"]:
            table.add_row(
                row["name"], str(row["count"]), f"{row['photo']:.2f}", f"{row['found']:.2f}",
                f"{100 * row['relative']:.0f} %", str(row["lost"]),
            )  # fmt: skip
        console.print(table)
    for each in told["skipped"]:
        console.print(f"skipped {each['name']}: {each['why']}", highlight=False)
