"""Alignment: a head's place, size and tilt, and the picture cut out around it as if it were upright."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.perception.factor_code import FactorCode

POSE = ("head_x", "head_y", "head_scale", "tilt")
# How the portraits worlds place a head of scale 1 (half picture sides, y down): it turns about a
# point of its neck. See worlds.portrait_painter.
_SCALE, _DOWN, _PIVOT = 1.1, 0.05, 0.45
_CENTER_Y = -0.05
PIVOT_Y = _PIVOT + _DOWN
"""Where that point is of a head in its place: half picture sides below the middle."""


@dataclass(frozen=True)
class Pose:
    """Where heads are, [N] each: x, y from the middle in shares of the side, scale, tilt in degrees."""

    x: Tensor
    y: Tensor
    scale: Tensor
    tilt: Tensor

    @classmethod
    def of(cls, values: Mapping[str, Tensor]) -> "Pose":
        """Of factors, kept within what a picture can show: a wrong guess still cuts out something."""
        x, y, scale, tilt = (values[name] for name in POSE)
        return cls(x.clamp(-0.3, 0.3), y.clamp(-0.3, 0.3), scale.clamp(0.6, 1.5), tilt.clamp(-45.0, 45.0))


def has_pose(code: FactorCode) -> bool:
    """Whether these are factors of a world of heads."""
    return set(POSE) <= {attribute.name for attribute in code.attributes}


def cut_out(images: Tensor, pose: Pose, side: int, reach: float) -> Tensor:
    """Images [N, C, H, W] to [N, C, side, side] around the face, upright and of one size.

    reach: half side of the square cut out, in the head's own half picture sides; 0.66 holds the face.
    Differentiable in images and pose. Source: Jaderberg et al. 2015 (spatial transformer), section 3.
    """
    axis = (torch.arange(side, device=images.device, dtype=torch.float32) + 0.5) * (2.0 / side) - 1.0
    scale = (_SCALE * pose.scale)[:, None, None]
    u = scale * reach * axis[None, None, :]
    v = scale * (reach * axis[None, :, None] + _CENTER_Y - _PIVOT)
    angle = pose.tilt * (math.pi / 180.0)
    cos, sin = torch.cos(angle)[:, None, None], torch.sin(angle)[:, None, None]
    x = cos * u - sin * v + 2.0 * pose.x[:, None, None]
    y = sin * u + cos * v + _PIVOT + _DOWN + 2.0 * pose.y[:, None, None]
    grid = torch.stack([x, y], dim=3)
    return F.grid_sample(images.float(), grid, mode="bilinear", padding_mode="border", align_corners=False)
