"""Ranks: which share of a sample's pictures lies below each of them, along a factor."""

from collections.abc import Sequence

import torch
from torch import Tensor

from wend.generators.generator import Generator
from wend.latents.factor import FactorWalk
from wend.latents.seed import z_of_seeds
from wend.measure.slices import Sliced
from wend.methods.setting.batch import FactorBatch, one_hot

_CHUNK = 128


def ranks_of(
    generator: Generator,
    walks: Sequence[FactorWalk],
    psi: float,
    seeds: Sequence[int],
    class_index: int | None,
    psi_cutoff: int | None = None,
) -> Sliced[Tensor]:
    """Of N seeds and k factors, float64 [N, k], each in its own N-th of 0..1; slices map latents.

    A picture of which r others lie lower has r / N and a part of the next N-th, drawn at random. That is
    uniform on 0..1 for every picture, whatever law positions have at this truncation, and together they
    cover 0..1 without gaps or heaps. class_index: the class of all pictures; None: the classes in turn.
    psi_cutoff: truncation ends at this style row; None: it is of all.

    Source: Plumerault, Le Borgne and Hudelot, 2020, where positions in z are N(0, 1), Phi(<z, u>); ranks in
    its place, for w and for samples of any size, are McKay, Beckman and Conover's stratification, 1979.
    """
    found = []
    for start in range(0, len(seeds), _CHUNK):
        part = list(seeds[start : start + _CHUNK])
        c = one_hot(generator, torch.arange(start, start + len(part)), class_index)
        z = z_of_seeds(part, generator.spec.z_dim)
        batch = FactorBatch(generator, walks, psi, z, c, [], psi_cutoff)
        found.append(batch.positions(batch.still))
        yield
    positions = torch.cat(found)
    lower = positions.argsort(dim=0, stable=True).argsort(dim=0).double()
    rng = torch.Generator().manual_seed(seeds[0] % 2**63)
    within = torch.rand(positions.shape, generator=rng, dtype=torch.float64)
    return (lower + within) / len(seeds)
