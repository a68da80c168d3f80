"""Walk zones: over which strengths a walk was trained, keeps moving its attribute, and runs out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wend.measure.export import Plain, to_dict

STALLED = 0.25
"""A step follows, or changes the picture, while it does so by at least this share of what it should."""

Zone = tuple[float, float]


@dataclass(frozen=True)
class Zones:
    """Ranges of alpha, low first.

    trained: seen in training, or the range a slider has where nothing was trained. reachable: over which
    the attribute follows; reached: its median changes at the two ends, in its unit. saturated: beyond
    which pictures hardly change any more; an end that was not met is that of the strengths looked at,
    and None says that neither was.
    """

    trained: Zone
    reachable: Zone
    reached: Zone
    saturated: Zone | None

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)


def find_zones(
    alphas: NDArray[np.float64], medians: NDArray[np.float64], lengths: NDArray[np.float64], trained: Zone
) -> Zones:
    """From the median change of the attribute [K] and the median perceptual length of each step [K - 1].

    What a step should do is said by the steps next to the start that lie within the trained range (at
    least one on either side), for the attribute, and by the longest step per alpha, for the picture.
    Going out from the start, either zone ends before the first step that does less than a quarter of
    that and after which no step does more: one odd step ends nothing. Source: ours; that walks run out
    is shown by Jahanian, Chai and Isola, 2020, figure 5, as falling step lengths.
    """
    start = int(np.flatnonzero(alphas == 0.0)[0])
    gaps = np.diff(alphas)
    slopes = np.diff(medians) / gaps
    inner = _inner(alphas, trained, start)
    expected = float(np.polyfit(alphas[inner], medians[inner], 1)[0])
    follows = (
        slopes * np.sign(expected) >= STALLED * abs(expected) if expected else np.zeros_like(slopes, bool)
    )
    low, high = _ends(follows, start)
    pace = lengths / gaps
    longest = float(pace.max())
    still_low, still_high = _ends(pace >= STALLED * longest, start) if longest > 0.0 else (start, start)
    met = still_low > 0 or still_high < len(alphas) - 1
    return Zones(
        trained=trained,
        reachable=(float(alphas[low]), float(alphas[high])),
        reached=(float(medians[low]), float(medians[high])),
        saturated=(float(alphas[still_low]), float(alphas[still_high])) if met else None,
    )


def _inner(alphas: NDArray[np.float64], trained: Zone, start: int) -> slice:
    """Up to two strengths either side of the start, within the trained range where there are such."""
    inside = (alphas >= trained[0]) & (alphas <= trained[1])
    low, high = max(start - 1, 0), min(start + 1, len(alphas) - 1)
    if start >= 2 and inside[start - 2]:
        low = start - 2
    if start + 2 < len(alphas) and inside[start + 2]:
        high = start + 2
    return slice(low, high + 1)


def _ends(does: NDArray[np.bool_], start: int) -> tuple[int, int]:
    """Indices of the strengths up to which steps do what they should; step k lies between k and k + 1."""
    above = np.flatnonzero(does[start:])
    below = np.flatnonzero(does[:start])
    high = start + int(above[-1]) + 1 if len(above) else start
    low = int(below[0]) if len(below) else start
    return low, high
