"""Wobble: clean line drawings made as unsteady as a hand's: bent smoothly, with gaps in the strokes."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

_KNOTS = 5
"""Points a side at which the bend is drawn at random; between them it is smooth."""
_GAPS = 6
"""Gaps a drawing: a hand that lifts the pen now and then."""


def wobbly(ink: Tensor, seed: int, bend: float = 1.5, gap: float = 2.0) -> Tensor:
    """Drawings [N, 1, H, W], ink 0 paper to 1 ink, bent and broken: float32 of the same shape.

    bend: standard deviation of how far a point moves, in pixels of 64 a side; gap: radius of a gap in the
    same unit, each around a place on a stroke. Drawing k depends on (seed, k) alone.
    Source: none; gaps and low-frequency bends are what the specification of the experiments asks for.
    """
    side = ink.shape[-1]
    unit = side / 64.0
    rows = []
    for index, drawing in enumerate(ink):
        random = np.random.RandomState((seed * 1_000_003 + index) % 2**32)
        rows.append(_broken(_bent(drawing, bend * unit, random), gap * unit, random))
    return torch.stack(rows)


def _bent(drawing: Tensor, bend: float, random: np.random.RandomState) -> Tensor:
    """One drawing [1, H, W] through a smooth field of shifts of `bend` pixels."""
    height, width = drawing.shape[-2:]
    knots = torch.from_numpy(random.randn(1, 2, _KNOTS, _KNOTS)).float().to(drawing.device)
    shifts = F.interpolate(knots, size=(height, width), mode="bicubic", align_corners=True)[0]
    y, x = torch.meshgrid(
        torch.arange(height, device=drawing.device), torch.arange(width, device=drawing.device), indexing="ij"
    )
    across = (x + bend * shifts[0]) * (2.0 / (width - 1)) - 1.0
    down = (y + bend * shifts[1]) * (2.0 / (height - 1)) - 1.0
    grid = torch.stack([across, down], dim=-1)[None]
    # Outside is paper, which is 0 here.
    moved = F.grid_sample(drawing[None].float(), grid, padding_mode="zeros", align_corners=True)
    return moved[0].clamp(0.0, 1.0)


def _broken(drawing: Tensor, gap: float, random: np.random.RandomState) -> Tensor:
    """One drawing [1, H, W] without the ink within `gap` pixels of a few places on its strokes."""
    places = (drawing[0] > 0.5).nonzero()
    picks = random.rand(_GAPS)  # drawn whether or not there is ink, so that all drawings use as many
    if not len(places) or gap <= 0.0:
        return drawing
    height, width = drawing.shape[-2:]
    y = torch.arange(height, device=drawing.device)[:, None]
    x = torch.arange(width, device=drawing.device)[None]
    stays = torch.ones(height, width, device=drawing.device)
    for pick in picks:
        row, column = places[int(pick * len(places))].tolist()
        stays *= ((y - row) ** 2 + (x - column) ** 2 > gap**2).float()
    return drawing * stays
