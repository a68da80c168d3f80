"""Lab: between RGB and CIE-Lab, in which a colour's lightness and its two opponent colours are numbers."""

import torch
from torch import Tensor

# Linear sRGB primaries to CIE XYZ, and the white of D65 seen under 2 degrees. Source: IEC 61966-2-1.
_TO_XYZ = (
    (0.412453, 0.357580, 0.180423),
    (0.212671, 0.715160, 0.072169),
    (0.019334, 0.119193, 0.950227),
)
_WHITE = (0.95047, 1.0, 1.08883)
_DELTA = 6.0 / 29.0


def rgb_to_lab(rgb: Tensor) -> Tensor:
    """sRGB float [N, 3, H, W] in [0, 1] -> L in 0..100, a and b about -128..127, float64.

    Source: CIE 15:2004, section 8.2.1.
    """
    rgb = rgb.double()
    linear = torch.where(rgb > 0.04045, ((rgb.clamp_min(0.0) + 0.055) / 1.055).pow(2.4), rgb / 12.92)
    xyz = torch.einsum("ij,njhw->nihw", _matrix(rgb), linear)
    t = xyz / xyz.new_tensor(_WHITE).view(1, 3, 1, 1)
    f = torch.where(t > _DELTA**3, t.clamp_min(_DELTA**3).pow(1.0 / 3.0), t / (3.0 * _DELTA**2) + 4.0 / 29.0)
    x, y, z = f.unbind(dim=1)
    return torch.stack([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)], dim=1)


def lab_to_rgb(lab: Tensor) -> Tensor:
    """The way back, float64 [N, 3, H, W]; colours that a screen has not are cut to [0, 1]."""
    lightness, a, b = lab.double().unbind(dim=1)
    y = (lightness + 16.0) / 116.0
    f = torch.stack([y + a / 500.0, y, y - b / 200.0], dim=1)
    t = torch.where(f > _DELTA, f.pow(3.0), 3.0 * _DELTA**2 * (f - 4.0 / 29.0)).clamp_min(0.0)
    xyz = t * t.new_tensor(_WHITE).view(1, 3, 1, 1)
    linear = torch.einsum("ij,njhw->nihw", torch.linalg.inv(_matrix(xyz)), xyz)
    curved = 1.055 * linear.clamp_min(0.0031308).pow(1.0 / 2.4) - 0.055
    return torch.where(linear > 0.0031308, curved, 12.92 * linear).clamp(0.0, 1.0)


def _matrix(like: Tensor) -> Tensor:
    return like.new_tensor(_TO_XYZ)
