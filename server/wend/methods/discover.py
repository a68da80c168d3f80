"""Discovery: finds every walk that needs no training, measures its usable range, keeps it on the shelf."""

from collections.abc import Mapping
from typing import TypeVar

import torch

from wend.generators.generator import Generator
from wend.library.models import hash_of
from wend.library.shelf import Shelf
from wend.library.walk_record import WalkRecord
from wend.measure.likeness import Likeness
from wend.measure.limits import UsableRange, find_range, find_strength, fit_likeness
from wend.measure.probe import Probe
from wend.measure.slices import Sliced
from wend.methods.candidate import FAMILIES, Candidate, candidates
from wend.methods.ganspace import WSample

__all__ = ["FAMILIES", "DiscoverWalks"]

# Enough own pictures to fit 24 components and to know a 0.99 quantile.
_REFERENCE_SEEDS = list(range(10_000, 10_400))
_PROBE_SEEDS = list(range(5))
# Below two of 255 steps at the ends of its range a slider shows nothing.
_NEGLIGIBLE = 2.0 / 255.0
_SAME = 0.98

T = TypeVar("T")


class DiscoverWalks:
    """Long work in slices: sample w, fit the likeness, then measure family after family.

    Each family goes to the shelf as soon as it is measured, families found earlier are kept, so the
    work can be broken off anywhere and begun again. A walk without visible effect is dropped, and so
    is one that repeats (|cos| > 0.98, same layers) a walk already shown: of two equal walks the one
    whose name the user may have seen stays. Factors of an analytic generator are all kept, with their
    known range.
    """

    def __init__(self, model_id: str, generator: Generator, shelf: Shelf) -> None:
        self._model_id = model_id
        self._generator = generator
        self._shelf = shelf
        self._psi = shelf.store.get(model_id).card.psi
        # Of what is in memory: the card on disk may be of newer weights already.
        self._hash = hash_of(generator)
        self._label = "Looking for walks"
        self._fraction = 0.0
        self._slices = self._run()

    @property
    def name(self) -> str:
        return f"discover:{self._model_id}"

    @property
    def model(self) -> str:
        return self._model_id

    @property
    def label(self) -> str:
        return self._label

    @property
    def fraction(self) -> float:
        return self._fraction

    @property
    def updates(self) -> int:
        """None are made: everything here has a closed form."""
        return 0

    @property
    def losses(self) -> Mapping[str, float]:
        """As there are no updates."""
        return {}

    def stop(self) -> None:
        """Families found so far lie on the shelf already."""
        self._slices.close()

    def run_slice(self) -> bool:
        """One slice of about 30 ms; True when every family is on the shelf."""
        with torch.no_grad():
            try:
                next(self._slices)
            except StopIteration:
                self._fraction = 1.0
                return True
        return False

    def _run(self) -> Sliced[None]:
        missing = [family for family in FAMILIES if not self._shelf.has(self._model_id, family)]
        if not missing:
            return
        sample = WSample(self._generator)
        yield from self._track(sample.gather(), 0.0, 0.02, sample.num_slices, "Sampling w")
        waiting = {family: list(candidates(family, self._generator, sample)) for family in missing}
        yield
        likeness: Likeness | None = None
        if any(candidate.known is None for found in waiting.values() for candidate in found):
            own = Probe(self._generator, self._psi, _REFERENCE_SEEDS)
            label = "Looking at the generator's own pictures"
            likeness = yield from self._track(fit_likeness(own), 0.02, 0.15, len(own.chunks), label)
        probe = Probe(self._generator, self._psi, _PROBE_SEEDS)
        kept = list(self._shelf.walks(self._model_id))
        total, done = sum(len(found) for found in waiting.values()), 0
        for family, found in waiting.items():
            records: list[WalkRecord] = []
            for candidate in found:
                self._label = f"Measuring {candidate.id}"
                self._fraction = 0.15 + 0.85 * done / total
                done += 1
                if any(_repeats(candidate, record) for record in kept):
                    continue
                record = self._record(candidate, (yield from _measure(candidate, probe, likeness)))
                if candidate.known is not None or record.strength >= _NEGLIGIBLE:
                    records.append(record)
                    kept.append(record)
            self._shelf.save(self._hash, family, records)
            yield

    def _track(self, work: Sliced[T], start: float, end: float, count: int, label: str) -> Sliced[T]:
        """Run a stretch of `count` slices while the fraction goes from start to end."""
        self._label = label
        for index in range(count + 1):
            self._fraction = start + (end - start) * index / count
            try:
                next(work)
            except StopIteration as stop:
                result: T = stop.value
                return result
            yield
        raise AssertionError(f"{label} has more than {count} slices")

    def _record(self, candidate: Candidate, usable: UsableRange) -> WalkRecord:
        direction = candidate.direction
        return WalkRecord(
            id=candidate.id,
            title=candidate.title,
            method=candidate.method,
            space=direction.space,
            unit="sd",
            layers=direction.layers,
            low=usable.low,
            high=usable.high,
            psi=self._psi,
            strength=usable.strength,
            generator_hash=self._hash,
            vector=direction.vector.cpu(),
            unit_length=direction.unit,
            settings=candidate.settings,
        )


def _measure(candidate: Candidate, probe: Probe, likeness: Likeness | None) -> Sliced[UsableRange]:
    if candidate.known is None:
        assert likeness is not None
        return (yield from find_range(probe, likeness, candidate.direction))
    low, high = candidate.known
    strength = yield from find_strength(probe, candidate.direction, low, high)
    return UsableRange(low, high, strength)


def _repeats(candidate: Candidate, record: WalkRecord) -> bool:
    """True for a direction that is already shown on the same rows, up to its sign."""
    if candidate.direction.layers != record.layers or candidate.direction.space != record.space:
        return False
    if record.vector.dim() != 1:
        return False
    return abs(float(candidate.direction.vector.cpu() @ record.vector)) > _SAME
