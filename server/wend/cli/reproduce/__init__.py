"""`wend reproduce`: the tables and figures of a method, made anew; a file for each experiment."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, assert_never

import typer

from wend.cli.measure.answer import AsJson, DataOption, ModelsOption, Quick, print_answer
from wend.settings import Settings

reproduce_app = typer.Typer(no_args_is_help=True, help="Make the tables and figures of a method anew.")


class Steerability(StrEnum):
    """Experiments on how far a generator can be steered."""

    VARIABILITY = "variability"
    DIGITS = "digits"


@reproduce_app.callback()
def _group() -> None:
    """Make the tables and figures of a method anew."""


@reproduce_app.command("steerability")
def reproduce_steerability(
    experiment: Annotated[
        Steerability,
        typer.Option(help="variability: what varies more is moved further; digits: training widens a range"),
    ] = Steerability.VARIABILITY,
    as_json: AsJson = False,
    quick: Quick = False,
    seed: Annotated[int, typer.Option(min=0, max=1000, help="of what is drawn at random")] = 0,
    model: Annotated[
        str | None, typer.Option(help="variability: model to steer [default: the experiment's own]")
    ] = None,
    published: Annotated[
        bool, typer.Option("--published", help="digits: networks and lengths of the paper, hours of a GPU")
    ] = False,
    iterations: Annotated[
        int | None, typer.Option(min=1, help="digits: of every generator [default: 600]")
    ] = None,
    pictures: Annotated[
        Path | None, typer.Option(help="digits: MNIST's IDX files in place of the bundled digits")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="folder of CSV, HTML, JSON [default: in your data]")
    ] = None,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """Experiments of the steerability paper. What was broken off goes on with the same command."""
    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    place = settings.data_dir / "reproduce" / "steerability"
    match experiment:
        case Steerability.VARIABILITY:
            from wend.cli.reproduce.variability import reproduce_variability

            folder = out or place / "variability" / ("quick" if quick else "full")
            answer = reproduce_variability(settings, folder, model, quick, seed)
        case Steerability.DIGITS:
            from wend.cli.reproduce.digits import DigitsAsked, reproduce_digits

            asked = DigitsAsked(quick, published, iterations, seed, pictures)
            answer = reproduce_digits(settings, out or place / asked.folder, asked)
        case _:
            assert_never(experiment)
    print_answer({"experiment": experiment.value, **answer}, as_json)
