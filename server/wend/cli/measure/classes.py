"""`wend measure classes`: whether a class-conditional model draws what it is told, and how it varies."""

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
)
from wend.settings import Settings

PER_CLASS, QUICK_PER_CLASS = 100, 20


def measure_classes(
    name: Annotated[str, typer.Argument(help="id of a model with classes")],
    as_json: AsJson = False,
    quick: Quick = False,
    count: Annotated[
        int | None, typer.Option("--n", min=2, max=10_000, help="pictures of each class [default: 100]")
    ] = None,
    psi: Annotated[float, typer.Option(min=-2.0, max=2.0, help="truncation; 1 is none")] = 1.0,
    seed: Annotated[int, typer.Option(min=0, max=1000, help="another seed, other pictures of either")] = 0,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """Accuracy of a network that tells the world's classes, on the world's pictures and on the model's.

    Where classes of the world differ in the spread of a factor, the model's spreads are held against the
    true ones, class by class; what the same network makes of the world's own pictures is given beside.
    """
    from wend.cli.measure.eyes import set_for
    from wend.errors import InvalidInput, PerceptionNotFound
    from wend.library.models import ModelStore
    from wend.library.perception import PerceptionStore
    from wend.library.seeing import set_seeing
    from wend.measure.card_world import changed_laws, world_of
    from wend.measure.classes import compare_classes
    from wend.measure.export import Plain
    from wend.perception.trust import Trust
    from wend.worlds.world import class_names

    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    card = store.get(name).card
    world = world_of(card)
    if not card.classes or card.classes != class_names(world):
        raise InvalidInput(f"The classes of {card.id} are not those of a world, so nothing can tell them.")
    sets = PerceptionStore(settings.perception_roots, Trust.of(settings))
    teller_id = set_seeing(sets, world.name, "classes").card.id
    try:
        eye_id = set_for(sets, world)
    except PerceptionNotFound:
        eye_id = None  # accuracy needs none; spreads are left out
    truth = compare_classes(
        world,
        store.load(card.id, device),
        sets.classes(teller_id, device),
        None if eye_id is None else sets.factors(eye_id, device),
        count or (QUICK_PER_CLASS if quick else PER_CLASS),
        psi,
        seed,
    )
    made_with: dict[str, Plain] = {
        "model": card.id, "model_hash": card.hash[:16], "world": world.name, "told_by": teller_id,
        "measured_by": eye_id, "resolution": card.resolution, "psi": psi, "seed": seed,
        "device": str(device), "threads": threads, "laws_changed": list(changed_laws(card, world)),
    }  # fmt: skip
    print_answer(truth.as_dict() | made_with, as_json)
