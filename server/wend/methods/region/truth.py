"""Region truth: what a candidate does when it is gone along - how far its pictures stay pictures, and what
changes in them, inside the mask and outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from wend.measure.parts import LEAST_PIXELS, FaceParts, face_parts
from wend.measure.slices import Sliced
from wend.methods.region.ground import Ground
from wend.methods.region.jacobian import Linearization
from wend.methods.region.rank import STEPS
from wend.perception.network import LabelNetwork

RangeEnd = Literal["likeness", "parts", "judge", "leak", "still", "furthest"]

FURTHEST = 4.0
"""Standard deviations. Own pictures lie about as far from the mean of w in each direction as this at most."""
FULL_CHANGE = 64.0
"""Root mean square change inside, in 8-bit steps, at which a range ends: black has become grey."""
STATIONS = 3
"""Strengths looked at on either side, evenly spaced."""
LEAST_INSIDE = 2.0
MOST_LEAKAGE = 0.5
"""Of a strength that is offered: beyond it another half of the picture changes along."""
_STALLED = 0.08
_JUDGE_SLACK = 0.5
_LIKENESS_SLACK = 1.15
_PARTS_MARGIN = 1.5
"""Times the pixels that a part has at least: what is offered stays a part to other eyes, too."""
_SIDE = 64


@dataclass(frozen=True)
class RegionTruth:
    """low <= 0 <= high in standard deviations, and what ends the range there. inside, outside: mean absolute
    change a pixel, in 8-bit steps, mean of both ends.

    alphas, images: strengths from low to high, 0 among them, and their pictures float32 [n, 3, h, w].
    """

    low: float
    high: float
    low_end: RangeEnd
    high_end: RangeEnd
    inside: float
    outside: float
    alphas: tuple[float, ...]
    images: Tensor

    @property
    def leakage(self) -> float:
        return self.outside / max(self.inside, 1e-6)

    @property
    def heat(self) -> Tensor:
        """Mean absolute change a pixel over both ends and the channels, in 8-bit steps: float32 [h, w]."""
        start = self.images[self.alphas.index(0.0)]
        ends = self.images[[0, -1]]
        return (ends - start).abs().mean(dim=(0, 1)) * STEPS


class RegionTrial:
    """Goes along candidates from one picture. mask: float32 [h, w] at the size of `at.image`."""

    def __init__(self, at: Linearization, mask: Tensor, ground: Ground) -> None:
        self._at = at
        self.mask = mask.to(at.image)
        self.ground = ground
        self._start = at.image.clamp(-1.0, 1.0)
        self._limits: _Limits | None = None

    def measure(self, vector: Tensor, inside_a_sd: float) -> Sliced[RegionTruth]:
        """Of a direction float32 [L, D], the move of one standard deviation, that changes the inside by so
        much (root mean square, 8-bit steps)."""
        if self._limits is None:
            self._limits = _Limits.of(self._start, self.ground, self._at.is_preview)
            yield
        reach = min(FURTHEST, FULL_CHANGE / max(inside_a_sd, 1e-6))
        strengths = [reach * (i + 1) / STATIONS for i in range(STATIONS)]
        alphas = [*(-a for a in strengths), *strengths]
        moved = self._at.ws + torch.tensor(alphas).to(vector)[:, None, None] * vector
        images = (yield from self._at.draw(moved)).clamp(-1.0, 1.0)
        verdicts = yield from self._judge(images)
        low = _side(verdicts[:STATIONS])
        high = _side(verdicts[STATIONS:])
        kept = [*range(low.stations - 1, -1, -1), *range(STATIONS, STATIONS + high.stations)]
        shown = torch.cat([images[kept[: low.stations]], self._start, images[kept[low.stations :]]])
        ends = [low.stations - 1] * (low.stations > 0) + [STATIONS + high.stations - 1] * (high.stations > 0)
        inside = [verdicts[index].inside for index in ends]
        outside = [verdicts[index].outside for index in ends]
        return RegionTruth(
            low=-strengths[low.stations - 1] if low.stations else 0.0,
            high=strengths[high.stations - 1] if high.stations else 0.0,
            low_end=low.end,
            high_end=high.end,
            inside=sum(inside) / len(inside) if inside else 0.0,
            outside=sum(outside) / len(outside) if outside else 0.0,
            alphas=(
                *(-strengths[i] for i in range(low.stations - 1, -1, -1)),
                0.0,
                *(strengths[i] for i in range(high.stations)),
            ),
            images=shown,
        )

    def _judge(self, images: Tensor) -> Sliced[list["_Verdict"]]:
        """What speaks against each picture, and how much of it has changed."""
        assert self._limits is not None
        limits, ground = self._limits, self.ground
        change = (images - self._start).abs().mean(dim=1) * STEPS
        inside = (change * self.mask).sum(dim=(1, 2)) / self.mask.sum()
        rest = 1.0 - self.mask
        outside = (change * rest).sum(dim=(1, 2)) / rest.sum()
        reasons: list[RangeEnd | None] = [
            "leak" if b > MOST_LEAKAGE * a and b > LEAST_INSIDE else None
            for a, b in zip(inside.tolist(), outside.tolist(), strict=True)
        ]
        if ground.likeness is not None:
            unlike = ground.likeness.unlikeness(images).tolist()
            for index, each in enumerate(unlike):
                reasons[index] = reasons[index] or ("likeness" if each > limits.unlikeness else None)
            yield
        if ground.judge is not None and not self._at.is_preview:
            for part in torch.arange(len(images)).split(3):
                scores = ground.judge.scores(images[part]).tolist()
                for index, score in zip(part.tolist(), scores, strict=True):
                    reasons[index] = reasons[index] or ("judge" if score < limits.score else None)
                yield
        if ground.labels is not None:
            for part in torch.arange(len(images)).split(2):
                found = _parts(ground.labels, images[part])
                for index, parts in zip(part.tolist(), found, strict=True):
                    reasons[index] = reasons[index] or (None if parts.keeps(limits.parts) else "parts")
                yield
        return [_Verdict(r, a, b) for r, a, b in zip(reasons, inside.tolist(), outside.tolist(), strict=True)]


@dataclass(frozen=True)
class _Limits:
    """Beyond what a picture is no longer one, seen from where it starts: who begins odd may stay so."""

    unlikeness: float
    score: float
    parts: FaceParts

    @classmethod
    def of(cls, start: Tensor, ground: Ground, is_preview: bool) -> "_Limits":
        unlikeness, score, parts = float("inf"), float("-inf"), FaceParts(0, nose=False, mouth=False)
        if ground.likeness is not None:
            unlikeness = max(1.0, _LIKENESS_SLACK * float(ground.likeness.unlikeness(start)[0]))
        if ground.judge is not None and not is_preview:
            own = float(ground.judge.scores(start)[0])
            score = min(ground.judge.low, own - _JUDGE_SLACK * ground.judge.spread)
        if ground.labels is not None:
            parts = _parts(ground.labels, start)[0]
        return cls(unlikeness, score, parts)


def _parts(network: LabelNetwork, images: Tensor) -> list[FaceParts]:
    least = round(_PARTS_MARGIN * LEAST_PIXELS * (images.shape[-1] / _SIDE) ** 2)
    labels = network.logits(images).argmax(dim=1).cpu().numpy()
    return face_parts(labels, network.labels, max(LEAST_PIXELS, least))


@dataclass(frozen=True)
class _Verdict:
    reason: RangeEnd | None
    inside: float
    outside: float


@dataclass(frozen=True)
class _Side:
    stations: int
    end: RangeEnd


def _side(verdicts: Sequence[_Verdict]) -> _Side:
    """How many stations of one side may be offered, from the start outwards, and what ends them."""
    last, largest = 0.0, 0.0
    for index, verdict in enumerate(verdicts):
        if verdict.reason is not None:
            return _Side(index, verdict.reason)
        step = verdict.inside - last
        largest = max(largest, step)
        if step <= _STALLED * largest:
            return _Side(index, "still")
        last = verdict.inside
    return _Side(len(verdicts), "furthest")
