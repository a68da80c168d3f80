"""Signed distances: negative inside, in the length unit of the points; all shapes broadcast.

Source: the standard bounds and closed forms, e.g. Hart, "Sphere tracing", 1996, and Quilez's notes
on 2-D distance functions; ellipses use the first-order (gradient-normalised) distance.
"""

import torch
from torch import Tensor

Number = Tensor | float


def circle(x: Tensor, y: Tensor, radius: Number) -> Tensor:
    """Exact distance to a circle around the origin."""
    return torch.sqrt(x * x + y * y + 1e-12) - radius


def ellipse(x: Tensor, y: Tensor, rx: Number, ry: Number) -> Tensor:
    """First-order distance to an axis-aligned ellipse around the origin."""
    ax, ay = x / rx, y / ry
    k0 = torch.sqrt(ax * ax + ay * ay + 1e-12)
    k1 = torch.sqrt((ax / rx) ** 2 + (ay / ry) ** 2 + 1e-12)
    return k0 * (k0 - 1.0) / k1


def box(x: Tensor, y: Tensor, half_width: Number, half_height: Number, corner: Number = 0.0) -> Tensor:
    """Exact distance to an axis-aligned box with rounded corners."""
    dx, dy = x.abs() - half_width + corner, y.abs() - half_height + corner
    outside = torch.sqrt(dx.clamp_min(0.0) ** 2 + dy.clamp_min(0.0) ** 2 + 1e-12)
    return outside + torch.maximum(dx, dy).clamp_max(0.0) - corner


def segment(x: Tensor, y: Tensor, ax: Number, ay: Number, bx: Number, by: Number, radius: Number) -> Tensor:
    """Exact distance to a stroke with round ends from a to b."""
    px, py, sx, sy = x - ax, y - ay, bx - ax, by - ay
    h = ((px * sx + py * sy) / (sx * sx + sy * sy + 1e-12)).clamp(0.0, 1.0)
    return torch.sqrt((px - h * sx) ** 2 + (py - h * sy) ** 2 + 1e-12) - radius


def ring(distance: Tensor, half_width: Number) -> Tensor:
    """The outline of a shape, `half_width` to either side."""
    return distance.abs() - half_width


def both(*distances: Tensor) -> Tensor:
    """Intersection."""
    out = distances[0]
    for other in distances[1:]:
        out = torch.maximum(out, other)
    return out


def either(*distances: Tensor) -> Tensor:
    """Union."""
    out = distances[0]
    for other in distances[1:]:
        out = torch.minimum(out, other)
    return out
