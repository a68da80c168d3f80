"""`wend reproduce`: the tables and figures of a method, made anew; a file for each experiment."""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, assert_never

import typer

from wend.cli.measure.answer import AsJson, DataOption, ModelsOption, Quick
from wend.cli.reproduce.factors import reproduce_factors
from wend.cli.reproduce.manifolds import reproduce_manifolds
from wend.cli.reproduce.seeing import reproduce_seeing
from wend.cli.reproduce.several import run_one_or_all
from wend.cli.reproduce.sketching import reproduce_sketching
from wend.settings import Settings

reproduce_app = typer.Typer(no_args_is_help=True, help="Make the tables and figures of a method anew.")
reproduce_app.command("factors")(reproduce_factors)
reproduce_app.command("manifolds")(reproduce_manifolds)
reproduce_app.command("seeing")(reproduce_seeing)
reproduce_app.command("sketching")(reproduce_sketching)


class Steerability(StrEnum):
    """Experiments on how far a generator can be steered."""

    VARIABILITY = "variability"
    DIGITS = "digits"
    BIAS = "bias"
    COMPARE = "compare"
    ARCHITECTURES = "architectures"


@dataclass(frozen=True)
class _Asked:
    """What all experiments are told; each takes what concerns it."""

    quick: bool
    seed: int
    model: str | None
    published: bool
    iterations: int | None
    images: int | None
    pictures: Path | None


@reproduce_app.callback()
def _group() -> None:
    """Make the tables and figures of a method anew."""


@reproduce_app.command("steerability")
def reproduce_steerability(
    experiment: Annotated[
        Steerability | None,
        typer.Option(
            help="variability: what varies more is moved further; digits: training widens a range; "
            "bias: reach against the width of a bias; compare: kinds of walks; architectures: kinds of "
            "generators on one world and budget [default: all five]"
        ),
    ] = None,
    as_json: AsJson = False,
    quick: Quick = False,
    seed: Annotated[int, typer.Option(min=0, max=1000, help="of what is drawn at random")] = 0,
    model: Annotated[
        str | None, typer.Option(help="variability, compare: model to steer [default: the experiment's own]")
    ] = None,
    published: Annotated[
        bool, typer.Option("--published", help="digits: networks and lengths of the paper, hours of a GPU")
    ] = False,
    iterations: Annotated[
        int | None, typer.Option(min=1, help="digits, bias: of every generator [default: 600]")
    ] = None,
    images: Annotated[
        int | None,
        typer.Option(min=1, help="architectures: that every generator learns from [default: 24000]"),
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
    if experiment is None and model is not None:
        raise typer.BadParameter("Experiments steer different models: name one with --experiment.")
    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    place = settings.data_dir / "reproduce" / "steerability"
    asked = _Asked(quick, seed, model, published, iterations, images, pictures)

    def run(each: Steerability, folder: Path | None) -> dict[str, object]:
        return _run(each, settings, asked, folder, place)

    run_one_or_all(Steerability, experiment, run, out, as_json)


def _run(
    experiment: Steerability, settings: Settings, asked: _Asked, out: Path | None, place: Path
) -> dict[str, object]:
    """One experiment into `out`, or into its own folder of `place`."""
    length = "quick" if asked.quick else "full"
    match experiment:
        case Steerability.VARIABILITY:
            from wend.cli.reproduce.variability import reproduce_variability

            folder = out or place / "variability" / length
            return reproduce_variability(settings, folder, asked.model, asked.quick, asked.seed)
        case Steerability.DIGITS:
            from wend.cli.reproduce.digits import DigitsAsked, reproduce_digits

            digits = DigitsAsked(asked.quick, asked.published, asked.iterations, asked.seed, asked.pictures)
            return reproduce_digits(settings, out or place / digits.folder, digits)
        case Steerability.BIAS:
            from wend.cli.reproduce.bias import BiasAsked, reproduce_bias

            bias = BiasAsked(asked.quick, asked.iterations, asked.seed)
            return reproduce_bias(settings, out or place / bias.folder, bias)
        case Steerability.COMPARE:
            from wend.cli.reproduce.compare import reproduce_compare

            folder = out or place / "compare" / length
            return reproduce_compare(settings, folder, asked.model, asked.quick, asked.seed)
        case Steerability.ARCHITECTURES:
            from wend.cli.reproduce.architectures import ArchitecturesAsked, reproduce_architectures

            kinds = ArchitecturesAsked.of(asked.quick, asked.images, asked.seed)
            return reproduce_architectures(settings, out or place / kinds.folder, kinds)
    assert_never(experiment)
