"""`wend reproduce factors`: continuous factors, measured anew; a file for each experiment."""

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, assert_never

import typer

from wend.cli.measure.answer import AsJson, DataOption, ModelsOption, Quick
from wend.cli.reproduce.asked import FactorsAsked
from wend.cli.reproduce.several import run_one_or_all
from wend.settings import Settings


class Factors(StrEnum):
    """Experiments on continuous factors."""

    GATES = "gates"
    METHODS = "methods"
    STRUCTURE = "structure"
    LOSSES = "losses"
    CLASSES = "classes"
    HUE = "hue"
    BETAS = "betas"


def reproduce_factors(
    experiment: Annotated[
        Factors | None,
        typer.Option(
            help="gates: factors of a world whose truth is known; methods: learned walks beside factors; "
            "structure: where directions lie, and what they share; "
            "losses: what edited pictures are inverted with; classes: one direction for all classes, "
            "tried on one left out; hue: a factor that comes round; betas: VAEs, steered the more precisely "
            "the more they disentangle [default: all]"
        ),
    ] = None,
    as_json: AsJson = False,
    quick: Quick = False,
    seed: Annotated[int, typer.Option(min=0, max=1000, help="of what is drawn at random")] = 0,
    model: Annotated[
        str | None, typer.Option(help="id of the model to work on [default: the experiment's own]")
    ] = None,
    images: Annotated[
        int | None, typer.Option(min=1, help="betas: that every VAE learns from [default: 40000]")
    ] = None,
    vaes: Annotated[
        Path | None,
        typer.Option(
            help="betas: folder of disentangling-vae's VAEs, e.g. VAE_dsprites/model.pt, as a check"
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="folder of CSV, HTML, JSON [default: in your data]")
    ] = None,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """Experiments on continuous factors. What was broken off goes on with the same command."""
    if experiment is None and model is not None:
        raise typer.BadParameter("Experiments work on different models: name one with --experiment.")
    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    place = settings.data_dir / "reproduce" / "factors"
    asked = FactorsAsked(quick, seed, model, place / "learned", images, vaes)

    def run(each: Factors, folder: Path | None) -> Mapping[str, object]:
        return _run(each, settings, asked, folder or place / each.value / asked.length)

    run_one_or_all(Factors, experiment, run, out, as_json)


def _run(experiment: Factors, settings: Settings, asked: FactorsAsked, folder: Path) -> Mapping[str, object]:
    match experiment:
        case Factors.GATES:
            from wend.cli.reproduce.gates import reproduce_gates

            return reproduce_gates(settings, folder, asked)
        case Factors.METHODS:
            from wend.cli.reproduce.methods import reproduce_methods

            return reproduce_methods(settings, folder, asked)
        case Factors.STRUCTURE:
            from wend.cli.reproduce.structure import reproduce_structure

            return reproduce_structure(settings, folder, asked)
        case Factors.LOSSES:
            from wend.cli.reproduce.losses import reproduce_losses

            return reproduce_losses(settings, folder, asked)
        case Factors.CLASSES:
            from wend.cli.reproduce.classes import reproduce_classes

            return reproduce_classes(settings, folder, asked)
        case Factors.HUE:
            from wend.cli.reproduce.hue import reproduce_hue

            return reproduce_hue(settings, folder, asked)
        case Factors.BETAS:
            from wend.cli.reproduce.beta_vaes import BetasPlan
            from wend.cli.reproduce.betas import reproduce_betas

            plan = BetasPlan.of(asked.quick, asked.images, asked.seed)
            return reproduce_betas(settings, folder, plan, asked.vaes)
    assert_never(experiment)
