"""Region contest: a painted region's sliders against directions that know of no region, on one picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.generators.generator import Generator, synthesize
from wend.latents.walk import Direction
from wend.library.seeing import set_seeing
from wend.measure.attributes import of_factors
from wend.measure.circle import difference, spread
from wend.measure.part_mask import part_mask
from wend.measure.parts import face_parts
from wend.measure.probe import Probe
from wend.measure.slices import finish
from wend.methods.discover.ganspace import WSample, principal_axes
from wend.methods.discover.sefa import closed_form_axes
from wend.methods.manifold.scene import Scene
from wend.methods.manifold.trial import face_scene
from wend.methods.region.effects import RegionJacobian
from wend.methods.region.find import RegionFind
from wend.methods.region.ground import Grounding
from wend.methods.region.jacobian import Linearization
from wend.methods.region.rank import STEPS
from wend.methods.region.search import RegionSearch, RegionTask
from wend.methods.workbench import Workbench
from wend.perception.network import FactorNetwork, LabelNetwork

PARTS = ("mouth", "eyes", "hair", "background")
LEVELS = (8.0, 16.0, 24.0)
"""Mean absolute changes inside, in 8-bit steps, at which leakage is compared; first of all the middle one."""
DIRECTIONS = 20
"""Principal components, and as many closed-form factors, in all style rows and both ways."""
_STRENGTHS = (0.15, 0.3, 0.6, 1.2, 2.4, 4.8)
"""Standard deviations, looked at on either side."""
_AXES = 48
_REFINED = 3
"""Sliders, the best: all ten take twice as long, and the best of them is what is compared."""
_LEAST_SCORE = 0.025
"""Share of the generator's own pictures below whose scores a picture is no ordinary one."""
_SHARES = (-1.0, -0.5, 0.5, 1.0)  # of a slider's range, at which its pictures are looked at
_BATCH = 8

GROUPS = {
    "mouth": ("smile", "mouth_open", "mouth_width"),
    "eyes": ("eye_open", "eye_size", "eye_spacing", "gaze_x", "gaze_y"),
    "hair": ("hair_tone", "hair_volume", "fringe", "part", "hair_length"),
    "position": ("head_x", "head_y", "head_scale", "tilt", "yaw", "pitch"),
}
"""Factors that a mouth's slider is to move, and those it is to leave alone."""


@dataclass(frozen=True)
class RegionScore:
    """One region of one picture. leakage, baseline: the least at each of LEVELS, None where nothing comes so
    far; first_leakage: of the slider ranked first, at the ends of its range.

    pictures: of all sliders over their ranges, of which `in_place` keep the start's parts, `scored` have an
    ordinary score, `plausible` both; `first_*` the same of the slider ranked first. moved: root mean square
    change of each group of factors between the ends of the mouth's slider that is named after what it
    moves most, in standard deviations of own pictures, by networks that named nothing; None without one.
    """

    seed: int
    part: str
    sliders: int
    leakage: tuple[float | None, ...]
    baseline: tuple[float | None, ...]
    first_leakage: float | None
    pictures: int
    in_place: int
    scored: int
    plausible: int
    first_pictures: int
    first_plausible: int
    moved: dict[str, float] | None = None


@dataclass(frozen=True)
class _Curve:
    """What one way along a direction changes, from nothing: inside and outside, in 8-bit steps."""

    inside: tuple[float, ...]
    outside: tuple[float, ...]

    def leakage_at(self, level: float) -> float | None:
        """Outside over inside where the inside first changes by so much; None where it never does."""
        points = [(0.0, 0.0), *zip(self.inside, self.outside, strict=True)]
        for (before, low), (after, high) in pairwise(points):
            if after >= level > before:
                share = (level - before) / (after - before)
                return (low + share * (high - low)) / level
        return None


class RegionContest:
    """What all pictures of one model are compared with; made once."""

    def __init__(self, bench: Workbench) -> None:
        """Raises: InvalidInput for a model without labels, or without two networks that read factors."""
        card = bench.shelf.store.get(bench.model).card
        if card.world is None:
            raise InvalidInput(f"The card of {bench.model} names no world, so nothing tells its parts.")
        self._bench = bench
        found = set_seeing(bench.perception, card.world.name, "labels", "factors")
        self._labels: LabelNetwork = bench.perception.labels(found.card.id, bench.device)
        if len(found.of_role("factors")) < 2:
            raise InvalidInput(
                f"{found.card.id} has one network for factors; who judges must not have named."
            )
        self._jury: FactorNetwork = bench.perception.jury(found.card.id, bench.device)
        self._grounding = Grounding(bench, card.psi)
        with torch.no_grad():
            self._ground = finish(self._grounding.whole())
            self._directions = _directions(bench.generator)
            own = Probe(bench.generator, card.psi, list(range(10_000, 10_096)))
            images = torch.cat([own.render(part) for part in own.chunks])
            self._own = of_factors(self._jury, images)
            judge = self._ground.judge
            scores = (
                None if judge is None else torch.cat([judge.scores(part) for part in images.split(_BATCH)])
            )
        self._least = None if scores is None else float(torch.quantile(scores, _LEAST_SCORE))
        self._psi = card.psi

    def run(self, seed: int, parts: Sequence[str] = PARTS) -> list[RegionScore]:
        """Every part that the seed's picture shows."""
        scene = face_scene(self._bench, seed)
        scores: list[RegionScore] = []
        with torch.no_grad():
            at = finish(Linearization.at(scene.generator, scene.ws, scene.noise, is_preview_wanted=False))
            jacobian = RegionJacobian(at, self._ground.space, None)
            finish(jacobian.grow(0.0, _AXES, _AXES))
            start = at.image.clamp(-1.0, 1.0)
            # Each way of each direction, nearest first: [ways, stations, 3, h, w].
            moved = torch.cat([d.apply(scene.ws, float(a)) for d in self._directions for a in _alphas()])
            drawn = _draw(scene.generator, moved, scene.noise)
            changes = (drawn - start).abs().mean(dim=1).mul(STEPS).unflatten(0, (-1, len(_STRENGTHS)))
            for part in parts:
                try:
                    mask = part_mask(self._labels, start, part)
                except InvalidInput:
                    continue
                task = RegionTask(scene.ws, scene.noise, mask, self._psi, {"part": part, "seed": seed})
                search = RegionSearch(scene.generator, "", task, self._grounding, jacobian, clock=lambda: 0.0)
                for _ in search.run():
                    if search.label == f"Refining slider {_REFINED + 1}":
                        break
                found = sorted(search.found, key=lambda find: -find.score)
                scores.append(self._score(seed, part, mask, start, changes, found, scene))
        return scores

    def _score(
        self,
        seed: int,
        part: str,
        mask: Tensor,
        start: Tensor,
        changes: Tensor,
        found: Sequence[RegionFind],
        scene: Scene,
    ) -> RegionScore:
        ours = [curve for find in found for curve in _ways(find, mask)]
        theirs = [_curve(way, mask) for way in changes]
        pictures = torch.cat([self._along(find, scene) for find in found]) if found else start[:0]
        in_place, scored = self._is_in_place(pictures, start), self._is_ordinary(pictures)
        whole, own = in_place & scored, len(_SHARES)
        return RegionScore(
            seed, part, len(found),
            tuple(_least(ours, level) for level in LEVELS),
            tuple(_least(theirs, level) for level in LEVELS),
            found[0].truth.leakage if found else None,
            len(pictures), int(in_place.sum()), int(scored.sum()), int(whole.sum()),
            min(own, len(pictures)), int(whole[:own].sum()),
            self._moved(found) if part == "mouth" else None,
        )  # fmt: skip

    def _along(self, find: RegionFind, scene: Scene) -> Tensor:
        low, high = find.truth.low, find.truth.high
        alphas = [-share * low if share < 0.0 else share * high for share in _SHARES]
        walk = find.record.walk.to(scene.ws.device)
        moved = torch.cat([walk.apply(scene.ws, alpha) for alpha in alphas])
        return _draw(scene.generator, moved, scene.noise)

    def _is_in_place(self, pictures: Tensor, start: Tensor) -> Tensor:
        """Which pictures show two eyes, nose and mouth, as far as the start does: bool [N]."""
        seen = torch.cat([start, pictures]).split(_BATCH)
        labels = torch.cat([self._labels.logits(part).argmax(dim=1) for part in seen]).cpu().numpy()
        first, *others = face_parts(labels, self._labels.labels)
        return torch.tensor([parts.keeps(first) for parts in others], dtype=torch.bool)

    def _is_ordinary(self, pictures: Tensor) -> Tensor:
        judge = self._ground.judge
        if judge is None or self._least is None or not len(pictures):
            return torch.ones(len(pictures), dtype=torch.bool)
        return torch.cat([judge.scores(part) for part in pictures.split(_BATCH)]) >= self._least

    def _moved(self, found: Sequence[RegionFind]) -> dict[str, float] | None:
        """Of the first slider that is named after a factor."""
        named = next((find for find in found if find.kind == "factor"), None)
        if named is None:
            return None
        ends = of_factors(self._jury, named.truth.images[[0, -1]])
        sizes: dict[str, float] = {}
        for group, names in GROUPS.items():
            squares: list[float] = []
            for name in names:
                if name not in ends.names:
                    continue
                column, own = ends[name], self._own[name]
                values = own.values[np.isfinite(own.values)]
                change = difference(column.values[1:], column.values[:1], column.period)[0]
                squares.append(float((change / max(spread(values, own.period), 1e-9)) ** 2))
            sizes[group] = (sum(squares) / max(len(squares), 1)) ** 0.5
        return sizes


def _alphas() -> list[float]:
    """Both ways, nearest first."""
    return [*_STRENGTHS, *(-strength for strength in _STRENGTHS)]


def _directions(generator: Generator) -> list[Direction]:
    sample = WSample(generator)
    finish(sample.gather())
    rows = (0, generator.spec.num_ws)
    found = [(axis.vector, axis.sd) for axis in principal_axes(sample.covariance, DIRECTIONS)]
    factors = closed_form_axes(generator.style_matrices(), DIRECTIONS)
    found += [(vector, sample.sd_along(vector)) for vector in factors]
    return [Direction(vector.float().to(generator.device), sd, "w", rows) for vector, sd in found]


def _draw(generator: Generator, ws: Tensor, noise: list[Tensor | None] | None) -> Tensor:
    return torch.cat([synthesize(generator, part, noise) for part in ws.split(_BATCH)]).clamp(-1.0, 1.0)


def _ways(find: RegionFind, mask: Tensor) -> list[_Curve]:
    """Both ways of a slider, over its offered range."""
    start = find.truth.alphas.index(0.0)
    change = (find.truth.images - find.truth.images[start]).abs().mean(dim=1) * STEPS
    ways = (change[:start].flip(0), change[start + 1 :])
    return [_curve(way, mask) for way in ways if len(way)]


def _curve(change: Tensor, mask: Tensor) -> _Curve:
    """Of changes [n, h, w], nearest first."""
    rest = 1.0 - mask
    inside = (change * mask).sum(dim=(1, 2)) / mask.sum()
    outside = (change * rest).sum(dim=(1, 2)) / rest.sum()
    return _Curve(tuple(inside.tolist()), tuple(outside.tolist()))


def _least(curves: Sequence[_Curve], level: float) -> float | None:
    found = [curve.leakage_at(level) for curve in curves]
    return min((leakage for leakage in found if leakage is not None), default=None)
