"""Place: an edited picture moved to where it fits another one best, so that only what else it shows tells."""

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.methods.factor.loss import BlurredLoss, gaussian, sigma_at

_ROUNDS = 5
_LONGEST = 2.0
"""Pixels of one round: further, a slope says nothing."""
_LEAST = 1e-6  # of the slopes' sum of squares: a picture without any is not moved


def placed(image: Tensor, target: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Targets and masks [M, 3, R, R], each moved to where it is nearest to one image [1, 3, R, R]: the
    squared error of what is seen, blurred, is made least over both directions.

    What grows or turns about the middle of a picture also moves whatever stands beside it. The same thing
    grown where it stands is then held against one that has moved, and looks as if it had grown less.

    Source: Lucas and Kanade, "An iterative image registration technique with an application to stereo
    vision", 1981: Gauss-Newton on a shift.
    """
    loss = BlurredLoss(gaussian(2.0 * sigma_at(image.shape[-1])))
    by = torch.zeros(len(target), 2, dtype=target.dtype, device=target.device)
    moved, seen = target, mask
    for _ in range(_ROUNDS):
        lacking = loss.blur(seen * (image - moved)).flatten(1)
        slopes = torch.stack([loss.blur(seen * slope).flatten(1) for slope in _slopes(moved)], dim=1)
        # Moved on by d, what is lacking is about lacking + d . slopes.
        squares = slopes @ slopes.transpose(1, 2)
        floor = _LEAST * squares.diagonal(dim1=1, dim2=2).sum(dim=1).clamp_min(_LEAST)
        squares = squares + floor[:, None, None] * torch.eye(2, dtype=squares.dtype, device=squares.device)
        step = torch.linalg.solve(squares, (slopes @ lacking[:, :, None])[..., 0])
        by = by - step.clamp(-_LONGEST, _LONGEST)
        # Bilinear blurs most half-way between pixels, and whole pixels would win.
        moved, seen = _moved(target, by, "bicubic"), _moved(mask, by, "bilinear")
    return moved, seen


def _slopes(images: Tensor) -> tuple[Tensor, Tensor]:
    """Per pixel to the right and down: central differences, 0 at the border."""
    across = F.pad(0.5 * (images[..., 2:] - images[..., :-2]), (1, 1, 0, 0))
    down = F.pad(0.5 * (images[..., 2:, :] - images[..., :-2, :]), (0, 0, 1, 1))
    return across, down


def _moved(images: Tensor, by: Tensor, mode: str) -> Tensor:
    """Moved right and down by pixels [M, 2], 0 where nothing comes from. Square images."""
    shift = torch.zeros(len(images), 2, 3, dtype=images.dtype, device=images.device)
    shift[:, 0, 0] = shift[:, 1, 1] = 1.0
    shift[:, :, 2] = -2.0 * by / images.shape[-1]
    places = F.affine_grid(shift, list(images.shape), align_corners=False)
    return F.grid_sample(images, places, mode=mode, padding_mode="zeros", align_corners=False)
