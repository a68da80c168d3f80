"""Blends: the latent or noise between several, by weight."""

from collections.abc import Sequence

import torch
from torch import Tensor

_ROUNDS = 64
_CLOSE = 1e-12  # radians of the last correction


def weighted_sum(tensors: Sequence[Tensor], weights: Sequence[float]) -> Tensor:
    """Tensors of one shape, each times its weight, added in their order; one of weight 1 keeps its bits."""
    total = tensors[0] * weights[0]
    for tensor, weight in zip(tensors[1:], weights[1:], strict=True):
        total = total + weight * tensor
    return total


def blend_on_sphere(z: Tensor, weights: Sequence[float]) -> Tensor:
    """z float32 [N, D] -> float32 [1, D]: their mean by weight on the sphere, at the mean of their norms.

    weights sum to 1. Of two it is slerp: the arc between them, passed at a steady angle. The sum of Gaussian
    codes would be nearer to 0 than any code a generator has seen. Opposite codes, which no arc joins, and
    codes of length 0 blend as their sum.
    Source: Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985; of several Buss and
    Fillmore, "Spherical averages and applications to spherical splines and interpolation", ACM TOG 20(2),
    2001, algorithm A1.
    """
    codes = z.double()
    share = torch.tensor(weights, dtype=torch.float64, device=z.device)[:, None]
    norms = codes.norm(dim=1, keepdim=True)
    plain = (share * codes).sum(dim=0, keepdim=True)
    if not bool((norms > 0.0).all()) or not bool(plain.norm() > 0.0):
        return plain.float()
    points = codes / norms
    mean = _unit((share * points).sum(dim=0, keepdim=True))
    for _ in range(_ROUNDS):
        step = (share * _log(mean, points)).sum(dim=0, keepdim=True)
        angle = step.norm()
        mean = _unit(mean * angle.cos() + step * torch.special.sinc(angle / torch.pi))
        if float(angle) < _CLOSE:
            break
    blended: Tensor = (mean * (share * norms).sum()).float()
    return blended


def blend_noise(maps: Sequence[Tensor], weights: Sequence[float]) -> Tensor:
    """Maps float32 [1, 1, r, r] of independent seeds mixed by weights in 0..1.

    The mix has the variance of one map, times the square of the weights' sum, which is 1 but where a part is
    no noise: var(sum w_i n_i) = sum w_i^2 for independent maps of variance 1.
    """
    length = sum(weight * weight for weight in weights) ** 0.5
    if length == 0.0:
        return torch.zeros_like(maps[0])
    scale = sum(weights) / length
    return weighted_sum(maps, [scale * weight for weight in weights])


def _log(base: Tensor, points: Tensor) -> Tensor:
    """Tangents at base [1, D] towards points [N, D], as long as the arcs."""
    cosine = (points * base).sum(dim=1, keepdim=True).clamp(-1.0, 1.0)
    across = points - cosine * base
    sine = across.norm(dim=1, keepdim=True)
    return across * torch.where(sine > 0.0, torch.atan2(sine, cosine) / sine.clamp_min(1e-300), 0.0)


def _unit(vector: Tensor) -> Tensor:
    unit: Tensor = vector / vector.norm(dim=-1, keepdim=True)
    return unit
