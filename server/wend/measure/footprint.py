"""Footprint: what a walk does between the ends of its range - how much, where, and by which layers."""

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.latents.walk import Walk
from wend.library.footprints import MAX_SIDE, Footprint
from wend.library.walk_record import Zone
from wend.measure.likeness import Likeness
from wend.measure.probe import Probe
from wend.measure.slices import Sliced

STEPS = 4  # to either end of a range
BEYOND = 2  # steps further, where the ends are still among the generator's own pictures
_GREY = 127.5  # 8-bit steps of one unit of an image


def find_starts(probe: Probe) -> Sliced[tuple[Tensor, ...]]:
    """The pictures that walks set out from, a chunk of the probe each: float32 [n, C, H, W]."""
    starts: list[Tensor] = []
    for part in probe.chunks:
        starts.append(probe.render(part))
        yield
    return tuple(starts)


def find_footprint(
    probe: Probe, starts: tuple[Tensor, ...], walk: Walk, low: float, high: float, usable: Zone | None = None
) -> Sliced[Footprint]:
    """What a walk does in the probe's pictures, the layers in the first half of them. Layers are told at the
    end where the whole walk does more. starts: of `find_starts`."""
    side = min(MAX_SIDE, probe.generator.spec.resolution)
    where = torch.zeros(side, side, dtype=torch.float64)
    sums = [0.0, 0.0]
    for part, start in zip(probe.chunks, starts, strict=True):
        ends: list[Tensor] = []
        for index, alpha in enumerate((low, high)):
            ends.append(probe.render(part, walk, alpha))
            sums[index] += _sum_of_changes(ends[index], start)
            yield
        apart = (ends[1] - ends[0]).abs().mean(dim=1, keepdim=True)
        where += F.adaptive_avg_pool2d(apart, side).sum(dim=(0, 1)).double().cpu()
    where *= _GREY / len(probe)
    strongest = low if sums[0] > sums[1] else high
    layers = yield from _find_layers(probe, starts, walk, strongest)
    most = float(where.max())
    shares = where / most if most > 0.0 else where
    return Footprint(
        pictures=len(probe),
        change=round(max(sums) / len(probe), 3),
        layers=layers,
        most=round(most, 3),
        where=(shares * 255.0).round().to(torch.uint8).numpy(),
        usable=usable,
    )


def _find_layers(
    probe: Probe, starts: tuple[Tensor, ...], walk: Walk, alpha: float
) -> Sliced[tuple[float, ...]]:
    """The mean change that each style row makes alone; none where there is one, or no rows at all."""
    first, last = walk.layers
    if walk.space == "z" or last - first < 2:
        return ()
    half = max(1, (len(starts) + 1) // 2)
    looked = list(zip(probe.chunks[:half], starts[:half], strict=True))
    count = sum(len(start) for _, start in looked)
    found: list[float] = []
    for row in range(first, last):
        alone = walk.restricted((row, row + 1))
        total = 0.0
        for part, start in looked:
            total += _sum_of_changes(probe.render(part, alone, alpha), start)
            yield
        found.append(round(total / count, 3))
    return tuple(found)


def find_band(probe: Probe, likeness: Likeness, walk: Walk, low: float, high: float) -> Sliced[Zone]:
    """Where along a walk pictures stay like the generator's own: `find_range`'s rule, in fourths of a range
    whose ends somebody else chose, and up to half as far again beyond them.

    Either side ends where the median of the probe's unlikeness passes 1 (interpolated between steps).
    """
    ends: list[float] = []
    for end in (low, high):
        stride = end / STEPS
        reached = before = yield from _unlikeness(probe, likeness, walk, 0.0)
        limit = 0.0
        for step in range(1, STEPS + BEYOND + 1) if stride else ():
            reached = yield from _unlikeness(probe, likeness, walk, step * stride)
            if reached > 1.0:
                limit += stride * (1.0 - before) / (reached - before) if before < 1.0 else 0.0
                break
            limit, before = step * stride, reached
        ends.append(round(limit, 4))
    return min(ends), max(ends)


def _unlikeness(probe: Probe, likeness: Likeness, walk: Walk, alpha: float) -> Sliced[float]:
    parts: list[Tensor] = []
    for part in probe.chunks:
        parts.append(likeness.unlikeness(probe.render(part, walk, alpha)))
        yield
    return float(torch.cat(parts).median())


def _sum_of_changes(images: Tensor, start: Tensor) -> float:
    """Sum over the pictures of the mean absolute change of a pixel, in 8-bit steps."""
    return float((images - start).abs().mean(dim=(1, 2, 3)).sum()) * _GREY
