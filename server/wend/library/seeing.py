"""Seeing: which perception set looks at the pictures of a world or a model; one rule for page, engine and
commands."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from wend.errors import InvalidInput, NotFound, PerceptionNotFound
from wend.library.card import ModelCard
from wend.library.kinship import parent_of
from wend.library.perception import PerceptionListing, PerceptionSet, PerceptionStore
from wend.perception.network import Role
from wend.worlds.registry import open_world


def set_seeing(store: PerceptionStore, world: str, *roles: Role) -> PerceptionSet:
    """The set to look at a world's pictures with, that has networks of all these roles.

    That is the first trained on them, else the first trained on a world with exactly the same labels:
    such worlds have one painter ('portraits-cast' that of 'portraits'). Raises: PerceptionNotFound.
    """
    found = _seeing(_able(store.list(), roles), world)
    if found is None:
        raise PerceptionNotFound(world, " and ".join(roles))
    return found


def set_naming(store: PerceptionStore, card: ModelCard, *roles: Role) -> PerceptionSet | None:
    """The first set with networks of all these roles whose card names the model among its `models`, else one
    that names the model it was made of; None where none does."""
    return _naming(_able(store.list(), roles), card)


def set_looking_at(store: PerceptionStore, card: ModelCard, *roles: Role) -> PerceptionSet:
    """The set to look at a model's pictures with, that has networks of all these roles: the one that names
    the model (`set_naming`), else the one that sees its world (`set_seeing`). Raises: PerceptionNotFound.
    """
    found = Lookout(store.list(), card).find(*roles)
    if found is None:
        name = f"of the pictures of {card.id}" if card.world is None else card.world.name
        raise PerceptionNotFound(name, " and ".join(roles))
    return found


@dataclass(frozen=True)
class Lookout:
    """What looks at a model, of all sets at one time: for whoever asks for many roles and may not wait."""

    listing: PerceptionListing
    card: ModelCard

    def find(self, *roles: Role) -> PerceptionSet | None:
        """As `set_looking_at`, None where there is none."""
        able = _able(self.listing, roles)
        world = self.card.world
        return _naming(able, self.card) or (None if world is None else _seeing(able, world.name))


def _able(listing: PerceptionListing, roles: Sequence[Role]) -> list[PerceptionSet]:
    return [found for found in listing.sets if all(found.of_role(role) for role in roles)]


def _seeing(able: Sequence[PerceptionSet], world: str) -> PerceptionSet | None:
    for found in able:
        if found.card.world == world:
            return found
    labels = _labels_of(world)
    for found in able:
        if labels is not None and found.card.world is not None and _labels_of(found.card.world) == labels:
            return found
    return None


def _naming(able: Sequence[PerceptionSet], card: ModelCard) -> PerceptionSet | None:
    parent = parent_of(card)
    for model in (card.id,) if parent is None else (card.id, parent.id):
        for found in able:
            if any(fnmatchcase(model, pattern) for pattern in found.card.models):
                return found
    return None


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
