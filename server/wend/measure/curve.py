"""Curve: a quantity against a strength, as a median with bands over samples."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wend.errors import InvalidInput, InvalidShape
from wend.measure.export import Plain, Table, to_dict

_CELLS = 2**20  # numbers held at once while resampling


@dataclass(frozen=True)
class Curve:
    """x [K]; per x the median and quartiles over samples, and the interval of the median [low, high].

    `confidence` of the interval; `count` samples, of which `missing` values were not found.
    """

    x: tuple[float, ...]
    median: tuple[float, ...]
    quartile_low: tuple[float, ...]
    quartile_high: tuple[float, ...]
    interval_low: tuple[float, ...]
    interval_high: tuple[float, ...]
    confidence: float
    count: int
    missing: int

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)

    def table(self) -> Table:
        columns = ("x", "median", "quartile_low", "quartile_high", "interval_low", "interval_high")
        return Table(columns, tuple(zip(*(getattr(self, name) for name in columns), strict=True)))


def curve(
    x: NDArray[np.float64],
    values: NDArray[np.float64],
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> Curve:
    """Bands of values [S, K], sample s at x[k]; values that are not finite are left out.

    The interval is the percentile bootstrap of the median over whole samples, so that a sample's own
    values stay together. Source: Efron, "Bootstrap methods: another look at the jackknife", 1979.
    Raises: InvalidShape; InvalidInput where some x has no value at all.
    """
    if values.ndim != 2 or values.shape[1] != len(x) or not len(values):
        raise InvalidShape("values", f"[S, {len(x)}]", str(list(values.shape)))
    found = np.isfinite(values)
    if not found.any(axis=0).all():
        raise InvalidInput("Some step of this curve has no value at all.")
    held = np.where(found, values, np.nan)
    low, median, high = np.nanquantile(held, [0.25, 0.5, 0.75], axis=0)
    ends = _bootstrap(held, confidence, resamples, seed)
    return Curve(
        x=tuple(np.asarray(x, dtype=np.float64).tolist()),
        median=tuple(median.tolist()),
        quartile_low=tuple(low.tolist()),
        quartile_high=tuple(high.tolist()),
        interval_low=tuple(ends[0].tolist()),
        interval_high=tuple(ends[1].tolist()),
        confidence=confidence,
        count=len(values),
        missing=int((~found).sum()),
    )


def _bootstrap(
    values: NDArray[np.float64], confidence: float, resamples: int, seed: int
) -> NDArray[np.float64]:
    """Ends [2, K] of the interval of the median. A column that a draw misses altogether sits it out."""
    rng = np.random.default_rng(seed)
    count, steps = values.shape
    medians = np.empty((resamples, steps))
    at_once = max(1, _CELLS // (count * steps))
    for start in range(0, resamples, at_once):
        draws = min(at_once, resamples - start)
        chosen = np.sort(values[rng.integers(0, count, (draws, count))], axis=1)  # NaN last
        found = np.isfinite(chosen).sum(axis=1, keepdims=True)
        ends = [np.take_along_axis(chosen, np.maximum(i, 0), axis=1) for i in ((found - 1) // 2, found // 2)]
        medians[start : start + draws] = np.where(found > 0, 0.5 * (ends[0] + ends[1]), np.nan)[:, 0]
    tail = 0.5 * (1.0 - confidence)
    interval: NDArray[np.float64] = np.nanquantile(medians, [tail, 1.0 - tail], axis=0)
    return interval
