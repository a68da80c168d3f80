"""Circle: differences, middle and spread of quantities that come round, such as hues."""

import numpy as np
from numpy.typing import NDArray


def difference(a: NDArray[np.float64], b: NDArray[np.float64], period: float | None) -> NDArray[np.float64]:
    """a - b; with a period, the shorter way round, in [-period / 2, period / 2)."""
    plain = a - b
    if period is None:
        return plain
    wrapped: NDArray[np.float64] = np.mod(plain + 0.5 * period, period) - 0.5 * period
    return wrapped


def centre(values: NDArray[np.float64], period: float | None) -> float:
    """The mean; with a period, the direction of the mean unit vector, in [0, period).

    Source: Mardia and Jupp, Directional Statistics, 2000, chapter 2.
    """
    if period is None:
        return float(values.mean())
    angle = values * (2.0 * np.pi / period)
    turn = np.arctan2(np.sin(angle).mean(), np.cos(angle).mean()) / (2.0 * np.pi)
    middle = float(np.mod(turn, 1.0)) * period
    return middle if middle < period else 0.0  # a turn just below zero is rounded to a whole one


def spread(values: NDArray[np.float64], period: float | None) -> float:
    """Standard deviation; with a period, the root mean square of the shorter way to the centre.

    That of hues all round is period / sqrt(12), as of a uniform law, where the usual circular standard
    deviation is infinite and nothing could be divided by it.
    """
    return float(np.sqrt(np.square(difference(values, np.asarray(centre(values, period)), period)).mean()))
