"""Eyes: the networks of perception sets that every picture of a comparison is looked at with."""

from dataclasses import dataclass

import torch

from wend.library.perception import PerceptionStore
from wend.library.seeing import set_seeing
from wend.measure.sample import Eye
from wend.perception.network import Role
from wend.worlds.world import World


@dataclass(frozen=True)
class EyeSets:
    """Ids of the perception sets that the networks of an eye come from, role by role."""

    features: str
    factors: str
    labels: str


def find_eye(
    store: PerceptionStore,
    world: World,
    wanted: str | None,
    device: torch.device,
    features: str | None = None,
    factors: str | None = None,
    labels: str | None = None,
) -> tuple[EyeSets, Eye]:
    """The sets that look at this world's pictures, and their eye.

    A role is taken from the set named for it, else from the wanted one, else from one that can see the
    world and has all the roles still open, which `library.seeing` decides. A set named for a role needs
    no other. Raises: PerceptionNotFound when there is none, WeightsInvalid.
    """
    named: dict[Role, str | None] = {"features": features, "factors": factors, "labels": labels}
    open_roles = [role for role, set_id in named.items() if set_id is None]
    rest = wanted or (set_seeing(store, world.name, *open_roles).card.id if open_roles else "")
    sets = EyeSets(features or rest, factors or rest, labels or rest)
    return sets, Eye(
        store.features(sets.features, device),
        store.factors(sets.factors, device),
        store.labels(sets.labels, device),
    )
