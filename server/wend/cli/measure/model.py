"""`wend measure model`: a model's pictures beside those of its world, in numbers and as a page."""

import os
from typing import Annotated

import typer

from wend.cli.measure.answer import (
    AsJson,
    CsvOption,
    DataOption,
    FactorsFrom,
    FeaturesFrom,
    LabelsFrom,
    ModelsOption,
    PerceptionOption,
    Quick,
    ReportOption,
    print_answer,
    use_device,
    watch,
    write_text,
)
from wend.settings import Settings

PICTURES, QUICK_PICTURES = 5000, 600


def measure_model(
    name: Annotated[str, typer.Argument(help="id of a model; `default` is the bundled default generator")],
    as_json: AsJson = False,
    quick: Quick = False,
    count: Annotated[
        int | None, typer.Option("--n", min=50, max=100_000, help="pictures of the model [default: 5000]")
    ] = None,
    k: Annotated[int, typer.Option(min=1, max=100, help="neighbours of precision and recall")] = 3,
    psi: Annotated[float, typer.Option(min=-2.0, max=2.0, help="truncation; 1 is none")] = 1.0,
    seed: Annotated[int, typer.Option(min=0, max=1000, help="seed s takes pictures s n to s n + n - 1")] = 0,
    perception: PerceptionOption = None,
    features_from: FeaturesFrom = None,
    factors_from: FactorsFrom = None,
    labels_from: LabelsFrom = None,
    csv: CsvOption = None,
    report: ReportOption = None,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """How near a model comes to its world: Frechet distance, precision, recall, labels, coverage.

    n pictures of the model are held against n of its world, at the model's own resolution and seen by the
    same networks. What two samples of the world alone differ by is given as the noise floor. Numbers
    compare only at the same n, resolution and networks. The features come from a network trained to see
    through blur and noise, so Frechet distance, precision and recall forgive blurred pictures. The pixel_
    ones use no network, but colours on an 8 x 8 grid and grain on a 4 x 4 grid, and forgive nothing.
    """
    from wend.cli.measure.eyes import open_eye
    from wend.library.models import ModelStore
    from wend.measure.card_world import world_of
    from wend.measure.export import to_csv
    from wend.measure.report.page import render_report
    from wend.measure.sample import batches
    from wend.measure.sample_cache import SampleCache
    from wend.measure.slices import finish
    from wend.methods.nearness.answer import NearnessAnswer
    from wend.methods.nearness.study import NearnessPlan, NearnessStudy, Onlooker

    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    card = store.get(store.default if name == "default" else name).card
    sets, eye = open_eye(
        settings, world_of(card), perception, device, features_from, factors_from, labels_from
    )
    n = count or (QUICK_PICTURES if quick else PICTURES)
    onlooker = Onlooker(sets, eye, SampleCache.of(settings.data_dir))
    plan = NearnessPlan(n, psi, k, seed)
    study = NearnessStudy(card, store.load(card.id, device), onlooker, plan, device)
    watch(study.through("model"), batches(n), f"{card.id}: {n} pictures")
    if study.stage == "world":
        watch(study.through("world"), batches(2 * n), f"{study.world.name}: {2 * n} pictures")
    finish(study.through("sum"))
    answer = NearnessAnswer.of(study, device, threads)
    numbers = answer.as_dict()
    write_text(csv, to_csv(numbers) if csv else "")
    write_text(report, render_report(answer.report()) if report else "")
    print_answer(numbers, as_json)
