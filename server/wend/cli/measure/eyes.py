"""Eyes: what a command looks at pictures with, and what it has seen of a world before."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import torch

    from wend.library.perception import PerceptionStore
    from wend.measure.eyes import EyeSets
    from wend.measure.sample import Eye, Sample
    from wend.settings import Settings
    from wend.worlds.world import World


def open_eye(
    settings: "Settings",
    world: "World",
    wanted: str | None,
    device: "torch.device",
    features: str | None = None,
    factors: str | None = None,
    labels: str | None = None,
) -> "tuple[EyeSets, Eye]":
    """`measure.eyes.find_eye` among the sets that the settings name. Raises: as that."""
    from wend.library.perception import PerceptionStore
    from wend.measure.eyes import find_eye
    from wend.perception.trust import Trust

    store = PerceptionStore(settings.perception_roots, Trust.of(settings))
    return find_eye(store, world, wanted, device, features, factors, labels)


def set_for(store: "PerceptionStore", world: "World") -> str:
    """The id of the set that tells features, factors and labels of this world. Raises: PerceptionNotFound."""
    from wend.library.seeing import set_seeing

    return set_seeing(store, world.name, "features", "factors", "labels").card.id


def world_sample(
    world: "World", count: int, seed: int, size: int, eye: "Eye", device: "torch.device", data: "Path"
) -> "Sample":
    """What the eye sees in a world's pictures: kept from before, else drawn now and kept."""
    from wend.cli.measure.answer import watch
    from wend.measure.sample import batches, look, world_pictures
    from wend.measure.sample_cache import SampleCache, SampleKey

    cache = SampleCache.of(data)
    key = SampleKey.of_world(world, count, seed, size, eye)
    kept = cache.get(key)
    if kept is not None:
        return kept
    pictures = world_pictures(world, count, seed, size, device)
    sample = watch(look(pictures, eye), batches(count), f"{world.name}: {count} pictures")
    cache.put(key, sample)
    return sample
