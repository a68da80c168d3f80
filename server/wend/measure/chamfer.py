"""Chamfer: how far the ink of one drawing lies from that of another, in pixels."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.measure.line_score import INK


def chamfer(drawings: Tensor, sketches: Tensor) -> Tensor:
    """Distances float32 [N, M] in pixels of drawings [N, 1, H, W] from sketches [M, 1, H, W], 0 paper, 1 ink.

    Mean distance of a pixel of ink to the nearest ink of the other, the mean of both ways; a drawing
    without ink is a diagonal away.
    Source: Barrow et al., "Parametric correspondence and chamfer matching", IJCAI 1977, taken both ways.
    """
    one, other = ((each[:, 0] > INK).cpu().numpy() for each in (drawings, sketches))
    there = _mean_reach(one, other)
    back = _mean_reach(other, one).T
    return torch.from_numpy(0.5 * (there + back)).float()


def _mean_reach(ink: NDArray[np.bool_], others: NDArray[np.bool_]) -> NDArray[np.float64]:
    """[A, B]: of ink [A, H, W], its mean distance to the ink of others [B, H, W]."""
    from scipy.ndimage import distance_transform_edt  # slow to import, and few processes measure

    height, width = ink.shape[-2:]
    diagonal = float(np.hypot(height, width))
    away = np.stack(
        [distance_transform_edt(~each) if each.any() else np.full(each.shape, diagonal) for each in others]
    )
    counts = ink.reshape(len(ink), -1).sum(axis=1, dtype=np.float64)[:, None]
    sums = ink.reshape(len(ink), -1).astype(np.float64) @ away.reshape(len(away), -1).T
    reach: NDArray[np.float64] = np.where(counts > 0.0, sums / np.maximum(counts, 1.0), diagonal)
    return reach


def nearest(drawings: Tensor, sketches: Tensor, count: int, chunk: int = 1024) -> NDArray[np.int64]:
    """Which `count` of the drawings [N, 1, H, W] come nearest to any of the sketches, nearest first.

    The baseline of the method: a generator's own samples, picked by their lines.
    Source: Wang, Bau and Zhu, ICCV 2021, section 4.1, filters samples by sketch retrieval.
    """
    distances = [chamfer(part, sketches).min(dim=1).values for part in drawings.split(chunk)]
    order: NDArray[np.int64] = torch.cat(distances).argsort(stable=True)[:count].numpy()
    return order
