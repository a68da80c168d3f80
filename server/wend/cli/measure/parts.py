"""`wend measure parts`: whether a model's faces have two eyes, a nose, a mouth and hair."""

import os
from typing import Annotated

import typer

from wend.cli.measure.answer import (
    AsJson,
    DataOption,
    ModelsOption,
    PerceptionOption,
    print_answer,
    use_device,
    watch,
)
from wend.settings import Settings


def measure_parts(
    name: Annotated[str, typer.Argument(help="id of a model; `default` is the bundled default generator")],
    as_json: AsJson = False,
    count: Annotated[int, typer.Option("--n", min=1, max=100_000, help="pictures, seeds 0 to n - 1")] = 100,
    psi: Annotated[float, typer.Option(min=-2.0, max=2.0, help="truncation; 1 is none")] = 0.8,
    perception: PerceptionOption = None,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """Count pictures with two eyes, nose, mouth and hair, each of 4 px or more, as a label network sees them.

    The same is counted on as many pictures of the model's world, whose labels are known: bald heads,
    hats and eyepatches make faces of the world incomplete as well. Where the label network itself took
    part in the model's training, the answer says so: its count flatters the model then.
    """
    import numpy as np
    import torch

    from wend.library.models import ModelStore
    from wend.library.perception import PerceptionStore
    from wend.library.seeing import set_seeing
    from wend.measure.card_world import judgement, world_of
    from wend.measure.export import to_plain
    from wend.measure.parts import count_parts
    from wend.measure.sample import batches, model_pictures
    from wend.measure.slices import Sliced
    from wend.perception.trust import Trust
    from wend.worlds.world import draw

    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    card = store.get(store.default if name == "default" else name).card
    world = world_of(card)
    sets = PerceptionStore(settings.perception_roots, Trust.of(settings))
    found = set_seeing(sets, world.name, "labels") if perception is None else sets.get(perception)
    set_id = found.card.id
    network, generator = sets.labels(set_id, device), store.load(card.id, device)

    def look() -> Sliced[np.ndarray[tuple[int, ...], np.dtype[np.int64]]]:
        parts = []
        for images in model_pictures(generator, range(count), psi):
            with torch.no_grad():
                parts.append(network.logits(images).argmax(dim=1).cpu().numpy())
            yield
        return np.concatenate(parts)

    seen = watch(look(), batches(count), f"{card.id}: {count} pictures")
    truth = draw(world, count, 0, card.resolution).labels.numpy()
    answer = {
        "parts": to_plain(count_parts(seen, network.labels)),
        "world_parts": to_plain(count_parts(truth, world.labels)),
        "n": count, "psi": psi, "resolution": card.resolution, "model": card.id, "perception": set_id,
        "device": str(device), "threads": threads, "seed": 0, **judgement(card, set_id),
    }  # fmt: skip
    print_answer(answer, as_json)
