"""Priors: how many pictures of a generator lie below a position of a factor."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.generators.generator import Generator
from wend.latents.factor import FactorWalk
from wend.measure.slices import Sliced
from wend.methods.sampling.law import Law, like_sample, normal_cdf
from wend.methods.setting.batch import FactorBatch, noise_of

COUNT = 20_000
"""Latents mapped to learn the prior of a factor in w: its distribution function errs by less than 0.01."""
_CHUNK = 500
_SEED = 20_777


class Priors:
    """Of k factors at one truncation. In z a position is N(0, 1) whatever the truncation; in w it is what the
    mapping makes of it, known from mapped latents.

    Source: Plumerault, Le Borgne and Hudelot, 2020, for p = <z, u> ~ N(0, 1); w is ours.
    """

    def __init__(self, laws: Sequence[Law | None]) -> None:
        """laws: of the positions, None for N(0, 1)."""
        self._laws = tuple(laws)

    def ranks(self, positions: Tensor) -> NDArray[np.float64]:
        """The share of pictures below positions [N, k], float64 [N, k] in 0..1."""
        columns = positions.double().cpu().numpy().T
        told = [
            normal_cdf(column) if law is None else law.cdf(column)
            for column, law in zip(columns, self._laws, strict=True)
        ]
        return np.stack(told, axis=1)


def learn_priors(
    generator: Generator, walks: Sequence[FactorWalk], psi: float, class_index: int | None
) -> Sliced[Priors]:
    """The priors at a truncation; slices map latents, where a factor lies in w.

    class_index: the class of all pictures; None: the classes in turn.
    """
    if all(walk.space == "z" for walk in walks):
        return Priors([None] * len(walks))
    spec, found = generator.spec, []
    rng = torch.Generator().manual_seed(_SEED)
    noise = noise_of(generator)
    for start in range(0, COUNT, _CHUNK):
        z = torch.randn(_CHUNK, spec.z_dim, generator=rng)
        c = one_hot(generator, torch.arange(start, start + _CHUNK), class_index)
        batch = FactorBatch(generator, walks, psi, z, c, noise)
        found.append(batch.positions(batch.still))
        yield
    columns = torch.cat(found).numpy().T
    return Priors(
        [None if walk.space == "z" else like_sample(c) for walk, c in zip(walks, columns, strict=True)]
    )


def one_hot(generator: Generator, index: Tensor, class_index: int | None) -> Tensor | None:
    """Classes [N, c_dim] of pictures by number: one for all, or in turn; None without classes."""
    count = generator.spec.c_dim
    if not count:
        return None
    chosen = index % count if class_index is None else torch.full_like(index, class_index)
    return torch.nn.functional.one_hot(chosen, count).float().to(generator.device)
