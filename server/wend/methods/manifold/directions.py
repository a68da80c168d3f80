"""Manifold directions: the few ways a region can change by itself, from small steps along many axes."""

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.measure.slices import Sliced
from wend.methods.discover.ganspace import WSample, principal_axes
from wend.methods.manifold.scene import Scene

AXES = 24
"""Leading principal components of w that are tried in each group of rows."""
GROUPS = 4
_STEP = 0.25
"""Of the small steps, in standard deviations: further, and the answer is no longer that of a line."""
_SEEN = 128
_FLOOR = 0.003
"""Share of the mean inside change that every axis is charged for: far from w's cloud lie no faces."""


def slices_of_directions(scene: Scene) -> int:
    """How often `local_directions` yields."""
    count = min(AXES, scene.generator.spec.w_dim) * len(_groups(scene))
    return -(-2 * count // scene.chunk) + WSample(scene.generator).num_slices


def local_directions(scene: Scene, mask: Tensor, count: int) -> Sliced[Tensor]:
    """The displacements that change the inside of a mask most for what they change outside, the best first.

    mask: float32 [H, W]. Returns float32 [count, rows, D], each as long as would change the inside by 1
    (root mean square of pixels in -1..1) if the generator were linear; sign as it comes. Components of w
    are moved in groups of rows by themselves, both ways, and the changes of pixels put into a generalised
    eigenvalue problem: G_in a = l (G_out + floor) a, with a in standard deviations.

    Source: ours; local bases of a generator's Jacobian in a region as in Zhu et al., "Low-rank subspaces in
    GANs", NeurIPS 2021.
    """
    axes = yield from _axes(scene)
    mask = _smaller(mask.to(scene.ws.device)[None, None])[0, 0]
    slopes: list[Tensor] = []
    for part in scene.parts(len(axes)):
        with torch.no_grad():
            ahead = scene.draw(_STEP * axes[part])
            yield
            behind = scene.draw(-_STEP * axes[part])
        slopes.append(_smaller((ahead - behind) / (2.0 * _STEP)).flatten(1))
        yield
    jacobian = torch.cat(slopes)
    inside = _gram(jacobian, mask)
    outside = _gram(jacobian, 1.0 - mask)
    floor = _FLOOR * torch.trace(inside) / len(axes)
    eye = torch.eye(len(axes), dtype=inside.dtype)
    root = torch.linalg.inv(torch.linalg.cholesky(outside + floor.clamp_min(1e-12) * eye))
    _, vectors = torch.linalg.eigh(root @ inside @ root.T)
    found = (vectors.T @ root).flip(0)[:count]
    lengths = torch.einsum("ka,ab,kb->k", found, inside, found).clamp_min(1e-12).sqrt()
    moves = torch.einsum("ka,ard->krd", (found / lengths[:, None]).float().to(axes.device), axes)
    return moves


def _axes(scene: Scene) -> Sliced[Tensor]:
    """One standard deviation of each component in each group of rows, float32 [K, rows, D]."""
    sample = WSample(scene.generator)
    yield from sample.gather()
    found: list[Tensor] = []
    for start, end in _groups(scene):
        for axis in principal_axes(sample.covariance, AXES):
            move = torch.zeros(scene.shape)
            move[start:end] = (axis.vector * axis.sd).float()
            found.append(move)
    return torch.stack(found).to(scene.ws.device) * scene.free


def _groups(scene: Scene) -> list[tuple[int, int]]:
    """The rows that move, in groups of about equal size, counted from the first."""
    rows = scene.shape[0]
    ends = sorted({round(rows * k / GROUPS) for k in range(GROUPS + 1)})
    return list(pairwise(ends))


def _smaller(images: Tensor) -> Tensor:
    """Of at most so many pixels a side: of a large picture the changes of all axes would fill the memory."""
    height, width = images.shape[2:]
    if max(height, width) <= _SEEN:
        return images
    return F.adaptive_avg_pool2d(images, (min(height, _SEEN), min(width, _SEEN)))


def _gram(jacobian: Tensor, weights: Tensor) -> Tensor:
    """Products of the pictures' changes, averaged over pixels by weight: float64 [K, K] on the CPU."""
    each = (weights / (3.0 * weights.sum())).expand(3, -1, -1).flatten()
    product: Tensor = (jacobian * each) @ jacobian.T
    return product.double().cpu()
