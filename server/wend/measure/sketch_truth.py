"""Sketch truth: a taught generator beside its parent and the exact target of its sketches, in numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wend.errors import InvalidInput
from wend.measure.attributes import AttributeColumn, Attributes
from wend.measure.circle import centre, difference, spread
from wend.measure.export import Plain, to_plain
from wend.measure.frechet import NoiseFloor, frechet_distance
from wend.measure.moments import Moments, Vectors
from wend.measure.precision_recall import ManifoldScores, manifold_scores
from wend.measure.sample import Sample
from wend.worlds.region import Region

_LEAST_GAP = 0.25
"""In the parent's sd: a target that lies nearer is no way to move that could be told."""


@dataclass(frozen=True)
class FactorMove:
    """One measured factor in parent, target and child: middles and spreads in its unit.

    moved: share of the way from the parent's middle to the target's, 1 all of it, None where there is
    hardly a way; kept: the child's spread as a share of the parent's, None for a parent that does not vary.
    """

    unit: str
    is_sketched: bool
    parent_mean: float
    parent_sd: float
    target_mean: float
    target_sd: float
    child_mean: float
    child_sd: float
    moved: float | None
    kept: float | None


@dataclass(frozen=True)
class Distances:
    """Of n pictures from the n of the target: by what a trained network sees, and by plain pixels."""

    frechet: float
    frechet_mean_part: float
    frechet_covariance_part: float
    pixel_frechet: float
    manifold: ManifoldScores


@dataclass(frozen=True)
class SketchTruth:
    """All of `wend measure sketch`: `count` pictures each of child and parent against the target's.

    floor, ceiling: of the target from other pictures of itself; parent_precision: of the parent's pictures
    among those of its whole world, None where that was not looked at; match, parent_match, target_match:
    mean line F-score of a picture's drawing with the held-out drawing nearest to it, 0..1.
    """

    count: int
    child: Distances
    parent: Distances
    floor: NoiseFloor
    ceiling: ManifoldScores
    parent_precision: float | None
    match: float
    parent_match: float
    target_match: float
    factors: dict[str, FactorMove]

    @property
    def ratio(self) -> float:
        """The child's distance as a share of the parent's."""
        return self.child.frechet / self.parent.frechet

    def as_dict(self) -> dict[str, Plain]:
        """With the keys that scripts read at the top."""
        return {
            "n": self.count,
            "frechet": self.child.frechet,
            "frechet_mean_part": self.child.frechet_mean_part,
            "frechet_covariance_part": self.child.frechet_covariance_part,
            "frechet_parent": self.parent.frechet,
            "frechet_ratio": self.ratio,
            "noise_floor": self.floor.mean,
            "noise_floor_high": self.floor.high,
            "pixel_frechet": self.child.pixel_frechet,
            "pixel_frechet_parent": self.parent.pixel_frechet,
            "precision": self.child.manifold.precision,
            "recall": self.child.manifold.recall,
            "precision_parent": self.parent.manifold.precision,
            "recall_parent": self.parent.manifold.recall,
            "precision_parent_world": self.parent_precision,
            "precision_ceiling": self.ceiling.precision,
            "recall_ceiling": self.ceiling.recall,
            "k": self.ceiling.k,
            "match": self.match,
            "match_parent": self.parent_match,
            "match_target": self.target_match,
            "factors": to_plain(self.factors),
        }


def distances_of(target: Sample, pictures: Sample, k: int = 3) -> Distances:
    """Pictures from as many of the target, seen by the same eye. Raises: InvalidInput for other counts."""
    if len(target) != len(pictures):
        raise InvalidInput(f"{len(pictures)} pictures are held against as many, not {len(target)}.")
    seen = _distance(target.vectors, pictures.vectors)
    return Distances(
        *seen,
        pixel_frechet=_distance(target.pixels, pictures.pixels)[0],
        manifold=manifold_scores(target.vectors, pictures.vectors, k),
    )


def _distance(target: Vectors, pictures: Vectors) -> tuple[float, float, float]:
    found = frechet_distance(Moments.of(target), Moments.of(pictures))
    return found.total, found.mean_part, found.covariance_part


def factor_moves(
    task: Region, target: Attributes, parent: Attributes, child: Attributes
) -> dict[str, FactorMove]:
    """What became of every factor that was measured; a choice that is sketched counts as how often it is met.

    Raises: InvalidInput where they were not measured alike.
    """
    found: dict[str, FactorMove] = {}
    for t, p, c in zip(_columns(task, target), _columns(task, parent), _columns(task, child), strict=True):
        if not t.name == p.name == c.name:
            raise InvalidInput("Target, parent and child were not measured by the same network.")
        found[t.name] = _move(t, p, c, t.name.split("=")[0] in task.factors)
    return found


def _columns(task: Region, attributes: Attributes) -> list[AttributeColumn]:
    """All numbers, and 0 or 1 for a sketched choice that is met: 'glasses=round or square'."""
    columns = list(attributes.columns)
    for choice in attributes.choices:
        wanted = task.options.get(choice.name)
        if wanted is not None:
            met = np.isin(np.array(choice.options)[choice.chosen], wanted).astype(np.float64)
            columns.append(AttributeColumn(f"{choice.name}={' or '.join(wanted)}", "of pictures", met))
    return columns


def _move(
    target: AttributeColumn, parent: AttributeColumn, child: AttributeColumn, is_sketched: bool
) -> FactorMove:
    period = target.period
    values = [column.values[np.isfinite(column.values)] for column in (parent, target, child)]
    middles = [centre(each, period) for each in values]
    spreads = [spread(each, period) for each in values]
    way, gone = (_signed(middles[k], middles[0], period) for k in (1, 2))
    # Hues go all round: their middle says nothing, and no way leads from one to another.
    has_way = is_sketched or (period is None and abs(way) > _LEAST_GAP * spreads[0])
    return FactorMove(
        unit=target.unit,
        is_sketched=is_sketched,
        parent_mean=middles[0],
        parent_sd=spreads[0],
        target_mean=middles[1],
        target_sd=spreads[1],
        child_mean=middles[2],
        child_sd=spreads[2],
        moved=gone / way if has_way and way else None,
        kept=spreads[2] / spreads[0] if spreads[0] > 0.0 else None,
    )


def _signed(a: float, b: float, period: float | None) -> float:
    found: NDArray[np.float64] = difference(np.asarray(a), np.asarray(b), period)
    return float(found)
