"""`wend reproduce seeing`: what generators cannot draw, measured anew; a file for each experiment."""

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, assert_never

import typer

from wend.cli.measure.answer import AsJson, DataOption, ModelsOption, Quick, print_answer
from wend.settings import Settings


class Seeing(StrEnum):
    """Experiments on what is left out."""

    DROP_VARIANTS = "drop-variants"
    DOMAINS = "domains"
    INVERSION = "inversion"


def reproduce_seeing(
    experiment: Annotated[
        Seeing | None,
        typer.Option(
            help="drop-variants: worlds without one class each, as generators; domains: other worlds looked "
            "for in a portrait model; inversion: six ways to find what a generator drew [default: all]"
        ),
    ] = None,
    count: Annotated[
        int | None,
        typer.Option(
            "-n", min=8, max=100_000, help="pictures of each [default: 600, of domains 24, of inversion 20]"
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="inversion: model with an encoder [default: the first chain that has one]"),
    ] = None,
    as_json: AsJson = False,
    quick: Quick = False,
    seed: Annotated[int, typer.Option(min=0, max=1000, help="of the pictures")] = 0,
    out: Annotated[
        Path | None, typer.Option("--out", help="folder of CSV, HTML, JSON [default: in your data]")
    ] = None,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """Experiments on what generators leave out."""
    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    place = out or settings.data_dir / "reproduce" / "seeing"
    asked = list(Seeing) if experiment is None else [experiment]
    answers = {
        each.value: _run(
            each,
            settings,
            place / each.value if out is None or experiment is None else out,
            quick,
            seed,
            count,
            model,
        )
        for each in asked
    }
    if experiment is not None:
        print_answer({"experiment": experiment.value, **answers[experiment.value]}, as_json)
    else:
        print_answer({"experiment": "all", **answers}, as_json)


def _run(
    experiment: Seeing,
    settings: Settings,
    folder: Path,
    quick: bool,
    seed: int,
    count: int | None,
    model: str | None,
) -> Mapping[str, object]:
    match experiment:
        case Seeing.DROP_VARIANTS:
            from wend.cli.reproduce.drops import reproduce_drops

            return reproduce_drops(settings, folder, quick, seed, count)
        case Seeing.DOMAINS:
            from wend.cli.reproduce.domains import reproduce_domains

            return reproduce_domains(settings, folder, quick, seed, count)
        case Seeing.INVERSION:
            from wend.cli.reproduce.inversion import reproduce_inversion

            return reproduce_inversion(settings, folder, quick, seed, count, model)
    assert_never(experiment)
