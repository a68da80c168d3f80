"""`wend reproduce manifolds`: what painted regions can do, measured anew; a file for each experiment."""

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, assert_never

import typer

from wend.cli.measure.answer import AsJson, DataOption, ModelsOption, Quick, print_answer
from wend.settings import Settings


class Manifolds(StrEnum):
    """Experiments on regions of a picture."""

    CHAINS = "chains"
    REGIONS = "regions"
    STILL = "still"


def reproduce_manifolds(
    experiment: Annotated[
        Manifolds | None,
        typer.Option(
            help="chains: animations of masks, their sums and transfers; regions: sliders of painted parts "
            "against directions that know of none; still: parts kept still under edits [default: all]"
        ),
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(min=1, max=1000, help="pictures, of regions (50) and still (20)")
    ] = None,
    as_json: AsJson = False,
    quick: Quick = False,
    seed: Annotated[int, typer.Option(min=0, max=1000, help="seeds of pictures begin here")] = 0,
    model: Annotated[str, typer.Option(help="id of the model; `default` is the bundled one")] = "default",
    out: Annotated[
        Path | None, typer.Option("--out", help="folder of CSV, HTML, JSON [default: in your data]")
    ] = None,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """Experiments on painted regions. With --out a run that was broken off goes on (regions, still)."""
    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    place = out or settings.data_dir / "reproduce" / "manifolds"
    asked = list(Manifolds) if experiment is None else [experiment]
    answers = {
        each.value: _run(each, settings, place / each.value if out is None or experiment is None else out,
                         model, quick, seed, seeds)
        for each in asked
    }  # fmt: skip
    if experiment is not None:
        print_answer({"experiment": experiment.value, **answers[experiment.value]}, as_json)
    else:
        print_answer({"experiment": "all", **answers}, as_json)


def _run(
    experiment: Manifolds,
    settings: Settings,
    folder: Path,
    model: str,
    quick: bool,
    seed: int,
    seeds: int | None,
) -> Mapping[str, object]:
    match experiment:
        case Manifolds.CHAINS:
            from wend.cli.reproduce.chains import reproduce_chains

            return reproduce_chains(settings, folder, model, quick, seed)
        case Manifolds.REGIONS:
            from wend.cli.reproduce.regions import reproduce_regions

            return reproduce_regions(settings, folder, model, quick, seed, seeds)
        case Manifolds.STILL:
            from wend.cli.reproduce.still import reproduce_still

            return reproduce_still(settings, folder, model, quick, seed, seeds)
    assert_never(experiment)
