"""Traversal: pictures of many codes put at the same place of a line, and how much they then still differ.

Source: Plumerault, Le Borgne and Hudelot, "Controlling generative models with continuous factors of
variations", ICLR 2020, and its released code: 50 codes, 11 places from -5 to 5. A good control has a steep
median and a small standard deviation at every place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import InvalidInput
from wend.measure.agreement import rank_correlation
from wend.measure.attributes import Attributes, concatenate
from wend.measure.chart import Axis, Line, LineChart
from wend.measure.export import Plain, Table, to_dict
from wend.measure.probe import Probe
from wend.measure.slices import Sliced

PLACES: tuple[float, ...] = tuple(float(k) for k in range(-5, 6))
CODES = 50
_USUAL = 3.0  # places further out are off the prior

Look = Callable[[Tensor], Attributes]
"""What measures images float32 [N, 3, H, W] in [-1, 1]."""


class Placing(Protocol):
    """A line that puts latents at a place of its own, in standard deviations of the prior along it."""

    @property
    def space(self) -> Literal["z", "w"]: ...

    @property
    def layers(self) -> tuple[int, int]: ...

    def put(self, latent: Tensor, positions: Tensor) -> Tensor:
        """Latents at these positions, [] or [N]; all across the line stays as it is: in z with a direction u
        of norm 1, z - <z, u> u + p u."""
        ...


@dataclass(frozen=True)
class _Placed:
    """A line as a probe moves along it: alpha is the place itself, so 0 is a place like any other."""

    line: Placing
    space: Literal["z", "w"]
    layers: tuple[int, int]

    def apply(self, latent: Tensor, alpha: float) -> Tensor:
        return self.line.put(latent, torch.tensor(alpha, dtype=torch.float64, device=latent.device))

    def restricted(self, layers: tuple[int, int]) -> "_Placed":
        return _Placed(self.line, self.space, layers)

    def to(self, device: torch.device) -> "_Placed":  # noqa: ARG002 - the line is where it is
        return self


@dataclass(frozen=True)
class Traversal:
    """One attribute along a line.

    places [K]; per place median and standard deviation over the codes in which it was found (None below two
    of them), and how many were lost; count: codes; still: the standard deviation over the same codes as they
    are, at no place (None below two of them). The line is turned so that the median rises from its first
    place to its last; is_turned: whether it went the other way.
    """

    attribute: str
    unit: str
    places: tuple[float, ...]
    median: tuple[float | None, ...]
    sd: tuple[float | None, ...]
    lost: tuple[int, ...]
    count: int
    still: float | None
    is_turned: bool

    @property
    def mean_sd(self) -> float:
        """Over the places at which there is one: how precise the control is, 0 at best. NaN without any."""
        return _mean(self.sd)

    @property
    def mean_sd_usual(self) -> float:
        """The same over places within 3 standard deviations of the prior."""
        near = [sd for p, sd in zip(self.places, self.sd, strict=True) if abs(p) <= _USUAL]
        return _mean(near)

    @property
    def reach(self) -> float:
        """From the lowest median to the highest; NaN without any."""
        found = [m for m in self.median if m is not None]
        return max(found) - min(found) if found else float("nan")

    @property
    def rises(self) -> float | None:
        """Rank correlation of place and median, 1 where every step goes up; None where nothing moves."""
        both = [(p, m) for p, m in zip(self.places, self.median, strict=True) if m is not None]
        return rank_correlation(np.array([p for p, _ in both]), np.array([m for _, m in both]))

    def as_dict(self) -> dict[str, Plain]:
        ways = {
            "mean_sd": self.mean_sd,
            "mean_sd_usual": self.mean_sd_usual,
            "reach": self.reach,
            "rises": self.rises,
        }
        return {**to_dict(self), **to_dict(ways)}

    def table(self) -> Table:
        rows = zip(self.places, self.median, self.sd, self.lost, strict=True)
        return Table(("place", "median", "sd", "lost"), tuple(rows))


def traverse(
    probe: Probe, line: Placing, look: Look, attribute: str, places: Sequence[float] = PLACES
) -> Sliced[Traversal]:
    """Put every code of a probe at every place and measure an attribute; a slice per few pictures.

    Raises: InvalidInput for an attribute that `look` does not measure.
    """
    walk = _Placed(line, line.space, line.layers)
    rows: list[NDArray[np.float64]] = []
    unit = ""
    for place in (None, *places):
        seen: list[Attributes] = []
        for part in probe.chunks:
            with torch.no_grad():
                images = probe.render(part) if place is None else probe.render(part, walk, place)
                seen.append(look(images))
            yield
        column = concatenate(seen)[attribute]
        if column.is_circular:
            raise InvalidInput(f"{attribute} is circular: it has no median along a line.")
        unit = column.unit
        rows.append(column.values)
    return _summary(attribute, unit, tuple(places), np.stack(rows[1:]), rows[0])


def _summary(
    attribute: str,
    unit: str,
    places: tuple[float, ...],
    values: NDArray[np.float64],
    still: NDArray[np.float64],
) -> Traversal:
    """values [K, S], still [S]; NaN where it was not found."""
    found = [row[np.isfinite(row)] for row in values]
    median = [float(np.median(row)) if len(row) else None for row in found]
    sd = [float(row.std(ddof=1)) if len(row) > 1 else None for row in found]
    known = [m for m in median if m is not None]
    is_falling = len(known) > 1 and known[0] > known[-1]
    step = -1 if is_falling else 1
    rest = still[np.isfinite(still)]
    return Traversal(
        attribute,
        unit,
        places if step == 1 else tuple(-p for p in places[::-1]),
        tuple(median[::step]),
        tuple(sd[::step]),
        tuple(len(row) - len(kept) for row, kept in zip(values, found, strict=True))[::step],
        values.shape[1],
        float(rest.std(ddof=1)) if len(rest) > 1 else None,
        is_falling,
    )


def spread_chart(title: str, found: dict[str, Traversal], note: str = "") -> LineChart:
    """Standard deviation against place, a line per name; places without one are left out."""
    lines = []
    for name, each in found.items():
        points = [(p, sd) for p, sd in zip(each.places, each.sd, strict=True) if sd is not None]
        lines.append(Line(name, tuple(p for p, _ in points), tuple(sd for _, sd in points), has_points=True))
    unit = next(iter(found.values())).unit
    axis = Axis("sd of the measured value", unit, low=0.0)
    return LineChart(title, Axis("place on the line", "sd of the prior"), axis, tuple(lines), note)


def _mean(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else float("nan")
