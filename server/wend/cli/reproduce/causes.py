"""Causes: `wend reproduce seeing --experiment causes`: whether what is lost is small, rare or long-edged, in
more than one world.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import use_device, watch
from wend.cli.reproduce.asked import write_answer

if TYPE_CHECKING:
    from wend.library.card import ModelCard
    from wend.library.models import ModelStore
    from wend.library.perception import PerceptionStore
    from wend.measure.class_areas import AreaComparison
    from wend.measure.export import Cell
    from wend.settings import Settings

PICTURES, QUICK_PICTURES = 2000, 24
_NAMES = ("area", "frequency", "outline", "intricacy")


def reproduce_causes(
    settings: "Settings",
    folder: Path,
    quick: bool,
    seed: int,
    count: int | None = None,
    models: Sequence[str] = (),
) -> dict[str, object]:
    """Rank correlation of loss with area, frequency, outline, and outline per area, a model a world.

    models: () for the default model, and of every other world the first on the shelf whose labels a network
    tells; worlds of which none does are named with the reason. Source of the question: Bau et al., "Seeing
    what a GAN cannot generate", 2019, section 4.1. Raises: ModelNotFound; PerceptionNotFound for a model that
    was named; InvalidInput where there is no model to survey.
    """
    from wend.library.models import ModelStore
    from wend.library.perception import PerceptionStore
    from wend.measure.export import Table
    from wend.measure.report.page import Fact, Report, Section
    from wend.measure.report.scale import written
    from wend.methods.survey.figure import loss_charts
    from wend.perception.trust import Trust

    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    eyes = PerceptionStore(settings.perception_roots, Trust.of(settings))
    n = count or (QUICK_PICTURES if quick else PICTURES)
    cards, lacks = _cards(store, eyes, models)
    rows: list[tuple[Cell, ...]] = []
    facts: list[Fact] = []
    sections: list[Section] = []
    for card in cards:
        found, shown = _survey(settings, card, n, seed)
        ranks = found.correlations
        told = [getattr(ranks, name) for name in _NAMES]
        world = "" if card.world is None else card.world.name
        rows.append((card.id, world, ranks.classes, *told))
        words = ", ".join(
            f"{name} {'none' if value is None else written(value, 2)}"
            for name, value in zip(_NAMES, told, strict=True)
        )
        facts.append(Fact(f"{card.id} of {world}", str(ranks.classes), f"classes; loss goes with {words}"))
        sections.append(Section(card.id, "", loss_charts(card.id, found, shown)))
    made_with: dict[str, Cell] = {
        "models": ", ".join(f"{card.id} {card.hash[:16]}" for card in cards), "n": n, "seed": seed,
        "quick": quick, "device": str(device), "threads": threads,
    }  # fmt: skip
    missing = "".join(f" {why}" for why in lacks)
    report = Report(
        title="What loss goes with",
        lead=f"{n} pictures of every model against {n} of its world. Rank correlation of relative loss, over "
        f"the classes: near 1 what is much of it is lost, near -1 what is little.{missing}",
        facts=tuple(facts),
        sections=tuple(sections),
        made_with=made_with,
    )
    table = Table(("model", "world", "classes", *_NAMES), tuple(rows))
    answer = {
        **made_with,
        "worlds": [dict(zip(table.columns, row, strict=True)) for row in rows],
        "lacks": list(lacks),
    }
    return write_answer(folder, "causes", answer, {"causes": table}, report)


def _cards(
    store: "ModelStore", eyes: "PerceptionStore", models: Sequence[str]
) -> "tuple[list[ModelCard], tuple[str, ...]]":
    """One model a world, and why others are not among them. Raises: as `reproduce_causes`."""
    from wend.errors import InvalidInput, PerceptionNotFound
    from wend.library.seeing import set_seeing

    if models:
        return [store.get(model).card for model in dict.fromkeys(models)], ()
    first = store.get(store.default).card
    cards: dict[str, ModelCard] = {}
    lacks: dict[str, str] = {}
    for card in (first, *(each.card for each in store.list().models)):
        if card.world is None or card.kind == "analytic" or card.world.name in cards | lacks:
            continue
        try:
            set_seeing(eyes, card.world.name, "labels")
        except PerceptionNotFound as error:
            lacks[card.world.name] = error.sentence
        else:
            cards[card.world.name] = card
    if not cards:
        told = " ".join(lacks.values())
        why = "No model here was trained on a world whose labels are told: name one with --model."
        raise InvalidInput(f"{why} {told}".rstrip())
    return list(cards.values()), tuple(lacks.values())


def _survey(
    settings: "Settings", card: "ModelCard", count: int, seed: int
) -> "tuple[AreaComparison, tuple[str, ...]]":
    """A model against its own world, without examples; and the classes of its figure."""
    from wend.cli.reproduce.bench import open_bench
    from wend.library.models import ModelStore
    from wend.methods.survey.build import CPU_BATCH, DEVICE_BATCH, open_survey
    from wend.methods.survey.params import SurveyParams

    device, _ = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    bench = open_bench(settings, store, card.id, device)
    params = SurveyParams(models=(card.id,), count=count, seed=seed)
    study = open_survey(params, bench, has_examples=False).study
    batch = CPU_BATCH if device.type == "cpu" else DEVICE_BATCH
    watch(study.slices(), -(-2 * count // batch) + -(-count // batch), f"{card.id}: {count} pictures")
    return study.compare()[card.id], study.shown
