"""Leakage: what else changed while one thing was asked to, in factors and in places."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import InvalidInput, InvalidShape
from wend.measure.attributes import Attributes
from wend.measure.circle import difference, spread
from wend.measure.export import Plain, Table, to_dict


@dataclass(frozen=True)
class FactorLeak:
    """One attribute that was not asked to change. Both per standard deviation asked, in its own.

    drift: how far it moves along on average, signed; 0.5: half a standard deviation of this for one of
    what was asked. size: root mean square change, so what scatters counts too; size >= |drift|.
    """

    name: str
    drift: float
    size: float


@dataclass(frozen=True)
class FactorLeakage:
    """What moved when `asked` was to: the root mean square of its own change, in its world's standard
    deviations, and every other attribute, the most leaking first."""

    asked: str
    asked_sd: float
    leaks: tuple[FactorLeak, ...]

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)

    def table(self) -> Table:
        return Table(
            ("attribute", "drift", "size"), tuple((leak.name, leak.drift, leak.size) for leak in self.leaks)
        )


def world_spreads(world: Attributes) -> dict[str, float]:
    """Standard deviation of every attribute over pictures of a world, in its unit; hues along the circle.

    Of an attribute that none of them has there is none.
    """
    found = {c.name: (c.values[np.isfinite(c.values)], c.period) for c in world.columns}
    return {name: spread(values, period) for name, (values, period) in found.items() if len(values)}


def factor_leakage(
    before: Attributes, after: Attributes, asked: str, spreads: dict[str, float]
) -> FactorLeakage:
    """Leakage of edits: attributes of the same N pictures before and after, and the world's spreads.

    Pictures in which an attribute was not found count for nothing in it; attributes that never vary in
    the world are left out. Raises: InvalidInput when `asked` did not change or is not measured.
    """
    if asked not in before.names or not spreads.get(asked):
        raise InvalidInput(f"{asked} is not measured, or never varies in this world.")
    changes = {
        c.name: difference(after[c.name].values, c.values, c.period) / spreads[c.name]
        for c in before.columns
        if spreads.get(c.name)
    }
    wanted = changes[asked]
    if not np.nansum(np.square(wanted)):
        raise InvalidInput(f"{asked} did not change at all.")
    leaks = [_leak(name, change, wanted) for name, change in changes.items() if name != asked]
    ordered = sorted(leaks, key=lambda leak: -leak.size)
    return FactorLeakage(asked, float(np.sqrt(np.nanmean(np.square(wanted)))), tuple(ordered))


def _leak(name: str, change: NDArray[np.float64], wanted: NDArray[np.float64]) -> FactorLeak:
    """Least squares through zero of change on wanted, and the ratio of their root mean squares."""
    found = np.isfinite(change) & np.isfinite(wanted)
    power = float(np.square(wanted[found]).sum())
    if not power:
        return FactorLeak(name, float("nan"), float("nan"))
    drift = float((change[found] * wanted[found]).sum() / power)
    return FactorLeak(name, drift, float(np.sqrt(np.square(change[found]).sum() / power)))


@dataclass(frozen=True)
class RegionLeakage:
    """Mean absolute change per pixel inside and outside a mask, as shares of the pixel range, 0..1.

    leakage = outside / inside: 0 changes nothing else, 1 changes the rest just as much.
    """

    inside: float
    outside: float
    leakage: float

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)


def region_leakage(before: Tensor, after: Tensor, mask: Tensor) -> RegionLeakage:
    """Of images float32 [N, C, H, W] in [-1, 1] and a mask float32 [1 or N, 1, H, W] in 0..1.

    Means are over all pictures together, every pixel weighted by the mask or its complement; leakage is
    infinite where the inside did not change.
    Raises: InvalidShape; InvalidInput for a mask that has no inside or no outside.
    """
    if before.shape != after.shape or mask.shape[-2:] != before.shape[-2:] or mask.ndim != 4:
        raise InvalidShape(
            "mask", f"[1 or N, 1, {before.shape[-2]}, {before.shape[-1]}]", str(list(mask.shape))
        )
    change = (after - before).abs().mean(dim=1, keepdim=True).double() / 2.0
    weight = mask.double().expand(change.shape)
    areas = float(weight.sum()), float((1.0 - weight).sum())
    if not (areas[0] and areas[1]):
        raise InvalidInput("The mask covers everything or nothing.")
    inside = float((change * weight).sum()) / areas[0]
    outside = float((change * (1.0 - weight)).sum()) / areas[1]
    leak = outside / inside if inside else (float("inf") if outside else 0.0)
    return RegionLeakage(inside, outside, leak)
