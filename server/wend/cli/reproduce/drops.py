"""Drops: `wend reproduce seeing --experiment drop-variants` and `--experiment drops`.

A class that is known to be missing, of worlds and of generators that were trained on them, must be the one
that is found missing.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import use_device, watch
from wend.cli.reproduce.asked import write_answer

if TYPE_CHECKING:
    import torch

    from wend.library.models import ModelStore
    from wend.measure.export import Cell
    from wend.methods.survey.drop import DropResult
    from wend.methods.survey.model_side import Subject
    from wend.methods.survey.source import Source
    from wend.methods.survey.study import SurveyStudy
    from wend.settings import Settings
    from wend.training.build import Recipe

PICTURES, QUICK_PICTURES = 600, 120
DRAWN, QUICK_DRAWN = 2000, 16
SIZE = 64
IMAGES, QUICK_IMAGES = 30_000, 16
"""Of the world without a class, that a generator sees."""
QUICK_WORLD = 16
WITHOUT = ("glasses", "hat")


def reproduce_drop_variants(
    settings: "Settings", folder: Path, quick: bool, seed: int, count: int | None = None
) -> dict[str, object]:
    """Of five worlds that lack a class each, whether that class is ranked first, and how far FSD rises.

    Source of the question: Bau et al., "Seeing what a GAN cannot generate", 2019, section 4.1. Raises:
    PerceptionNotFound.
    """
    from wend.library.perception import PerceptionStore
    from wend.methods.survey.build import CPU_BATCH, DEVICE_BATCH
    from wend.methods.survey.drop import drop_result, drop_study
    from wend.methods.survey.eye import open_eye
    from wend.perception.trust import Trust

    device, threads = use_device(settings)
    store = PerceptionStore(settings.perception_roots, Trust.of(settings))
    n = count or (QUICK_PICTURES if quick else PICTURES)
    eye = open_eye(store, "", "portraits", device)
    batch = CPU_BATCH if device.type == "cpu" else DEVICE_BATCH
    study = drop_study(eye, n, batch, SIZE, device, seed)
    _watch(study, n, batch)
    result = drop_result(study)
    made_with: dict[str, Cell] = {
        "n": n, "seed": seed, "size": SIZE, "segmenter": eye.segmenter, "device": str(device),
        "threads": threads,
    }  # fmt: skip
    lead = (
        f"{n} pictures of portraits against as many of five variants that never show one class. "
        f"{_tell(result, 'other pictures of the whole world')}"
    )
    return _answer(
        folder, "drop-variants", "Worlds without a class", lead, "variant", study, result, made_with
    )


def reproduce_drops(
    settings: "Settings",
    folder: Path,
    quick: bool,
    seed: int,
    count: int | None = None,
    model: str | None = None,
) -> dict[str, object]:
    """Of a generator trained on with a world that lacks glasses, and one that lacks hats, the same question.

    model: that both begin with, of the portraits world and published with its discriminator; None for the
    default model. Runs and models stay in `folder`; Ctrl-C in a training keeps a checkpoint and ends with
    code 130, and the same command goes on. Raises: ModelNotFound, PerceptionNotFound; InvalidInput for a
    model of another world or kind; WeightsInvalid for one without a discriminator.
    """
    from wend.cli.reproduce.trained import ensure_trained
    from wend.library.models import ModelStore
    from wend.library.perception import PerceptionStore
    from wend.methods.survey.build import CPU_BATCH, DEVICE_BATCH
    from wend.methods.survey.drop import DROPS, drop_result, whole_study
    from wend.methods.survey.eye import open_eye
    from wend.perception.trust import Trust
    from wend.worlds.registry import open_world

    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    card = store.get(model or store.default).card
    n = count or (QUICK_DRAWN if quick else DRAWN)
    eye = open_eye(PerceptionStore(settings.perception_roots, Trust.of(settings)), "", "portraits", device)
    names = {name: f"{card.id}-without-{name}" for name in WITHOUT}
    # Another seed is another training, and a run that has begun keeps its recipe.
    place = folder / f"{card.id}-{card.hash[:8]}{f'-seed-{seed}' if seed else ''}{'-quick' if quick else ''}"
    for name, key in names.items():
        fresh = _recipe(store, card.id, DROPS[name], quick, seed, device)
        ensure_trained(
            place, key, f"without {name}", fresh, open_world(DROPS[name]), device, (store, card.id)
        )
    made = ModelStore([place / "models"])
    subjects = (
        *(_subject(made, key, n, card.resolution, device) for key in names.values()),
        _subject(store, card.id, n, card.resolution, device),
    )
    batch = CPU_BATCH if device.type == "cpu" else DEVICE_BATCH
    study = whole_study(eye, subjects, n, batch, card.resolution, device, seed)
    _watch(study, n, batch)
    result = drop_result(study, names, card.id)
    made_with: dict[str, Cell] = {
        "model": card.id, "weights": card.hash[:16], "images": QUICK_IMAGES if quick else IMAGES, "n": n,
        "seed": seed, "quick": quick, "segmenter": eye.segmenter, "device": str(device), "threads": threads,
    }  # fmt: skip
    lead = (
        f"{card.id}, trained on with pictures that never show one class, and surveyed against {n} pictures "
        f"of the whole world. {_tell(result, f'{card.id} itself')}"
    )
    title = "Generators that never saw a class"
    return _answer(folder, "drops", title, lead, "generator", study, result, made_with)


def _recipe(
    store: "ModelStore", model: str, world: str, quick: bool, seed: int, device: "torch.device"
) -> "Recipe":
    """Of a short training on another world from a published model. Raises: as `reproduce_drops`."""
    from dataclasses import replace

    from wend.errors import InvalidInput
    from wend.training.build import GANS, fresh_recipe
    from wend.training.publish import start_from

    card = store.get(model).card
    if card.world is None or card.world.name != "portraits":
        raise InvalidInput(f"{model} is no model of the portraits world: name another with --model.")
    if card.kind not in GANS:
        raise InvalidInput(f"Nothing trains a {card.kind} model further: name another with --model.")
    fresh = start_from(store, model, fresh_recipe(card.kind, device))
    changes: dict[str, object] = {"data": world, "seed": seed, "total_images": IMAGES}
    if quick:
        changes |= {"total_images": QUICK_IMAGES, "pictures": QUICK_WORLD, "batch": 4}
    return replace(fresh, **changes)  # type: ignore[arg-type]  # fields of every recipe


def _subject(store: "ModelStore", model: str, count: int, size: int, device: "torch.device") -> "Subject":
    from wend.methods.survey.model_side import Subject
    from wend.methods.survey.source import ModelSource

    def opens() -> "Source":
        return ModelSource(model, store.load(model, device), count, 0, 1.0, size)

    return Subject(model, opens)


def _watch(study: "SurveyStudy", count: int, batch: int) -> None:
    sides = len(study.models)
    slices = -(-2 * count // batch) + sides * -(-count // batch)
    watch(study.slices(), slices, f"{sides} sides, {count} pictures each")


def _tell(result: "DropResult", whole: str) -> str:
    from wend.measure.report.scale import written

    return (
        "The class that is gone should be the most lost; FSD of a small or rare class rises little, which is "
        f"why the figure is shown beside it. Noise floor {written(result.floor.mean)}, {whole} "
        f"{written(result.alike)}."
    )


def _answer(
    folder: Path,
    name: str,
    title: str,
    lead: str,
    noun: str,
    study: "SurveyStudy",
    result: "DropResult",
    made_with: "dict[str, Cell]",
) -> dict[str, object]:
    from wend.measure.report.page import Fact, Report, Section
    from wend.measure.report.scale import written
    from wend.methods.survey.figure import class_chart

    facts = tuple(
        Fact(
            f"without {row.name}",
            f"rank {row.rank}",
            f"{written(100.0 * row.relative, 0)} % ({written(100.0 * row.whole, 0)} % where it is not "
            f"dropped); FSD {written(row.fsd)}, {written(row.ratio)} x the floor",
        )
        for row in result.rows
    )
    chart = class_chart("portraits", study.shown, study.compare())
    sections = (Section("Classes", f"One colour per {noun}.", (chart,)),)
    report = Report(title=title, lead=lead, facts=facts, sections=sections, made_with=made_with)
    return write_answer(folder, name, {**made_with, **result.as_dict()}, {name: result.table()}, report)
