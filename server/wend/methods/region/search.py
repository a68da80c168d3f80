"""Region: sliders for a painted mask, found in seconds - ranked, measured, named, streamed as they are found.

The picture's derivatives along the principal axes of w, for several ranges of style rows, say which
combinations change the inside of the mask most for what they change outside; each is gone along and measured
before it is offered.
"""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from wend.errors import RegionUnusable
from wend.generators.generator import Generator
from wend.imaging.mask import MaskCover, fit_mask
from wend.latents.walk import Direction
from wend.library.walk_record import Scalar, WalkRecord
from wend.measure.slices import Sliced
from wend.methods.region.effects import RegionJacobian
from wend.methods.region.families import FAMILY_PREFIX
from wend.methods.region.find import MOST_SLIDERS, RegionFind, digest, like, taken_up, turned
from wend.methods.region.ground import Grounding
from wend.methods.region.name import kind_of, name_region, place_of
from wend.methods.region.polish import polish
from wend.methods.region.rank import STEPS, Energies, RegionCandidate, rank
from wend.methods.region.space import Rows
from wend.methods.region.truth import FULL_CHANGE, FURTHEST, LEAST_INSIDE, RegionTrial, RegionTruth

METHOD = "region"
_FIRST_AXES, _WHOLE_AXES, _MOST_AXES = 8, 32, 48
_CANDIDATES = 16
_REFINED = 5
"""Sliders, the best: each takes 0.7 s of a core at 64 px."""
_KEPT_INSIDE = 0.8
"""Of the change inside, that a polished slider must still make."""


@dataclass(frozen=True)
class _Stage:
    """seconds: of derivatives, all in all; until: nothing is measured later, in seconds from the start; axes:
    at most; count: sliders; fraction: done then; is_extra: of no use without more axes than before."""

    seconds: float
    until: float
    axes: int
    count: int
    fraction: float
    label: str
    is_extra: bool = False


_STAGES = (
    _Stage(0.85, 1.8, _WHOLE_AXES, 3, 0.35, "Finding what moves the {}"),
    _Stage(2.3, 4.6, _WHOLE_AXES, MOST_SLIDERS, 1.0, "Finding more that moves the {}"),
    _Stage(30.0, 60.0, _MOST_AXES, MOST_SLIDERS, 1.0, "Refining", is_extra=True),
)
"""A first answer within two seconds, all within five; the rest is for who has time."""

Noise = list[Tensor | None] | None


@dataclass(frozen=True)
class RegionTask:
    """What sliders are wanted for. ws: float32 [1, L, D], where the picture is; noise: its maps; mask:
    float32 [H, W] in 0..1, of any size; layers: rows to look at, None: all. origin: what identifies the
    picture and the mask, kept with the sliders; psi: the picture's truncation.

    Raises at once: RegionUnusable for a mask that is of no use.
    """

    ws: Tensor
    noise: Noise
    mask: Tensor
    psi: float
    origin: Mapping[str, Scalar] = field(default_factory=dict)
    layers: Rows | None = None

    def __post_init__(self) -> None:
        lack = MaskCover.of(self.mask).lack
        if lack is not None:
            raise RegionUnusable(lack)

    @property
    def family(self) -> str:
        """'region-' and 8 hex digits of what it is for."""
        told = ";".join(f"{name}={self.origin[name]!r}" for name in sorted(self.origin))
        return f"{FAMILY_PREFIX}{hashlib.sha256(f'{told};{self.layers}'.encode()).hexdigest()[:8]}"


class RegionSearch:
    """Finds the sliders of one task in slices; `found` has those known by now, best first.

    jacobian: of the generator at the task's ws; several searches at one picture share it. known: sliders
    found before, to be measured again on this picture while none are looked for. clock: seconds, any start.
    """

    def __init__(
        self,
        generator: Generator,
        generator_hash: str,
        task: RegionTask,
        grounding: Grounding,
        jacobian: RegionJacobian,
        known: Sequence[WalkRecord] = (),
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._generator = generator
        self.generator_hash = generator_hash
        self.family = task.family
        self._task = task
        self._grounding = grounding
        self._jacobian = jacobian
        self._known = known
        self._clock = clock
        self.found: tuple[RegionFind, ...] = ()
        self.is_looking = not known
        self.label = "Looking at the picture"
        self.fraction = 0.0

    def run(self) -> Sliced[None]:
        """First a few sliders from few axes, then all from many."""
        began = self._clock()
        at = self._jacobian.at
        mask = fit_mask(self._task.mask, *at.image.shape[-2:]).to(at.image)
        ground = yield from self._grounding.first()
        place = place_of(mask, at.image.clamp(-1.0, 1.0), ground)
        yield
        if self._known:
            trial = RegionTrial(at, mask, (yield from self._grounding.whole()))
            yield from self._measure_known(trial, mask, place)
            return
        ranked = 0
        for stage in _STAGES:
            if self.found:
                # The first few need not wait for what is known of the model's own pictures.
                began_whole = self._clock()
                ground = yield from self._grounding.whole()
                began += self._clock() - began_whole
            trial = RegionTrial(at, mask, ground)
            before = self.fraction
            self.label = stage.label.format(place)
            yield from self._jacobian.grow(stage.seconds, _FIRST_AXES, stage.axes)
            effects = self._jacobian.effects
            energies = yield from Energies.of(effects, mask)
            if not stage.is_extra or effects.shape[1] > ranked:
                ranked = effects.shape[1]
                self.fraction = before + 0.5 * (stage.fraction - before)
                candidates = yield from rank(energies, self._jacobian.groups, _CANDIDATES)
                useful = [c for c in candidates if c.inside * FURTHEST >= LEAST_INSIDE]
                yield from self._measure(useful, trial, place, stage, began)
            if stage.is_extra:
                yield from self._polish(energies, trial, place, stage, began)
        self.fraction = 1.0
        self.label = "Done"

    def _measure(
        self,
        candidates: Sequence[RegionCandidate],
        trial: RegionTrial,
        place: str,
        stage: _Stage,
        began: float,
    ) -> Sliced[None]:
        before = self.fraction
        num_ws = self._generator.spec.num_ws
        found: list[str] = []
        for tried, candidate in enumerate(candidates):
            if len(found) == stage.count or (found and self._clock() - began > stage.until):
                break
            self.label = f"Measuring slider {len(found) + 1}"
            vector = candidate.vector(self._jacobian.axes, self._jacobian.groups, num_ws)
            if any(digest(vector) == find.key for find in self.found):
                continue
            truth = yield from trial.measure(vector, candidate.inside)
            done = max((tried + 1) / len(candidates), (len(found) + 1) / stage.count)
            self.fraction = before + (stage.fraction - before) * min(1.0, done)
            if truth.inside < LEAST_INSIDE:
                continue
            old = [each for each in like(truth, self.found) if each.key not in found]
            find = self._name(vector, candidate.rows, truth, trial, place, old)
            self.found = taken_up(self.found, find, old)
            found.append(find.key)
            yield
        self.fraction = stage.fraction

    def _polish(
        self, energies: Energies, trial: RegionTrial, place: str, stage: _Stage, began: float
    ) -> Sliced[None]:
        """Each slider, the best first, as long as there is time; one that is better then takes its place."""
        at, groups = self._jacobian.at, self._jacobian.groups
        for index, find in enumerate(sorted(self.found, key=lambda each: -each.score)[:_REFINED]):
            if self._clock() - began > stage.until:
                return
            self.label = f"Refining slider {index + 1}"
            low, high = find.truth.low, find.truth.high
            vector = find.record.walk.to(at.ws.device).apply(torch.zeros_like(at.ws), 1.0)[0]
            better = yield from polish(self._jacobian, energies, trial.mask, vector, low, high)
            truth = yield from trial.measure(better, FULL_CHANGE / max(high, -low))
            if truth.inside < _KEPT_INSIDE * find.truth.inside:
                continue
            rows = (groups[0][0], groups[-1][1])
            polished = self._name(better, rows, truth, trial, place, [find], is_polished=True)
            if polished.score > find.score:
                self.found = taken_up(self.found, polished, [find])
            yield

    def _measure_known(self, trial: RegionTrial, mask: Tensor, place: str) -> Sliced[None]:
        """Those that are no lines are left out."""
        at = self._jacobian.at
        found: list[RegionFind] = []
        for index, record in enumerate(self._known):
            self.label = f"Measuring slider {index + 1}"
            walk = record.walk.to(at.image.device)
            if isinstance(walk, Direction) and walk.space == "w":
                vector = walk.apply(torch.zeros_like(at.ws), 1.0)[0]
                there = yield from at.draw(at.ws + vector)
                change = (there - at.image).square().mean(dim=1)[0] * mask
                truth = yield from trial.measure(vector, STEPS * float(change.sum() / mask.sum()) ** 0.5)
                kind = kind_of(truth.images[:1], truth.images[-1:], mask)
                moves = str(record.settings.get("moves", ""))
                told = replace(record, low=round(truth.low, 3), high=round(truth.high, 3))
                found.append(RegionFind(told, truth, place, kind, moves, digest(vector)))
            self.fraction = (index + 1) / len(self._known)
            self.found = tuple(found)
            yield

    def _name(
        self,
        vector: Tensor,
        rows: Rows,
        truth: RegionTruth,
        trial: RegionTrial,
        place: str,
        replaced: Sequence[RegionFind],
        *,
        is_polished: bool = False,
    ) -> RegionFind:
        gone = [other.key for other in replaced]
        taken = [other.record.title for other in self.found if other.key not in gone]
        named = name_region(truth.images[:1], truth.images[-1:], trial.mask, place, trial.ground, taken)
        if named.is_turned:
            vector, truth = -vector, turned(truth)
        length = float(vector.norm())
        record = WalkRecord(
            id=f"{self._task.family}/{digest(vector)}",
            title=named.title,
            method=METHOD,
            space="w",
            unit="sd",
            layers=rows,
            low=round(truth.low, 3),
            high=round(truth.high, 3),
            psi=self._task.psi,
            strength=float((truth.images[[0, -1]] - truth.images[truth.alphas.index(0.0)]).abs().mean())
            / 2.0,
            generator_hash=self.generator_hash,
            vector=(vector / length).cpu(),
            unit_length=length,
            settings={
                **self._task.origin,
                "axes": self._jacobian.size,
                "inside": round(truth.inside, 3),
                "outside": round(truth.outside, 3),
                "leakage": round(truth.leakage, 4),
                "place": place,
                "kind": named.kind,
                "moves": named.moves,
                "derivatives": self._jacobian.at.mode,
                "is_polished": is_polished,
                "side": int(self._jacobian.at.image.shape[-1]),
            },
        )
        return RegionFind(record, truth, place, named.kind, named.moves, digest(vector), named.focus)
