"""Shared walks: what one of two models with the same synthesis network lacks, given to it on request."""

from wend.errors import WalkInvalid
from wend.library.inherited_walks import InheritedWalks
from wend.library.kinship import Kinship
from wend.library.shelf import Shelf


def take_missing(shelf: Shelf, kinship: Kinship, from_id: str, to_id: str) -> int:
    """Put the families of walks that a model lacks onto its shelf, from another of one synthesis network:
    what was learned on a parent later, or on a sibling.

    Returns how many walks. Raises: WalkInvalid for other synthesis networks, where a w means another picture;
    ModelNotFound, CardInvalid, DiskFull.
    """
    own, other = shelf.store.get(to_id), shelf.store.get(from_id)
    kin = kinship.between(own, other)
    if not kin.has_one_synthesis:
        raise WalkInvalid(f"sliders of {from_id} do not move {to_id} alike: {kin.why_not_w}")
    walks = InheritedWalks.of(shelf, from_id)
    records = tuple(record for record in walks.records if not shelf.has(to_id, record.family))
    InheritedWalks(from_id, records).give(shelf, own.card.hash, has_own_mapping=True)
    return len(records)
