"""Control: what is measured of pictures that were put at values of a factor.

Source: Plumerault, Le Borgne and Hudelot, "Controlling generative models with continuous factors of
variations", ICLR 2020, evaluation: traversals, and the attribute's standard deviation at each step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import InvalidInput
from wend.latents.factor import FactorWalk
from wend.measure.attributes import AttributeColumn
from wend.measure.circle import spread
from wend.measure.probe import Probe
from wend.measure.slices import Sliced
from wend.measure.walk_aim import Aim
from wend.measure.walk_judge import Columns, Judge, columns_of, from_rows, look_at, rows_of
from wend.methods.factor.edits import FactorEdit

POSITIONS = (-2.0, -1.0, 0.0, 1.0, 2.0)
"""In standard deviations of the prior: where nearly all of its pictures lie."""


def aim_of_factor(edit: FactorEdit) -> Aim:
    """What measures a factor, in its own unit. Raises: InvalidInput for one that nothing here measures."""
    if edit.attribute is None:
        raise InvalidInput(f"Nothing here measures {edit.title.lower()}.")
    return Aim(edit.attribute, edit.unit)


@dataclass(frozen=True)
class Control:
    """One factor on one set of pictures. values: asked, K of them; medians, sds: measured, at each.

    sd_before: measured of the same pictures as they are. slope: of the line through all measured values
    against the asked ones; r2: of what was asked, up to one constant for all, since changes alone tell none.
    """

    values: tuple[float, ...]
    medians: tuple[float, ...]
    sds: tuple[float, ...]
    sd_before: float
    slope: float
    r2: float
    n: int

    @property
    def sd_ratio(self) -> float:
        """Mean sd at a value, over that before; NaN where all were alike before."""
        return float(np.mean(self.sds)) / self.sd_before if self.sd_before > 0.0 else float("nan")


@dataclass(frozen=True)
class Put:
    """A factor at one value, as a walk that any strength puts there; values beyond its ends are the ends."""

    walk: FactorWalk
    value: float

    @property
    def space(self) -> Literal["z", "w"]:
        return self.walk.space

    @property
    def layers(self) -> tuple[int, int]:
        return self.walk.layers

    def apply(self, latent: Tensor, alpha: float) -> Tensor:  # noqa: ARG002 - one value
        return self.walk.at(latent, min(max(self.value, self.walk.reach[0]), self.walk.reach[1]))

    def restricted(self, layers: tuple[int, int]) -> "Put":
        return Put(self.walk.restricted(layers), self.value)

    def to(self, device: torch.device) -> "Put":
        return Put(self.walk.to(device), self.value)


def look_put(
    walk: FactorWalk, values: Sequence[float], probe: Probe, judge: Judge, aim: Aim
) -> Sliced[list[AttributeColumn]]:
    """The aim's attribute of every picture of a probe, put at each value; a slice per chunk and value."""
    found: list[AttributeColumn] = []
    for value in values:
        column = yield from _look(Put(walk, value), probe, judge, aim)
        found.append(column)
    return found


def control_of(
    walk: FactorWalk,
    probe: Probe,
    judge: Judge,
    aim: Aim,
    positions: Sequence[float] = POSITIONS,
) -> Sliced[Control]:
    """Pictures put where p is each of `positions`, and looked at. The aim's unit is the factor's own, and no
    circle: what comes round has no R^2 of its own."""
    before = yield from _look(None, probe, judge, aim)
    values = walk.curve(torch.tensor(positions, dtype=torch.float64, device=walk.read.device)).tolist()
    columns = yield from look_put(walk, values, probe, judge, aim)
    measured = np.stack([column.values for column in columns])
    asked = np.broadcast_to(np.array(values)[:, None], measured.shape)
    known = np.isfinite(measured)
    slope, r2 = _line(asked[known], measured[known])
    return Control(
        values=tuple(values),
        medians=tuple(float(np.nanmedian(row)) for row in measured),
        sds=tuple(sd_of(column) for column in columns),
        sd_before=sd_of(before),
        slope=slope,
        r2=r2,
        n=len(probe),
    )


def sd_of(column: AttributeColumn) -> float:
    """Standard deviation of what was found, round the circle where the attribute is one."""
    return spread(column.values[np.isfinite(column.values)], column.period)


def _look(walk: Put | None, probe: Probe, judge: Judge, aim: Aim) -> Sliced[AttributeColumn]:
    told: Columns = []
    rows: list[Tensor] = []
    for part in probe.chunks:
        with torch.no_grad():
            seen = look_at(judge, probe.render(part, walk, 1.0))
        told = columns_of(seen)
        rows.append(rows_of(seen))
        yield
    return aim.of(from_rows(told, rows)[aim.attribute])


def _line(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """Slope of the least-squares line of y on x, and the R^2 of y = x + a constant."""
    across = x - x.mean()
    off = y - y.mean() - across
    total = float(np.square(y - y.mean()).sum())
    slope = float((across * y).sum() / np.square(across).sum())
    return slope, 1.0 - float(np.square(off).sum()) / total if total > 0.0 else 0.0
