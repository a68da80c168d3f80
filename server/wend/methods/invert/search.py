"""Invert search: a start for the gradient - the best of many pictures, then of an evolution in z.

Karras et al. 2020 begin at the mean of w; a start near the photo needs fewer steps and ends nearer. Source of
the evolution: Hansen, Arnold and Auger, "Evolution strategies", 2015, section 2.2, (mu/mu, lambda) with one
step size, which falls on a schedule here.
"""

import math
from collections.abc import Generator as Slices

import torch
from torch import Tensor

from wend.generators.generator import Generator, synthesize
from wend.methods.invert.objective import Noise
from wend.methods.invert.sight import PhotoSight
from wend.methods.invert.space import LatentSpace

CHILDREN = 16
PARENTS = 4
_FIRST_STEP, _LAST_STEP = 0.6, 0.15  # of the evolution, in standard deviations of z


_CLASS_TRIES = 512  # pictures in all to choose a class by, at least one of each


def slices_of_search(tries: int, generations: int, chunk: int, classes: int) -> int:
    """How many slices `find_class`, of so many classes, and `find_start` take."""
    return classes + -(-tries // chunk) + generations * -(-CHILDREN // chunk)


@torch.no_grad()
def find_class(
    generator: Generator, sight: PhotoSight, noise: Noise, seed: int, chunk: int
) -> Slices[None, None, int]:
    """The class one of whose pictures comes nearest; a slice draws a few pictures of one class."""
    rng = torch.Generator().manual_seed(seed)
    count = min(chunk, max(1, _CLASS_TRIES // generator.spec.c_dim))
    best, nearest = 0, math.inf
    for index in range(generator.spec.c_dim):
        c = torch.eye(generator.spec.c_dim, device=generator.device)[index].expand(count, -1)
        z = torch.randn(count, generator.spec.z_dim, generator=rng).to(generator.device)
        ws = generator.mapping(z, c)[:, None].expand(-1, generator.spec.num_ws, -1)
        far = float(sight.far(synthesize(generator, ws, list(noise))).min())
        if far < nearest:
            best, nearest = index, far
        yield
    return best


@torch.no_grad()
def find_start(
    space: LatentSpace, sight: PhotoSight, noise: Noise, tries: int, generations: int, seed: int, chunk: int
) -> Slices[None, None, Tensor]:
    """The z float32 [1, z_dim] whose picture comes nearest; a slice draws up to `chunk` pictures."""
    rng = torch.Generator().manual_seed(seed)
    width, device = space.generator.spec.z_dim, space.generator.device
    best: list[tuple[float, Tensor]] = []
    for at in range(0, tries, chunk):
        z = torch.randn(min(chunk, tries - at), width, generator=rng).to(device)
        best = _kept(best, z, _far(space, sight, noise, z))
        yield
    for generation in range(generations):
        share = generation / max(1, generations - 1)
        step = _FIRST_STEP * (_LAST_STEP / _FIRST_STEP) ** share
        mean = torch.cat([z for _, z in best]).mean(dim=0, keepdim=True)
        drawn = torch.randn(CHILDREN, width, generator=rng).to(device)
        for children in (_onto_sphere(mean + step * drawn)).split(chunk):
            best = _kept(best, children, _far(space, sight, noise, children))
            yield
    return best[0][1]


def _far(space: LatentSpace, sight: PhotoSight, noise: Noise, z: Tensor) -> Tensor:
    ws = space.ws(space.of_z(z))
    return sight.far(synthesize(space.generator, ws, list(noise)))


def _kept(best: list[tuple[float, Tensor]], z: Tensor, far: Tensor) -> list[tuple[float, Tensor]]:
    """The PARENTS nearest of those known and of new ones, nearest first."""
    found = [(float(distance), z[k : k + 1]) for k, distance in enumerate(far)]
    return sorted([*best, *found], key=lambda pair: pair[0])[:PARENTS]


def _onto_sphere(z: Tensor) -> Tensor:
    """Of norm sqrt(D), where nearly all of the law of z lies; a mean of several lies within."""
    scaled: Tensor = z * (z.shape[1] ** 0.5 / z.norm(dim=1, keepdim=True).clamp_min(1e-12))
    return scaled
