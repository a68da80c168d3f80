"""Distribution: histograms, densities, and how much two samples of one quantity differ."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wend.errors import InvalidInput
from wend.measure.circle import spread
from wend.measure.export import Plain, Table, to_dict

_GRID = 256
# A sample without spread (one value many times) gets a peak this wide, as a share of the whole range.
_NARROWEST = 4e-3


@dataclass(frozen=True)
class Histogram:
    """edges [B + 1]; shares: name of a sample -> what part of it lies in each bin [B], adding up to 1."""

    edges: tuple[float, ...]
    shares: dict[str, tuple[float, ...]]

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)

    def table(self) -> Table:
        rows = zip(self.edges[:-1], self.edges[1:], *self.shares.values(), strict=True)
        return Table(("from", "to", *self.shares), tuple(rows))


@dataclass(frozen=True)
class Densities:
    """Densities of samples on one grid: x [G]; y: name -> [G], per unit of x."""

    x: tuple[float, ...]
    y: dict[str, tuple[float, ...]]

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)

    def table(self) -> Table:
        return Table(("x", *self.y), tuple(zip(self.x, *self.y.values(), strict=True)))


@dataclass(frozen=True)
class KolmogorovSmirnov:
    """Largest distance of two distribution functions, 0..1, and its chance if both were one law."""

    statistic: float
    p_value: float

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)


def histogram(samples: Mapping[str, NDArray[np.float64]], bins: int = 40) -> Histogram:
    """Samples [N_i] in the same bins, from the least to the greatest value of all.

    Values that are not finite (nothing was found there) are left out. Raises: InvalidInput without values.
    """
    finite = _finite(samples)
    low, high = _range(finite)
    edges = np.linspace(low, high, bins + 1)
    shares = {name: np.histogram(v, edges)[0] / len(v) for name, v in finite.items()}
    return Histogram(tuple(edges.tolist()), {name: tuple(s.tolist()) for name, s in shares.items()})


def densities(
    samples: Mapping[str, NDArray[np.float64]], period: float | None = None, points: int = _GRID
) -> Densities:
    """Gaussian kernel density estimates of samples [N_i] on one grid, bandwidth by Scott's rule.

    With a period the grid is 0..period, the spread in the rule is that round the circle, and every
    sample is laid beside itself one period down and up: where on the circle it lies changes nothing.
    Source: Scott, Multivariate Density Estimation, 1992, chapter 6.
    Raises: InvalidInput without values.
    """
    finite = _finite(samples)
    low, high = (0.0, period) if period is not None else _range(finite)
    widths = {name: _bandwidth(v, high - low, period) for name, v in finite.items()}
    margin = 0.0 if period is not None else 3.0 * max(widths.values())
    x = np.linspace(low - margin, high + margin, points)
    y = {name: _density(v, widths[name], x, period) for name, v in finite.items()}
    return Densities(tuple(x.tolist()), {name: tuple(v.tolist()) for name, v in y.items()})


def intersection(a: NDArray[np.float64], b: NDArray[np.float64], period: float | None = None) -> float:
    """Area under both densities at once: 1 for one law, 0 for samples that never meet.

    Source: Jahanian, Chai and Isola, "On the steerability of generative adversarial networks", 2020,
    released code: the sum over a grid of the pointwise minimum of two kernel density estimates.
    """
    found = densities({"a": a, "b": b}, period, points=2 * _GRID)
    left, right = np.array(found.y["a"]), np.array(found.y["b"])
    x = np.array(found.x)
    # The grid ends three bandwidths out; what little lies beyond is given back by the division.
    areas = np.trapezoid(left, x), np.trapezoid(right, x)
    return float(np.trapezoid(np.minimum(left / areas[0], right / areas[1]), x))


def kolmogorov_smirnov(a: NDArray[np.float64], b: NDArray[np.float64]) -> KolmogorovSmirnov:
    """Two samples compared. Source: Smirnov, 1939; the p-value as scipy's ks_2samp computes it."""
    from scipy import stats  # takes as long to import as half of all else

    finite = _finite({"a": a, "b": b})
    result = stats.ks_2samp(finite["a"], finite["b"])
    return KolmogorovSmirnov(float(result.statistic), float(result.pvalue))


def kuiper(a: NDArray[np.float64], b: NDArray[np.float64], period: float) -> float:
    """How far the distribution functions of two samples round a circle lie apart at most, 0..1.

    The largest distance of one above the other plus the largest below: unlike Smirnov's it is the same
    from wherever the circle is cut open. Source: Kuiper, "Tests concerning random points on a circle",
    1960. Raises: InvalidInput without values.
    """
    finite = {name: np.sort(np.mod(v, period)) for name, v in _finite({"a": a, "b": b}).items()}
    places = np.concatenate(list(finite.values()))
    below = [np.searchsorted(v, places, side="right") / len(v) for v in finite.values()]
    apart: NDArray[np.float64] = below[0] - below[1]
    return float(apart.max()) - float(apart.min())


def _finite(samples: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    finite = {name: v[np.isfinite(v)] for name, v in samples.items()}
    for name, values in finite.items():
        if not len(values):
            raise InvalidInput(f"The sample {name} holds no value.")
    return finite


def _range(samples: Mapping[str, NDArray[np.float64]]) -> tuple[float, float]:
    low = float(min(v.min() for v in samples.values()))
    high = float(max(v.max() for v in samples.values()))
    if high > low:
        return low, high
    half = 0.5 * max(abs(low), 1.0) * _NARROWEST
    return low - half, high + half


def _bandwidth(values: NDArray[np.float64], extent: float, period: float | None) -> float:
    if len(values) < 2:
        return _NARROWEST * extent
    sd = float(values.std(ddof=1)) if period is None else spread(values, period)
    scott = float(len(values) ** -0.2)
    return max(sd * scott, _NARROWEST * extent)


def _density(
    values: NDArray[np.float64], width: float, x: NDArray[np.float64], period: float | None
) -> NDArray[np.float64]:
    """Sum of Gaussians of one width, in parts so that a long sample fits."""
    if period is not None:
        values = np.mod(values, period)
    shifts = (0.0,) if period is None else (-period, 0.0, period)
    total = np.zeros_like(x)
    for start in range(0, len(values), 2048):
        for shift in shifts:
            z = (x[None] - values[start : start + 2048, None] - shift) / width
            total += np.exp(-0.5 * z * z).sum(axis=0)
    scaled: NDArray[np.float64] = total / (len(values) * width * np.sqrt(2.0 * np.pi))
    return scaled
