"""`wend survey`: what generators cannot draw, as a table and a page; the job of the page, run here."""

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

_SHOWN = 12  # classes of a table: the most lost


def survey(
    models: Annotated[list[str], typer.Argument(help="ids of one to four models")],
    against: Annotated[
        str, typer.Option(help="a world or a variant of one, a folder or a zip [default: the model's world]")
    ] = "",
    count: Annotated[int, typer.Option("-n", "--count", help="pictures of every model")] = 1000,
    psi: Annotated[float, typer.Option(help="truncation; 1 is none")] = 1.0,
    segmenter: Annotated[
        str, typer.Option(help="perception set, or SET/NETWORK [default: the one of the world]")
    ] = "",
    size: Annotated[int | None, typer.Option(help="side at which pictures are looked at")] = None,
    seed: Annotated[int, typer.Option(help="other seeds, and other real pictures")] = 0,
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
    """What generators cannot draw, class by class; Ctrl-C keeps what was counted."""
    from wend.jobs.local import run_local

    settings = settings_of({"data": data, "models": shipped, "device": device, "threads": threads})
    params: dict[str, JsonValue] = {
        "models": list(models), "against": _whole(against), "count": count, "psi": psi,
        "segmenter": segmenter, "size": size, "seed": seed,
    }  # fmt: skip
    params |= dict(assigned(text) for text in set_ or ())
    run = run_watched(
        "survey", params, settings, anew, partial(run_local, recipes={"survey": recipe_of_paths()})
    )
    if not run.is_done:
        raise typer.Exit(STOPPED_CODE)
    folder = run.folder / "artifacts"
    told = json.loads((folder / "survey.json").read_text(encoding="utf-8"))
    write_text(report, (folder / "report.html").read_text(encoding="utf-8") if report else "")
    if as_json:
        print_answer({**told, "folder": str(folder), "seconds": round(run.seconds, 3)}, as_json)
        return
    _print(told)
    typer.echo(f"files: {folder}")


def recipe_of_paths() -> "Recipe[Any]":  # Any: as every recipe has parameters of its own
    """The survey's recipe for who types at this machine: real pictures may lie anywhere."""
    from dataclasses import replace

    from wend.jobs.recipe import OnDevice
    from wend.jobs.recipes import find_recipe
    from wend.methods.survey.job import build_survey_of_paths

    return replace(find_recipe("survey"), place=OnDevice(build_survey_of_paths))


def _whole(against: str) -> str:
    """A path that means the same wherever the job goes on; a variant file as the variant it describes."""
    from wend.worlds.registry import is_world, world_text

    if not against or is_world(against):
        return against
    if Path(against).is_file() and against.endswith(".toml"):
        return world_text(against)
    return str(Path(against).resolve()) if Path(against).exists() else against


def _print(told: dict[str, Any]) -> None:  # Any: JSON
    from wend.measure.report.scale import written

    console = Console()
    floor = told["noise_floor"]
    for model in told["models"]:
        table = Table(title=f"{model['title']} against {told['against']}, {told['count']} pictures each")
        for column in ("class", "real %", "model %", "difference", "95 %", "frequency"):
            table.add_column(column, justify="left" if column == "class" else "right")
        rows = [
            row for row in model["classes"] if row["relative"] is not None and row["name"] in told["shown"]
        ]
        for row in sorted(rows, key=lambda each: each["relative"])[:_SHOWN]:
            ends = "–".join(
                written(100.0 * end, 0) if end is not None else "?" for end in (row["low"], row["high"])
            )
            table.add_row(
                row["name"], written(row["real"]), written(row["model"]),
                f"{written(100.0 * row['relative'], 0)} %", ends,
                f"{written(100.0 * row['real_frequency'])} → {written(100.0 * row['model_frequency'])} %",
            )  # fmt: skip
        console.print(table)
        console.print(
            f"FSD {written(model['fsd'])} %² = {written(model['fsd_mean'])} of means + "
            f"{written(model['fsd_cov'])} of covariances; noise floor {written(floor['mean'])}",
            highlight=False,
        )
    if told["skipped"]["count"]:
        console.print(f"{told['skipped']['count']} files cannot be read:", highlight=False)
        for each in told["skipped"]["files"][:20]:
            console.print(f"  {each['name']}: {each['why']}", highlight=False)
    for note in told["notes"]:
        console.print(note, highlight=False)
