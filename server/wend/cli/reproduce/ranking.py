"""Ranking: `wend reproduce seeing --experiment ranking`: kinds of generators of one world, by FSD and by
features: whether both put them in one order.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import use_device, watch
from wend.cli.reproduce.asked import write_answer

if TYPE_CHECKING:
    from wend.library.card import ModelCard
    from wend.library.models import ModelStore
    from wend.measure.export import Cell
    from wend.measure.sample import Sample
    from wend.settings import Settings

PICTURES, QUICK_PICTURES = 2000, 50


def reproduce_ranking(
    settings: "Settings",
    folder: Path,
    quick: bool,
    seed: int,
    count: int | None = None,
    models: Sequence[str] = (),
) -> dict[str, object]:
    """Both distances of every model from its world, on the same pictures, psi 1.

    models: of one world, or variant of one, and size; () for all on the shelf that were trained on the
    default model's world, draw at its size and have no classes. Source of the question: Bau et al.,
    "Seeing what a GAN cannot generate", 2019, section 4.1. Raises: ModelNotFound,
    PerceptionNotFound; InvalidInput for fewer than two models, or for models of several worlds or sizes.
    """
    from wend.cli.measure.eyes import open_eye, world_sample
    from wend.library.models import ModelStore
    from wend.measure.card_world import world_of
    from wend.measure.chart import Axis, BarChart
    from wend.measure.order import order_of
    from wend.measure.report.page import Fact, Report, Section
    from wend.measure.report.scale import written
    from wend.measure.sample import batches, look, model_pictures
    from wend.measure.seeds import WORLD_SEED

    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    cards = _alike(store, models)
    n = count or (QUICK_PICTURES if quick else PICTURES)
    world, size = world_of(cards[0]), cards[0].resolution
    sets, eye = open_eye(settings, world, None, device)
    real = world_sample(world, 2 * n, WORLD_SEED + seed, size, eye, device, settings.data_dir)
    drawn: list[tuple[str, Sample]] = []
    for card in cards:
        pictures = model_pictures(store.load(card.id, device), range(seed * n, seed * n + n), 1.0)
        drawn.append((card.id, watch(look(pictures, eye), batches(n), f"{card.id}: {n} pictures")))
    order = order_of(real, drawn, seed)
    made_with: dict[str, Cell] = {
        "world": world.name, "models": ", ".join(f"{card.id} {card.hash[:16]}" for card in cards), "n": n,
        "seed": seed, "features": sets.features, "labels_from": sets.labels, "resolution": size,
        "device": str(device), "threads": threads,
    }  # fmt: skip
    facts = tuple(
        Fact(
            row.name,
            f"FSD {written(row.fsd.total)}",
            f"%²: {written(row.fsd.mean_part)} of means, {written(row.fsd.covariance_part)} of covariances; "
            f"Fréchet distance of features {written(row.frechet.total)}",
        )
        for row in order.rows
    )
    names = tuple(row.name for row in order.rows)
    charts = (
        BarChart("By features", Axis("Fréchet distance", ""), names,
                 {"": tuple(row.frechet.total for row in order.rows)}, "", order.frechet_floor.mean),
        BarChart("By label areas", Axis("FSD", "%²"), names,
                 {"": tuple(row.fsd.total for row in order.rows)}, "", order.fsd_floor.mean),
    )  # fmt: skip
    same = "Both put them in one order." if order.is_same else "They do not put them in one order."
    agreed = "" if order.agreement is None else f" Rank correlation {order.agreement:.2f}."
    report = Report(
        title=f"Generators of {world.name}",
        lead=f"{n} pictures each. {same}{agreed} The line is the noise floor.",
        facts=facts,
        sections=(Section("Side by side", "The nearest by features first.", charts),),
        made_with=made_with,
    )
    answer = {**made_with, **order.as_dict()}
    return write_answer(folder, "ranking", answer, {"ranking": order.table()}, report)


def _alike(store: "ModelStore", models: Sequence[str]) -> "list[ModelCard]":
    """Raises: as `reproduce_ranking`."""
    from wend.errors import InvalidInput

    if models:
        cards = [store.get(model).card for model in dict.fromkeys(models)]
    else:
        first = store.get(store.default).card
        able = [first, *(each.card for each in store.list().models if each.card.id != first.id)]
        cards = [
            card
            for card in able
            if not card.classes and card.kind != "analytic" and _stands_for(card) == _stands_for(first)
        ]
    if len(cards) < 2:
        raise InvalidInput(
            "An order needs two models of one world and size at least: name them, each with --model."
        )
    for card in cards:
        if card.world is None or _stands_for(card) != _stands_for(cards[0]):
            raise InvalidInput(
                f"{card.id} and {cards[0].id} are not of one world (or variant of it) and size: "
                "name others, each with --model."
            )
    return cards


def _stands_for(card: "ModelCard") -> tuple[str, str, int]:
    """World, variant and size: who learned from a variant is no worse for being unlike the whole world."""
    world = card.world
    return ("", "", card.resolution) if world is None else (world.name, world.config, card.resolution)
