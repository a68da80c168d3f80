"""`wend measure survey`: a model's label areas beside those of its world, as one JSON object."""

import os
from typing import Annotated

import typer

from wend.cli.measure.answer import (
    AsJson,
    DataOption,
    ModelsOption,
    Quick,
    print_answer,
    use_device,
    watch,
)
from wend.settings import Settings

PICTURES, QUICK_PICTURES = 1000, 150


def measure_survey(
    name: Annotated[str, typer.Argument(help="id of a model; `default` is the bundled default generator")],
    as_json: AsJson = False,
    quick: Quick = False,
    count: Annotated[
        int | None, typer.Option("--n", min=4, max=100_000, help="pictures of the model [default: 1000]")
    ] = None,
    against: Annotated[str, typer.Option(help="a world, a folder or a zip")] = "",
    psi: Annotated[float, typer.Option(min=-2.0, max=2.0, help="truncation; 1 is none")] = 1.0,
    segmenter: Annotated[str, typer.Option(help="perception set, or SET/NETWORK")] = "",
    seed: Annotated[int, typer.Option(min=0, max=1000, help="seed s takes pictures s n to s n + n - 1")] = 0,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """Frechet segmentation distance, its two parts and its noise floor, and the mean area of every class."""
    from wend.cli.reproduce.bench import open_bench
    from wend.library.models import ModelStore
    from wend.methods.survey.answer import SurveyAnswer
    from wend.methods.survey.build import open_survey
    from wend.methods.survey.params import SurveyParams

    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    card = store.get(store.default if name == "default" else name).card
    bench = open_bench(settings, store, card.id, device)
    n = count or (QUICK_PICTURES if quick else PICTURES)
    params = SurveyParams(
        models=(card.id,), against=against, count=n, psi=psi, segmenter=segmenter, seed=seed
    )
    opened = open_survey(params, bench, opens_paths=True, has_examples=False)
    watch(opened.study.slices(), opened.study.real.total + n, f"{card.id}: {n} pictures")
    answer = SurveyAnswer.of(opened.study, opened.notes)
    found = answer.found[card.id]
    print_answer(
        {
            "model": card.id,
            "against": answer.against,
            "n": n,
            "fsd": found.fsd.total,
            "fsd_mean": found.fsd.mean_part,
            "fsd_cov": found.fsd.covariance_part,
            "noise_floor": answer.floor.mean,
            "classes": {row.name: {"real": row.real, "model": row.model} for row in found.classes},
            "notes": list(answer.notes),
            "psi": psi,
            "seed": seed,
            "segmenter": opened.study.eye.segmenter,
            "device": str(device),
            "threads": threads,
        },
        as_json,
    )
