"""Inherited walks: those of a model that go on working in a child, whose mapping is the same."""

from dataclasses import replace

from wend.library.shelf import Shelf, is_foreign
from wend.library.walk_record import WalkRecord


def take_over(shelf: Shelf, parent_id: str, generator_hash: str) -> int:
    """Put a model's own walks, under their ids, onto the shelf of a child with the same mapping.

    What is there by such a name is replaced. Their ranges are the parent's, which `settings` tell.
    Returns how many. Raises: ModelNotFound, CardInvalid; DiskFull.
    """
    parent = shelf.store.get(parent_id)
    families: dict[str, list[WalkRecord]] = {}
    for record in shelf.walks(parent_id):
        if not is_foreign(record, parent):
            told = {**record.settings, "measured_on": parent_id}
            own = replace(record, generator_hash=generator_hash, settings=told)
            families.setdefault(record.family, []).append(own)
    for family, records in families.items():
        shelf.save(generator_hash, family, records)
    return sum(map(len, families.values()))
