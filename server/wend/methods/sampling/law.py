"""Laws: distributions of one quantity over a range, whose distribution function is piecewise linear."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

_BUMP_POINTS = 4001
_BUMP_REACH = 6.0  # standard deviations: beyond lies less than 1e-9 of a bump


@dataclass(frozen=True)
class Law:
    """F(x), rising in straight lines from 0 at x[0] to 1 at x[-1].

    x: float64 [K], rising; below: F there, float64 [K], never falling. A uniform law has two points, a
    histogram one more than bars; of a sample F joins its values.
    """

    x: Values
    below: Values

    @property
    def low(self) -> float:
        """The least value there is."""
        return float(self.x[0])

    @property
    def high(self) -> float:
        return float(self.x[-1])

    @property
    def gaps(self) -> tuple[tuple[float, float], ...]:
        """Stretches between `low` and `high` in which nothing lies."""
        flat = np.diff(self.below) <= 0.0
        return tuple((float(a), float(b)) for a, b in zip(self.x[:-1][flat], self.x[1:][flat], strict=True))

    def cdf(self, values: Values) -> Values:
        """F of values [N]."""
        found: Values = np.interp(values, self.x, self.below, left=0.0, right=1.0)
        return found

    def quantile(self, shares: Values) -> Values:
        """The value below which each share [N] in 0..1 of everything lies; at a gap its upper end."""
        place = np.searchsorted(self.below, shares, side="right").clip(1, len(self.x) - 1)
        under, over = self.below[place - 1], self.below[place]
        rise = np.where(over > under, over - under, 1.0)
        along = ((shares - under) / rise).clip(0.0, 1.0)
        found: Values = self.x[place - 1] + along * (self.x[place] - self.x[place - 1])
        return found

    def shares(self, edges: Values) -> Values:
        """What part lies in each bin, [B] for edges [B + 1]."""
        return np.diff(self.cdf(edges))

    def outside(self, low: float, high: float) -> float:
        """What part lies beyond two ends, 0..1."""
        inside = self.cdf(np.array([low, high]))
        return float(1.0 - (inside[1] - inside[0]))

    def within(self, low: float, high: float) -> "Law":
        """The law of those that lie between two ends. Raises: ValueError where none does."""
        kept = (self.x > low) & (self.x < high)
        x = np.concatenate([[max(low, self.low)], self.x[kept], [min(high, self.high)]])
        return _law(x, self.cdf(x))


def uniform(low: float, high: float) -> Law:
    """Every value from low to high equally often. Raises: ValueError where there is nothing between them."""
    return _law(np.array([low, high]), np.array([0.0, 1.0]))


def bumps(centers: Sequence[float], sds: Sequence[float], weights: Sequence[float]) -> Law:
    """Normal distributions side by side, each with its share, cut six standard deviations out.

    Raises: ValueError for lists of different lengths, a spread that is not positive, or shares that are
    negative or all 0.
    """
    if not len(centers) == len(sds) == len(weights) or not len(centers):
        raise ValueError("needs a center, an sd and a weight for every bump")
    if min(sds) <= 0.0:
        raise ValueError("has a bump without width")
    if min(weights) < 0.0 or sum(weights) <= 0.0:
        raise ValueError("has weights below 0, or none above")
    low = min(c - _BUMP_REACH * s for c, s in zip(centers, sds, strict=True))
    high = max(c + _BUMP_REACH * s for c, s in zip(centers, sds, strict=True))
    # Fine around each bump, however narrow beside its neighbours.
    around = [np.linspace(c - _BUMP_REACH * s, c + _BUMP_REACH * s, _BUMP_POINTS // 4) for c, s in
              zip(centers, sds, strict=True)]  # fmt: skip
    x = np.unique(np.concatenate([np.linspace(low, high, _BUMP_POINTS), *around]))
    below = sum(w * _normal((x - c) / s) for c, s, w in zip(centers, sds, weights, strict=True))
    return _law(x, np.asarray(below))


def histogram(low: float, high: float, heights: Sequence[float]) -> Law:
    """Bars of one width from low to high; heights need not sum to anything.

    Bars of height 0 at the ends end the law there, between others they leave a gap. Raises: ValueError for
    heights below 0 or all 0.
    """
    tall = np.asarray(heights, dtype=np.float64)
    if len(tall) == 0 or tall.min() < 0.0 or tall.sum() <= 0.0:
        raise ValueError("has bars below 0, or none above")
    standing = np.flatnonzero(tall)
    first, last = int(standing[0]), int(standing[-1]) + 1
    edges = np.linspace(low, high, len(tall) + 1)[first : last + 1]
    return _law(edges, np.concatenate([[0.0], tall[first:last].cumsum()]))


def like_sample(values: Values) -> Law:
    """The law of a sample [N], smooth between its values; what is not finite is left out.

    Raises: ValueError for fewer than two different values.
    """
    found = np.sort(values[np.isfinite(values)])
    if len(found) < 2 or found[0] == found[-1]:
        raise ValueError("is like a sample of fewer than two different values")
    x, last = np.unique(found, return_index=True)
    # Of equal values the middle of their ranks; the least and the greatest are the ends.
    counts = np.diff(np.append(last, len(found)))
    ranks = last + 0.5 * (counts - 1)
    ranks[0], ranks[-1] = 0.0, len(found) - 1.0
    return _law(x, ranks)


def distance(values: Values, law: Law) -> float:
    """Largest distance, 0..1, of the distribution function of a sample [N] from a law's; values that are not
    finite are left out, 1 where none is left. Source: Kolmogorov, 1933; the one-sample statistic."""
    found = np.sort(values[np.isfinite(values)])
    if not len(found):
        return 1.0
    at = law.cdf(found)
    steps = np.arange(len(found) + 1) / len(found)
    return float(max((steps[1:] - at).max(), (at - steps[:-1]).max()))


def _normal(z: Values) -> Values:
    from scipy import special  # takes as long to import as half of all else

    found: Values = special.ndtr(z)
    return found


def _law(x: Values, below: Values) -> Law:
    """Brought to 0 and 1 at its ends. Raises: ValueError for a law of nothing."""
    x, below = np.asarray(x, dtype=np.float64), np.asarray(below, dtype=np.float64)
    rise = below[-1] - below[0]
    if not np.isfinite(x).all() or x[-1] <= x[0] or not rise > 0.0:
        raise ValueError("holds nothing")
    scaled = (below - below[0]) / rise
    scaled[0], scaled[-1] = 0.0, 1.0
    return Law(x, scaled)
