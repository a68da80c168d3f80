"""Eyes: the networks of a perception set that every picture of a comparison is looked at with."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import torch

    from wend.library.perception import PerceptionStore
    from wend.measure.sample import Eye, Sample
    from wend.settings import Settings
    from wend.worlds.world import World


@dataclass(frozen=True)
class EyeSets:
    """Ids of the perception sets that the networks of an eye come from, role by role."""

    features: str
    factors: str
    labels: str


def open_eye(
    settings: "Settings",
    world: "World",
    wanted: str | None,
    device: "torch.device",
    features: str | None = None,
    factors: str | None = None,
    labels: str | None = None,
) -> "tuple[EyeSets, Eye]":
    """The sets that look at this world's pictures, and their eye.

    A role is taken from the set named for it, else from the wanted one, else from one that can see the
    world and has all the roles still open, which `library.seeing` decides. A set named for a role needs
    no other. Raises: PerceptionNotFound when there is none.
    """
    from wend.library.perception import PerceptionStore
    from wend.library.seeing import set_seeing
    from wend.measure.sample import Eye
    from wend.perception.network import Role
    from wend.perception.trust import Trust

    store = PerceptionStore(settings.perception_roots, Trust.of(settings))
    named: dict[Role, str | None] = {"features": features, "factors": factors, "labels": labels}
    open_roles = [role for role, set_id in named.items() if set_id is None]
    rest = wanted or (set_seeing(store, world.name, *open_roles).card.id if open_roles else "")
    sets = EyeSets(features or rest, factors or rest, labels or rest)
    return sets, Eye(
        store.features(sets.features, device),
        store.factors(sets.factors, device),
        store.labels(sets.labels, device),
    )


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

    cache = SampleCache(data / "measure" / "samples")
    key = SampleKey.of_world(world, count, seed, size, eye)
    kept = cache.get(key)
    if kept is not None:
        return kept
    pictures = world_pictures(world, count, seed, size, device)
    sample = watch(look(pictures, eye), batches(count), f"{world.name}: {count} pictures")
    cache.put(key, sample)
    return sample
