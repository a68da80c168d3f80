"""Walk response: what a walk does to one attribute, step by step, and what it costs."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wend.errors import InvalidInput
from wend.measure.attributes import AttributeColumn, Attributes, concatenate
from wend.measure.chart import Axis, Line, LineChart, curve_chart, density_chart
from wend.measure.circle import spread
from wend.measure.curve import Curve, curve
from wend.measure.distribution import Densities, densities, intersection
from wend.measure.export import Plain, to_dict
from wend.measure.frechet import frechet_distance, noise_floor
from wend.measure.leakage import FactorLeakage, factor_leakage, world_spreads
from wend.measure.moments import Moments
from wend.measure.slices import Sliced, finish
from wend.measure.walk_steps import WalkSteps
from wend.measure.walk_zones import Zone, Zones, find_zones

FLOOR_REPEATS = 5


def slices_of_sum(strengths: int) -> int:
    """Slices that `sum_up` takes."""
    return 3 * strengths + FLOOR_REPEATS + 5


@dataclass(frozen=True)
class Calibration:
    """A straight line through change against strength: slope in the attribute's unit per unit of alpha.

    r2_medians: R^2 of the line through the medians; r2_all: of the line through every seed;
    monotone: whether the medians only rise, or only fall; reachable: least and greatest median change.
    """

    slope: float
    r2_medians: float
    r2_all: float
    monotone: bool
    reachable: tuple[float, float]


@dataclass(frozen=True)
class WalkResponse:
    """One attribute along a walk of K strengths.

    change: median change from the start with bands; calibration: over the trained strengths alone;
    levels: density of the attribute in the world's pictures, at the start and at up to four more strengths;
    overlap: its intersection with that at the start, per step; with_world: with that of the world's
    pictures; sd: its standard deviation per step; discards: pictures in which it was not found, per step;
    frechet_start: distance of all S moved pictures from those at the start, per step; frechet_world: of
    `frechet_count` of them from as many of the world's; frechet_floor: what that many of the world read
    against as many others of it, a mean of five; midpoints and lengths:
    perceptual length of each step, median over seeds; edit_error: median, None without an edit;
    leakage: over all steps but the start.
    """

    name: str
    unit: str
    alphas: tuple[float, ...]
    change: Curve
    calibration: Calibration
    levels: Densities
    overlap: tuple[float, ...]
    with_world: tuple[float, ...]
    sd: tuple[float, ...]
    discards: tuple[int, ...]
    frechet_start: tuple[float, ...]
    frechet_world: tuple[float, ...]
    frechet_floor: float
    frechet_count: int
    midpoints: tuple[float, ...]
    lengths: Curve
    edit_error: Curve | None
    leakage: FactorLeakage
    zones: Zones

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)

    def charts(self) -> tuple[LineChart, ...]:
        """Everything as charts, for a report or the page."""
        alpha = Axis("strength α")
        moved = curve_chart(
            f"{self.name} follows the walk", alpha, Axis("change", self.unit), {self.name: self.change}
        )
        found = [
            moved,
            density_chart(f"{self.name} at each strength", Axis(self.name, self.unit), self.levels),
            LineChart(
                "Overlap with the start and with the world",
                alpha,
                Axis("area in common", low=0.0, high=1.0),
                (
                    Line("with the world", self.alphas, self.with_world, has_points=True),
                    Line("with the start", self.alphas, self.overlap, has_points=True),
                ),
                "start 1: nothing moved; 0: no picture has a value it could have had before, or in the world",
            ),
            LineChart(
                "Distance of the moved pictures",
                alpha,
                Axis("Fréchet distance", low=0.0),
                (
                    Line("from the world's", self.alphas, self.frechet_world, has_points=True),
                    Line("from the start", self.alphas, self.frechet_start, has_points=True),
                    Line("world from itself", self.alphas, (self.frechet_floor,) * len(self.alphas)),
                ),
                f"{self.frechet_count} pictures each where the world takes part; the start: the same seeds",
            ),
            curve_chart(
                "Perceptual length of each step",
                alpha,
                Axis("distance", low=0.0),
                {"step": self.lengths},
                "falling towards the ends: the walk runs out",
            ),
        ]
        if self.edit_error is not None:
            error = Axis("mean squared error", low=0.0)
            found.append(
                curve_chart("Distance from the edit itself", alpha, error, {"error": self.edit_error})
            )
        return tuple(found)


def walk_response(
    steps: WalkSteps,
    name: str,
    world: Attributes,
    vectors: NDArray[np.float32],
    trained: Zone,
    without: tuple[str, ...] = (),
    seed: int = 0,
) -> WalkResponse:
    """Of one attribute, at once: see `sum_up`."""
    return finish(sum_up(steps, name, world, vectors, trained, without, seed))


def sum_up(
    steps: WalkSteps,
    name: str,
    world: Attributes,
    vectors: NDArray[np.float32],
    trained: Zone,
    without: tuple[str, ...] = (),
    seed: int = 0,
) -> Sliced[WalkResponse]:
    """Of one attribute. world: the same attributes of the world's own pictures, and vectors [N, F]
    their features, four or more; trained: strengths the
    calibration and leakage are over, with 0 between them; without: attributes that leak for nothing,
    since they cannot be told.

    Source: Jahanian, Chai and Isola, "On the steerability of generative adversarial networks", 2020,
    and its released code, for densities, overlap, distance and step lengths.
    Raises: InvalidInput for an attribute that is not measured or never moved.
    """
    alphas = np.array(steps.alphas)
    inside = (alphas >= trained[0]) & (alphas <= trained[1])
    changes = steps.changes(name)
    columns = [at[name] for at in steps.factors]
    start, real = columns[steps.start], world[name]
    change = curve(alphas, changes, seed=seed)
    yield
    calibration = calibrate(alphas[inside], changes[:, inside])
    spreads = {key: sd for key, sd in world_spreads(world).items() if key not in without}
    leakage = leakage_along(steps, name, spreads, tuple(alphas[inside].tolist()))
    yield
    levels = densities({"world": real.values, **_levels(steps, name)}, start.period)
    yield
    overlap: list[float] = []
    with_world: list[float] = []
    for column in columns:
        overlap.append(_overlap(start, column))
        with_world.append(_overlap(real, column))
        yield
    still = Moments.of(steps.vectors[steps.start])
    count = min(steps.vectors.shape[1], len(vectors) // 2)
    reference = Moments.of(vectors[:count])
    from_start: list[float] = []
    from_world: list[float] = []
    for moved in steps.vectors:
        from_start.append(frechet_distance(still, Moments.of(moved)).total)
        yield
        from_world.append(frechet_distance(reference, Moments.of(moved[:count])).total)
        yield
    floors: list[float] = []
    for k in range(FLOOR_REPEATS):
        floors.append(noise_floor(vectors, count, 1, seed + k).mean)
        yield
    middle = 0.5 * (alphas[:-1] + alphas[1:])
    lengths = curve(middle, steps.lengths, seed=seed)
    yield
    errors = steps.edit_errors
    return WalkResponse(
        name=name,
        unit=start.unit,
        alphas=steps.alphas,
        change=change,
        calibration=calibration,
        levels=levels,
        overlap=tuple(overlap),
        with_world=tuple(with_world),
        sd=tuple(_spread(c) for c in columns),
        discards=tuple(c.missing for c in columns),
        frechet_start=tuple(from_start),
        frechet_world=tuple(from_world),
        frechet_floor=float(np.mean(floors)),
        frechet_count=count,
        midpoints=tuple(middle.tolist()),
        lengths=lengths,
        edit_error=None if errors is None else curve(alphas, errors, seed=seed),
        leakage=leakage,
        zones=find_zones(alphas, np.array(change.median), np.array(lengths.median), trained),
    )


def _overlap(a: AttributeColumn, b: AttributeColumn) -> float:
    """Area in common of two densities; none where nothing was found in one of them."""
    if a.missing == len(a.values) or b.missing == len(b.values):
        return 0.0
    return intersection(a.values, b.values, a.period)


def _spread(column: AttributeColumn) -> float:
    """Standard deviation of what was found, round the circle for hues; NaN where nothing was."""
    found = column.values[np.isfinite(column.values)]
    return spread(found, column.period) if len(found) else math.nan


def _levels(steps: WalkSteps, name: str) -> dict[str, NDArray[np.float64]]:
    """The attribute at the start, then at up to four strengths: with the world, as many as a chart has
    colours."""
    others = [i for i in range(len(steps.alphas)) if i != steps.start]
    chosen = sorted({others[round(i)] for i in np.linspace(0, len(others) - 1, 4)})
    return {
        "start" if i == steps.start else f"{steps.alphas[i]:+.3g}": steps.factors[i][name].values
        for i in (steps.start, *chosen)
    }


def leakage_along(
    steps: WalkSteps, name: str, spreads: dict[str, float], alphas: tuple[float, ...]
) -> FactorLeakage:
    """What else changed, per standard deviation of `name`, over these steps together, without the start."""
    moved = [i for i, alpha in enumerate(steps.alphas) if i != steps.start and alpha in alphas]
    before = concatenate([steps.factors[steps.start] for _ in moved])
    return factor_leakage(before, concatenate([steps.factors[i] for i in moved]), name, spreads)


def calibrate(alphas: NDArray[np.float64], changes: NDArray[np.float64]) -> Calibration:
    """The line through changes [S, K] at alphas [K]; values not found are left out.

    Raises: InvalidInput where a step has no value at all.
    """
    found = np.isfinite(changes)
    if not found.any(axis=0).all():
        raise InvalidInput("Some step of this walk has no value at all.")
    medians = np.nanmedian(np.where(found, changes, np.nan), axis=0)
    x = np.broadcast_to(alphas, changes.shape)[found]
    slope, r2_all = _fit(x, changes[found])
    steps = np.diff(medians)
    return Calibration(
        slope=slope,
        r2_medians=_fit(alphas, medians)[1],
        r2_all=r2_all,
        monotone=bool((steps > 0).all() or (steps < 0).all()),
        reachable=(float(medians.min()), float(medians.max())),
    )


def _fit(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """Slope of the least-squares line, and its R^2; 0 where y never changes."""
    slope, offset = np.polyfit(x, y, 1)
    total = float(np.square(y - y.mean()).sum())
    rest = float(np.square(y - slope * x - offset).sum())
    return float(slope), 1.0 - rest / total if total > 0.0 else 0.0
