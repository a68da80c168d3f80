"""`wend reproduce seeing`: what generators cannot draw, measured anew; a file for each experiment."""

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, assert_never

import typer

from wend.cli.measure.answer import AsJson, DataOption, ModelsOption, Quick, print_answer
from wend.errors import InvalidInput, WendError
from wend.settings import Settings


class Seeing(StrEnum):
    """Experiments on what is left out."""

    DROP_VARIANTS = "drop-variants"
    DROPS = "drops"
    RANKING = "ranking"
    CAUSES = "causes"
    DOMAINS = "domains"
    INVERSION = "inversion"


def reproduce_seeing(
    experiment: Annotated[
        Seeing | None,
        typer.Option(
            help="drop-variants: worlds without one class each, as generators; drops: generators trained on "
            "without glasses, and without hats; ranking: whether FSD and features put models in one order; "
            "causes: what loss goes with, in several worlds; domains: other worlds looked for in a portrait "
            "model; inversion: six ways to find what a generator drew [default: all]"
        ),
    ] = None,
    count: Annotated[
        int | None,
        typer.Option(
            "-n",
            min=8,
            max=100_000,
            help="pictures of each [default: 2000; of drop-variants 600, domains 24, inversion 20]",
        ),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            help="inversion: with an encoder [default: the first chain that has one]; drops: that both begin "
            "with [default: the default model]; ranking, causes: several, each by an option of its own "
            "[default: those of the shelf that fit]"
        ),
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
    if experiment is not None:
        folder = place / experiment.value if out is None else out
        answer = _run(experiment, settings, folder, quick, seed, count, model or [])
        print_answer({"experiment": experiment.value, **answer}, as_json)
        return
    answers: dict[str, Mapping[str, object]] = {}
    for each in Seeing:
        try:
            answers[each.value] = _run(each, settings, place / each.value, quick, seed, count, model or [])
        except WendError as error:  # what one of them lacks, others may not need
            answers[each.value] = {"lack": error.sentence}
    print_answer({"experiment": "all", **answers}, as_json)


def _run(
    experiment: Seeing,
    settings: Settings,
    folder: Path,
    quick: bool,
    seed: int,
    count: int | None,
    models: list[str],
) -> Mapping[str, object]:
    match experiment:
        case Seeing.DROP_VARIANTS:
            from wend.cli.reproduce.drops import reproduce_drop_variants

            return reproduce_drop_variants(settings, folder, quick, seed, count)
        case Seeing.DROPS:
            from wend.cli.reproduce.drops import reproduce_drops

            return reproduce_drops(settings, folder, quick, seed, count, _one(models))
        case Seeing.RANKING:
            from wend.cli.reproduce.ranking import reproduce_ranking

            return reproduce_ranking(settings, folder, quick, seed, count, models)
        case Seeing.CAUSES:
            from wend.cli.reproduce.causes import reproduce_causes

            return reproduce_causes(settings, folder, quick, seed, count, models)
        case Seeing.DOMAINS:
            from wend.cli.reproduce.domains import reproduce_domains

            return reproduce_domains(settings, folder, quick, seed, count)
        case Seeing.INVERSION:
            from wend.cli.reproduce.inversion import reproduce_inversion

            return reproduce_inversion(settings, folder, quick, seed, count, _one(models))
    assert_never(experiment)


def _one(models: list[str]) -> str | None:
    """The model of an experiment on one; None for its own. Raises: InvalidInput for several."""
    if len(models) > 1:
        raise InvalidInput("This experiment takes one model: give --model once.")
    return models[0] if models else None
