"""`wend measure smoothness`: how evenly, and how fast, a model's pictures change between two latents."""

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal, assert_never

import typer

from wend.cli.measure.answer import (
    AsJson,
    CsvOption,
    DataOption,
    ModelsOption,
    Quick,
    ReportOption,
    print_answer,
    use_device,
    watch,
    write_text,
)
from wend.settings import Settings

if TYPE_CHECKING:
    import torch

    from wend.library.card import ModelCard
    from wend.library.perception import PerceptionStore
    from wend.perception.network import Distance

PAIRS, QUICK_PAIRS = 1000, 40


class By(StrEnum):
    """What tells how far two pictures are apart."""

    PERCEPTUAL = "perceptual"
    LPIPS = "lpips"
    L2 = "l2"
    BLURRED_L2 = "blurred-l2"


def measure_smoothness(
    name: Annotated[str, typer.Argument(help="id of a model; `default` is the bundled default generator")],
    space: Annotated[
        Literal["z", "w"], typer.Option(help="where paths lie: great circles in z, straight in w")
    ] = "w",
    by: Annotated[
        By, typer.Option(help="distance; perceptual is by the networks that look at the model")
    ] = By.PERCEPTUAL,
    as_json: AsJson = False,
    quick: Quick = False,
    pairs: Annotated[
        int | None, typer.Option("--n", min=2, max=100_000, help="pairs of latents [default: 1000]")
    ] = None,
    steps: Annotated[int, typer.Option(min=2, max=100, help="steps of a whole path")] = 12,
    epsilon: Annotated[float, typer.Option(min=1e-6, max=0.1, help="length of the short steps")] = 1e-4,
    psi: Annotated[float, typer.Option(min=-2.0, max=2.0, help="truncation; 1 is none")] = 1.0,
    class_index: Annotated[int, typer.Option("--class", min=0, help="of a model with classes")] = 0,
    seed: Annotated[int, typer.Option(min=0, max=1000, help="another seed, other pairs")] = 0,
    csv: CsvOption = None,
    report: ReportOption = None,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """Perceptual path length over short steps between pairs of seeds, and the steps of whole paths.

    Lengths compare only by the same distance and resolution. The published ones are by LPIPS on VGG and, for
    faces, of a part of the picture; these are of all of it.
    """
    from wend.library.models import ModelStore
    from wend.library.perception import PerceptionStore
    from wend.measure.export import to_csv
    from wend.measure.model_smoothness import Route, slices_of
    from wend.measure.model_smoothness import measure_smoothness as measure
    from wend.measure.report.page import render_report
    from wend.perception.trust import Trust

    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    card = store.get(store.default if name == "default" else name).card
    sets = PerceptionStore(settings.perception_roots, Trust.of(settings))
    distance, told_by = _distance(by, card, sets, device)
    n = pairs or (QUICK_PAIRS if quick else PAIRS)
    route = Route(store.load(card.id, device), space, n, 2 * seed * n, psi, class_index)
    work = measure(route, distance, min(16, n), steps, epsilon, seed)
    found = watch(work, slices_of(n, 16), f"{card.id}: {n} pairs")
    made_with: dict[str, str | int | float] = {
        "model": card.id, "model_hash": card.hash[:16], "resolution": card.resolution, "psi": psi,
        "distance": by.value, "told_by": told_by, "class": class_index, "n": n, "seed": seed,
        "device": str(device), "threads": threads,
    }  # fmt: skip
    write_text(csv, to_csv(found.steps.table()) if csv else "")
    write_text(report, render_report(found.report(f"Paths of {card.title}", made_with)) if report else "")
    print_answer({**found.as_dict(), **made_with}, as_json)


def _distance(
    by: By, card: "ModelCard", sets: "PerceptionStore", device: "torch.device"
) -> "tuple[Distance, str]":
    """The distance, and the networks it rests on. Raises: PerceptionNotFound, CardInvalid, WeightsInvalid."""
    from wend.library.seeing import set_looking_at
    from wend.measure.perception_truth import BLUR
    from wend.perception.distance import PerceptualDistance, PixelDistance
    from wend.perception.lpips_distance import find_lpips

    match by:
        case By.PERCEPTUAL:
            found = set_looking_at(sets, card, "features").card.id
            return PerceptualDistance(sets.features(found, device)), found
        case By.LPIPS:
            return find_lpips("vgg", sets.trust).to(device), "VGG-16"
        case By.L2:
            return PixelDistance(), "pixels"
        case By.BLURRED_L2:
            return PixelDistance(BLUR), "pixels"
        case _:
            assert_never(by)
