"""Discovery: finds every walk that needs no training, measures its usable range, keeps it on the shelf."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import torch

from wend.errors import FileInvalid, PerceptionNotFound
from wend.generators.generator import Generator
from wend.library.models import hash_of
from wend.library.perception import PerceptionStore
from wend.library.seeing import set_looking_at
from wend.library.shelf import Shelf
from wend.library.walk_record import WalkRecord
from wend.measure.attributes import Attributes
from wend.measure.effect import Effect, effects, lead_of, look_at
from wend.measure.likeness import Likeness
from wend.measure.limits import UsableRange, find_range, find_strength, fit_likeness
from wend.measure.probe import Probe
from wend.measure.slices import Sliced, WithoutUpdates
from wend.methods.discover.candidate import FAMILIES, Candidate, candidates
from wend.methods.discover.ganspace import WSample
from wend.methods.discover.name import name_walk, notable, renumbered, say_moves
from wend.perception.network import FactorNetwork

__all__ = ["FAMILIES", "DiscoverWalks", "number_anew"]

_log = logging.getLogger(__name__)

# Enough own pictures to fit 24 components and to know a 0.99 quantile.
_REFERENCE_SEEDS = list(range(10_000, 10_400))
_PROBE_SEEDS = list(range(5))
# What a walk moves is read off these; how much is usual, off the first of the reference.
_NAMING_SEEDS = list(range(20, 28))
_USUAL_SEEDS = _REFERENCE_SEEDS[:64]
# As far as a first drag goes, and nearer than the ends of most ranges, where pictures may be past what the
# network can read: there a name has to hold what it says.
_LEAD_ALPHA = 2.0
_LEAD_SEEDS = list(range(20, 36))  # off eight, what scatters by chance led some
# Below two of 255 steps at the ends of its range a slider shows nothing.
_NEGLIGIBLE = 2.0 / 255.0
_SAME = 0.98

T = TypeVar("T")


@dataclass(frozen=True)
class _Moves:
    """What a walk is to be called after, the largest first, and the lead of that (`lead_of`)."""

    told: tuple[Effect, ...] = ()
    lead: float = 0.0


@dataclass(frozen=True)
class _Reader:
    """The network that reads factors off pictures, the seeds it names a walk by and those that tell its lead,
    and what it usually reads."""

    network: FactorNetwork
    probe: Probe
    lead_probe: Probe
    own: Attributes


class DiscoverWalks(WithoutUpdates):
    """Long work in slices: sample w, fit the likeness, then measure family after family.

    Each family goes to the shelf as soon as it is measured, families found earlier are kept, so the
    work can be broken off anywhere and begun again. A walk without visible effect is dropped, and so
    is one that repeats (|cos| > 0.98, same layers) a walk already shown: of two equal walks the one
    whose name the user may have seen stays. Factors of an analytic generator are all kept, with their
    known range.

    Where a network reads factors off pictures of the model's world, a walk is called after what it moves
    most (`walk_name`). Its setting `moves` says how much, `led_by` names the first of these, and `lead`
    (0..1) how much of all it moves that is; of walks of one name the one with the most lead has no number,
    once all are measured. What is read names it and alters nothing else: under one id lies one vector, with
    whatever networks and on whatever device it was found.
    """

    def __init__(
        self, model_id: str, generator: Generator, shelf: Shelf, perception: PerceptionStore | None = None
    ) -> None:
        self._model_id = model_id
        self._perception = perception
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
        reader: _Reader | None = None
        if any(candidate.known is None for found in waiting.values() for candidate in found):
            own = Probe(self._generator, self._psi, _REFERENCE_SEEDS)
            label = "Looking at the generator's own pictures"
            likeness = yield from self._track(fit_likeness(own), 0.02, 0.13, len(own.chunks), label)
            reader = yield from self._open_reader()
        probe = Probe(self._generator, self._psi, _PROBE_SEEDS)
        # What somebody learned is theirs, and may go again: it keeps no walk from being found.
        kept = [record for record in self._shelf.walks(self._model_id) if record.family in FAMILIES]
        taken = [record.title for record in kept]
        total, done = sum(len(found) for found in waiting.values()), 0
        for family, found in waiting.items():
            records: list[WalkRecord] = []
            for candidate in found:
                self._label = f"Measuring {candidate.id}"
                self._fraction = 0.15 + 0.85 * done / total
                done += 1
                if any(_repeats(candidate, record) for record in kept):
                    continue
                usable = yield from _measure(candidate, probe, likeness)
                is_shown = candidate.known is not None or usable.strength >= _NEGLIGIBLE
                moves = _Moves()
                if is_shown and candidate.known is None and reader is not None:
                    moves = yield from _read(candidate, usable, reader)
                if is_shown:
                    record = self._record(candidate, usable, moves, [r.title for r in kept])
                    records.append(record)
                    kept.append(record)
            self._shelf.save(self._hash, family, records)
            yield
        if reader is not None:
            number_anew(self._shelf, [record for record in kept if record.family in waiting], taken)

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

    def _open_reader(self) -> Sliced[_Reader | None]:
        """None where no network reads factors off this model's pictures."""
        if self._perception is None:
            return None
        try:
            card = self._shelf.store.get(self._model_id).card
            found = set_looking_at(self._perception, card, "factors")
            network = self._perception.factors(found.card.id, self._generator.device)
        except (PerceptionNotFound, FileInvalid) as error:
            _log.info("walks of %s are not named by what they move: %s", self._model_id, error)
            return None
        yield
        usual = Probe(self._generator, self._psi, _USUAL_SEEDS)
        label = "Reading the generator's own pictures"
        own = yield from self._track(look_at(usual, network), 0.13, 0.15, 2 * len(usual.chunks), label)
        naming, leading = (Probe(self._generator, self._psi, seeds) for seeds in (_NAMING_SEEDS, _LEAD_SEEDS))
        return _Reader(network, naming, leading, own)

    def _record(
        self, candidate: Candidate, usable: UsableRange, moves: _Moves, taken: list[str]
    ) -> WalkRecord:
        direction = candidate.direction
        settings = dict(candidate.settings)
        if moves.told:
            settings["moves"] = say_moves(moves.told)
            settings["led_by"] = moves.told[0].name
            settings["lead"] = round(moves.lead, 3)
            settings["found_as"] = candidate.title
        return WalkRecord(
            id=candidate.id,
            title=name_walk(moves.told, taken) or candidate.title,
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
            settings=settings,
        )


def number_anew(shelf: Shelf, found: Sequence[WalkRecord], taken: Sequence[str]) -> None:
    """Give walks that a search found, and put on the shelf, the numbers of their names (`renumbered`).

    taken: titles of what lay there before, which keeps them. The walks were offered for minutes by now, in
    which some may have been deleted and others brought. Raises: DiskFull.
    """
    leads = [(record.title, float(record.settings.get("lead", 0.0))) for record in found]
    titles = dict(zip([record.id for record in found], renumbered(leads, taken), strict=True))
    for family in dict.fromkeys(r.family for r in found if titles[r.id] != r.title):
        own = [replace(record, title=titles[record.id]) for record in found if record.family == family]
        try:
            shelf.retitle(own[0].generator_hash, family, own)
        except FileInvalid as error:
            _log.info("walks keep the titles they had first: %s", error)


def _measure(candidate: Candidate, probe: Probe, likeness: Likeness | None) -> Sliced[UsableRange]:
    if candidate.known is None:
        assert likeness is not None
        return (yield from find_range(probe, likeness, candidate.direction))
    low, high = candidate.known
    strength = yield from find_strength(probe, candidate.direction, low, high)
    return UsableRange(low, high, strength)


def _read(candidate: Candidate, usable: UsableRange, reader: _Reader) -> Sliced[_Moves]:
    walk = candidate.direction
    low = yield from look_at(reader.probe, reader.network, walk, usable.low)
    high = yield from look_at(reader.probe, reader.network, walk, usable.high)
    told = notable(effects(reader.own, low, high))
    if not told:
        return _Moves()
    low = yield from look_at(reader.lead_probe, reader.network, walk, max(usable.low, -_LEAD_ALPHA))
    high = yield from look_at(reader.lead_probe, reader.network, walk, min(usable.high, _LEAD_ALPHA))
    return _Moves(told, lead_of(told[0].name, reader.own, low, high))


def _repeats(candidate: Candidate, record: WalkRecord) -> bool:
    """True for a direction that is already shown on the same rows, up to its sign."""
    if candidate.direction.layers != record.layers or candidate.direction.space != record.space:
        return False
    if record.vector.dim() != 1:
        return False
    return abs(float(candidate.direction.vector.cpu() @ record.vector)) > _SAME
