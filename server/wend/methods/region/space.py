"""Region space: the directions of w that a region's sliders are made of, each one standard deviation long."""

from dataclasses import dataclass

import torch
from torch import Tensor

from wend.generators.generator import Generator
from wend.measure.slices import Sliced
from wend.methods.discover.ganspace import WSample, principal_axes

LEAST_SHARE = 1e-6  # of the variance: what varies less is rounding
_ALL_GROUPS = 4

Rows = tuple[int, int]
"""Style rows [start, end)."""


@dataclass(frozen=True)
class RegionSpace:
    """Principal axes of w times their standard deviations: float32 [K, D], largest first, on the device.

    A combination c of them is as far from the mean of w, in Mahalanobis distance, as |c| says: its square
    is the w-statistics prior that keeps directions on the manifold.
    Source: Härkönen et al., "GANSpace", 2020, section 3.1, for the axes.
    """

    axes: Tensor

    @classmethod
    def fit(cls, generator: Generator) -> Sliced["RegionSpace"]:
        """Of 20 000 mapped samples."""
        sample = WSample(generator)
        yield from sample.gather()
        found = principal_axes(sample.covariance, generator.spec.w_dim)
        kept = [axis for axis in found if axis.share > LEAST_SHARE]
        axes = torch.stack([axis.vector * axis.sd for axis in kept]).float()
        return cls(axes.to(generator.device))

    def __len__(self) -> int:
        return len(self.axes)


def row_groups(num_ws: int, layers: Rows | None = None) -> tuple[Rows, ...]:
    """Ranges of style rows that move apart from each other: up to four, the last of them the longest.

    Late rows draw detail over a whole picture and cost least to follow, so that one range serves them.
    layers: within these rows alone.
    """
    start, end = layers or (0, num_ws)
    count = min(_ALL_GROUPS, end - start)
    width = (end - start) // (count + 1) or 1
    starts = [start + width * index for index in range(count)]
    return tuple(zip(starts, [*starts[1:], end], strict=True))


def spread_over_rows(parts: Tensor, groups: tuple[Rows, ...], num_ws: int) -> Tensor:
    """What each group moves by, [..., G, D], as a displacement of ws, [..., L, D]; other rows stay."""
    moved = parts.new_zeros(*parts.shape[:-2], num_ws, parts.shape[-1])
    for index, (start, end) in enumerate(groups):
        moved[..., start:end, :] = parts[..., index : index + 1, :]
    return moved
