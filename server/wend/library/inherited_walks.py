"""Inherited walks: those of a model that go on working in another, whose w means the same pictures."""

from dataclasses import dataclass, replace

from wend.library.shelf import Shelf, is_foreign
from wend.library.walk_record import WalkRecord


@dataclass(frozen=True)
class InheritedWalks:
    """A model's own walks, as they were when they were read: they outlive it.

    Their ranges are those of the model they were measured on first, which `settings` tell ("measured_on").
    """

    parent: str
    records: tuple[WalkRecord, ...]

    @classmethod
    def of(cls, shelf: Shelf, parent_id: str) -> "InheritedWalks":
        """Raises: ModelNotFound, CardInvalid."""
        parent = shelf.store.get(parent_id)
        own = (record for record in shelf.walks(parent_id) if not is_foreign(record, parent))
        return cls(parent_id, tuple(own))

    @property
    def count(self) -> int:
        return len(self.records)

    def give(self, shelf: Shelf, generator_hash: str, has_own_mapping: bool = False) -> None:
        """Put them, under their ids, onto the shelf of a child with the same mapping or the same synthesis
        network; what is there by such a name is replaced.

        has_own_mapping: its way from z to w is another; walks in z then say whose z they were found in
        ("z_of"). Raises: DiskFull.
        """
        families: dict[str, list[WalkRecord]] = {}
        for record in self.records:
            told = {"measured_on": self.parent, **record.settings}
            if has_own_mapping and record.space == "z":
                told = {"z_of": self.parent, **told}
            own = replace(record, generator_hash=generator_hash, settings=told)
            families.setdefault(record.family, []).append(own)
        for family, records in families.items():
            shelf.save(generator_hash, family, records)


def take_over(shelf: Shelf, parent_id: str, generator_hash: str) -> int:
    """Put a model's own walks, under their ids, onto the shelf of a child with the same mapping.

    Returns how many. Raises: ModelNotFound, CardInvalid; DiskFull.
    """
    walks = InheritedWalks.of(shelf, parent_id)
    walks.give(shelf, generator_hash)
    return walks.count
