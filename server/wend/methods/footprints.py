"""Footprints as work: what every walk of a model does, measured once, for the page to show at once."""

import math

import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.generators.generator import Generator
from wend.library.models import hash_of
from wend.library.shelf import Shelf, is_foreign
from wend.library.walk_record import WalkRecord, Zone
from wend.measure.footprint import find_band, find_footprint, find_starts
from wend.measure.likeness import Likeness
from wend.measure.limits import fit_likeness
from wend.measure.probe import Probe
from wend.measure.slices import Sliced, WithoutUpdates
from wend.methods.workbench import Workbench

FIRST_SEED = 30_000
"""Of those looked at: none that ranges are found with."""
REFERENCE_SEEDS = 400
BAND_SEEDS = 5  # as ranges are found with
# Ranges of these were found by rendering when the walks were; the ends are what `find_band` would say.
_RANGED = ("pca", "sefa", "coordinate", "factor")


def lacking(shelf: Shelf, model_id: str) -> tuple[WalkRecord, ...]:
    """A model's walks without a footprint: pinned ones first, then the strongest, hidden ones last.
    Raises: ModelNotFound, CardInvalid."""
    generator_hash = shelf.store.get(model_id).card.hash
    found = [walk for walk in shelf.walks(model_id) if shelf.footprints.get(generator_hash, walk) is None]
    return tuple(sorted(found, key=lambda walk: (walk.hidden, not walk.pinned, -walk.strength)))


def pictures_of(generator: Generator) -> int:
    """How many pictures are looked at. A large one takes a CPU seconds, and a walk about ten of each."""
    resolution = generator.spec.resolution
    if resolution <= 128 or generator.device.type != "cpu":
        return 16
    return 8 if resolution <= 256 else 4


class MeasureFootprints(WithoutUpdates):
    """Long work in slices: a walk after the other, each kept as soon as it is measured, so that it can be
    broken off anywhere and begun again. Walks that come meanwhile are measured, too.

    reference: how many of the generator's own pictures say what they are like, for ranges that nobody found
    by rendering (see `find_band`).
    """

    def __init__(self, bench: Workbench, reference: int = REFERENCE_SEEDS) -> None:
        self._bench = bench
        self._reference = reference
        # Of what is in memory: the card on disk may be of newer weights already.
        self._hash = hash_of(bench.generator)
        self._starts: dict[tuple[float, int | None], tuple[Probe, tuple[Tensor, ...]]] = {}
        self._likenesses: dict[float, Likeness] = {}
        self._label = "Looking at sliders"
        self._left = 0
        self._tried: set[str] = set()
        self._broken: list[str] = []
        self.measured = 0
        self._slices = self._run()

    @property
    def name(self) -> str:
        return f"footprints:{self._bench.model}"

    @property
    def model(self) -> str:
        return self._bench.model

    @property
    def label(self) -> str:
        return self._label

    @property
    def fraction(self) -> float:
        return self.measured / max(1, self.measured + self._left)

    def stop(self) -> None:
        """Footprints found so far are kept already."""
        self._slices.close()

    def run_slice(self) -> bool:
        """One slice of about 30 ms, or a picture where that takes longer; True when all have a footprint.
        Raises: InvalidInput at the end, where pictures of a walk are not finite; as `lacking`; DiskFull."""
        with torch.no_grad():
            try:
                next(self._slices)
            except StopIteration:
                return True
        return False

    def _run(self) -> Sliced[None]:
        shelf = self._bench.shelf
        while self._hash == shelf.store.get(self._bench.model).card.hash:
            left = [walk for walk in lacking(shelf, self._bench.model) if walk.id not in self._tried]
            self._left = len(left)
            if not left:
                break
            yield
            yield from self._measure(left[0])
            self.measured += 1
            self._left -= 1
        if self._broken:
            names = ", ".join(self._broken)[:200]
            raise InvalidInput(f"What {names} does cannot be measured: its pictures are not finite.")

    def _measure(self, record: WalkRecord) -> Sliced[None]:
        # One whose file changes meanwhile, or cannot be kept, is not measured for ever.
        self._tried.add(record.id)
        self._label = f"Measuring {record.title}"
        psi, class_index = record.psi, record.class_index
        probe, starts = yield from self._probe(psi, class_index)
        walk = record.walk.to(self._bench.device)
        usable: Zone | None = None
        if record.method in _RANGED and not is_foreign(record, self._bench.shelf.store.get(self.model)):
            usable = record.low, record.high
        elif record.chain is None and record.factor is None:
            likeness = yield from self._likeness(psi)
            few = Probe(self._bench.generator, psi, self._seeds(class_index)[:BAND_SEEDS])
            usable = yield from find_band(few, likeness, walk, record.low, record.high)
        found = yield from find_footprint(probe, starts, walk, record.low, record.high, usable)
        if all(map(math.isfinite, (found.change, found.most, *found.layers))):
            self._bench.shelf.footprints.save(self._hash, record, found)
        else:  # it is told when all others have been measured
            self._broken.append(record.id)

    def _probe(self, psi: float, class_index: int | None) -> Sliced[tuple[Probe, tuple[Tensor, ...]]]:
        """The pictures walks of this truncation and class set out from, drawn once."""
        known = self._starts.get((psi, class_index))
        if known is None:
            probe = Probe(self._bench.generator, psi, self._seeds(class_index))
            starts = yield from find_starts(probe)
            # Another truncation is rare, and pictures of 1024 px are 12 MB each.
            self._starts = {(psi, class_index): (probe, starts)}
            known = probe, starts
        return known

    def _seeds(self, class_index: int | None) -> list[int]:
        """A probe shows class i % c_dim for seed i."""
        count, classes = pictures_of(self._bench.generator), self._bench.generator.spec.c_dim
        if class_index is None or not classes:
            return list(range(FIRST_SEED, FIRST_SEED + count))
        first = FIRST_SEED - FIRST_SEED % classes + class_index
        return list(range(first, first + count * classes, classes))

    def _likeness(self, psi: float) -> Sliced[Likeness]:
        found = self._likenesses.get(psi)
        if found is None:
            label, self._label = self._label, "Looking at the generator's own pictures"
            seeds = list(range(FIRST_SEED + 1000, FIRST_SEED + 1000 + self._reference))
            found = yield from fit_likeness(Probe(self._bench.generator, psi, seeds))
            self._likenesses[psi], self._label = found, label
        return found
