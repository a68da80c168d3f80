"""Scales: from values to pixels, with ticks at round numbers."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from wend.measure.chart import Axis


@dataclass(frozen=True)
class Scale:
    """Values low..high to pixels start..stop, evenly or by their logarithm."""

    low: float
    high: float
    start: float
    stop: float
    is_log: bool = False

    def __call__(self, value: float) -> float:
        low, high, at = (
            (math.log10(self.low), math.log10(self.high), math.log10(max(value, self.low)))
            if self.is_log
            else (self.low, self.high, value)
        )
        return self.start + (self.stop - self.start) * (at - low) / (high - low)

    def ticks(self, count: int = 5) -> list[tuple[float, str]]:
        """Round values between the ends and how they are written: about `count` of them."""
        if self.is_log:
            exponents = range(
                math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9) + 1
            )
            return [(10.0**e, written(10.0**e)) for e in exponents]
        step = round_step(self.high - self.low, count)
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [(i * step, written(i * step, decimals)) for i in range(first, last + 1)]


def fit(axis: Axis, values: Iterable[float], start: float, stop: float, count: int = 5) -> Scale:
    """A scale that holds the axis's own ends, else those of the values moved out to round ones."""
    finite = [v for v in values if math.isfinite(v)]
    if axis.scale == "log":
        positive = [v for v in finite if v > 0.0] or [0.1, 1.0]
        low = axis.low or 10.0 ** math.floor(math.log10(min(positive)))
        high = axis.high or 10.0 ** math.ceil(math.log10(max(positive)))
        return Scale(low, high if high > low else 10.0 * low, start, stop, is_log=True)
    low = axis.low if axis.low is not None else min(finite, default=0.0)
    high = axis.high if axis.high is not None else max(finite, default=1.0)
    if not high > low:
        half = 0.5 * (abs(low) or 1.0)
        low, high = low - half, high + half
    step = round_step(high - low, count)
    if axis.low is None:
        low = step * math.floor(low / step + 1e-9)
    if axis.high is None:
        high = step * math.ceil(high / step - 1e-9)
    return Scale(low, high, start, stop)


def round_step(extent: float, count: int) -> float:
    """1, 2 or 5 times a power of ten, so that about `count` of them make up `extent`."""
    raw = extent / count
    power = 10.0 ** math.floor(math.log10(raw))
    share = raw / power
    factor = 1.0 if share < 1.5 else 2.0 if share < 3.5 else 5.0 if share < 7.5 else 10.0
    return factor * power


def written(value: float, decimals: int | None = None) -> str:
    """A number for reading: a true minus, no exponent where it can be avoided."""
    if not math.isfinite(value):
        return "–"
    if decimals is not None:
        text = f"{value:.{decimals}f}"
    elif value != 0.0 and not 1e-4 <= abs(value) < 1e6:
        return _power(value)
    else:
        text = f"{value:.3g}" if abs(value) < 1000.0 else f"{value:,.0f}".replace(",", "\u202f")
    return "0" if text in ("-0", "0.") else text.replace("-", "\u2212")


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _power(value: float) -> str:
    """Three digits and a power of ten."""
    mantissa, exponent = f"{value:.2e}".split("e")
    power = "10" + str(int(exponent)).translate(_RAISED)
    digits = mantissa.rstrip("0").rstrip(".").replace("-", "\u2212")
    return power if digits == "1" else f"{digits}·{power}"
