"""Seeing: which perception set looks at the pictures of a world; one rule for page, engine and commands."""

from functools import lru_cache

from wend.errors import InvalidInput, NotFound, PerceptionNotFound
from wend.library.perception import PerceptionSet, PerceptionStore
from wend.perception.network import Role
from wend.worlds.registry import open_world


def set_seeing(store: PerceptionStore, world: str, *roles: Role) -> PerceptionSet:
    """The set to look at a world's pictures with, that has networks of all these roles.

    That is the first trained on them, else the first trained on a world with exactly the same labels:
    such worlds have one painter ('portraits-cast' that of 'portraits'). Raises: PerceptionNotFound.
    """
    able = [found for found in store.list().sets if all(found.of_role(role) for role in roles)]
    for found in able:
        if found.card.world == world:
            return found
    labels = _labels_of(world)
    for found in able:
        if labels is not None and found.card.world is not None and _labels_of(found.card.world) == labels:
            return found
    raise PerceptionNotFound(world, " and ".join(roles))


@lru_cache(maxsize=256)
def _labels_of(world: str) -> tuple[str, ...] | None:
    """The labels of a world; of one not bundled, those of the world it is called after; None if unknown.

    A world 'disc-dim' of somebody else's is a variant of 'disc'.
    """
    name = world
    while name:
        try:
            return open_world(name).labels
        except (NotFound, InvalidInput):
            name = name.rpartition("-")[0]
    return None
