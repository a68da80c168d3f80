"""Batches: many latents of one generator, each moved along factors by strengths of its own."""

from collections.abc import Sequence

import torch
from torch import Tensor

from wend.errors import FactorsConflict
from wend.generators.generator import Generator, synthesize
from wend.latents.factor import FactorWalk
from wend.latents.seed import noise_map
from wend.latents.truncation import truncate

_LEAST_DETERMINANT = 1e-3  # of the shares two lines have in each other: below, they are one line


def moved(walk: FactorWalk, latents: Tensor, alphas: Tensor) -> Tensor:
    """What `walk.apply` does, by a strength [N] for each of N latents; those of 0 keep their bits."""
    return walk.apply_each(latents, alphas)


def noise_of(generator: Generator, noise_seed: int = 0) -> list[Tensor | None]:
    """The noise maps that a new picture has, on the generator's device."""
    return [
        noise_map(noise_seed, row, size).to(generator.device) if size else None
        for row, size in enumerate(generator.spec.noise_sizes)
    ]


def one_hot(generator: Generator, index: Tensor, class_index: int | None) -> Tensor | None:
    """Classes [N, c_dim] of pictures by number: one for all, or in turn; None without classes."""
    count = generator.spec.c_dim
    if not count:
        return None
    chosen = index % count if class_index is None else torch.full_like(index, class_index)
    return torch.nn.functional.one_hot(chosen, count).float().to(generator.device)


class FactorBatch:
    """N latents and k factors, in the order in which a picture has them as edits.

    z: float32 [N, z_dim]; c: one-hot [N, c_dim] or None; psi: truncation, in the style rows before
    psi_cutoff, None: in all. Factors in z are moved before the mapping, those in w behind the truncation.
    """

    def __init__(
        self,
        generator: Generator,
        walks: Sequence[FactorWalk],
        psi: float,
        z: Tensor,
        c: Tensor | None,
        noise: list[Tensor | None],
        psi_cutoff: int | None = None,
    ) -> None:
        self._generator, self._noise = generator, noise
        self._psi, self._psi_cutoff = psi, psi_cutoff
        self._walks = [walk.to(generator.device) for walk in walks]
        self._z, self._c = z.to(generator.device), c
        self._in_z = [k for k, walk in enumerate(walks) if walk.space == "z"]
        self._in_w = [k for k, walk in enumerate(walks) if walk.space == "w"]

    def __len__(self) -> int:
        return len(self._z)

    @property
    def still(self) -> Tensor:
        """Strengths of nothing, float64 [N, k]."""
        return torch.zeros(len(self), len(self._walks), dtype=torch.float64)

    @torch.no_grad()
    def images(self, alphas: Tensor) -> Tensor:
        """float32 [N, 3, R, R] clamped to [-1, 1] of strengths [N, k]."""
        return synthesize(self._generator, self._latents(alphas)[1], self._noise).clamp(-1.0, 1.0)

    @torch.no_grad()
    def positions(self, alphas: Tensor) -> Tensor:
        """Where the factors are, float64 [N, k] on the CPU, in standard deviations of the prior."""
        z, ws = self._latents(alphas)
        found = [walk.position(z if walk.space == "z" else ws) for walk in self._walks]
        return torch.stack(found, dim=1).cpu()

    def values(self, positions: Tensor) -> Tensor:
        """What the curves say of positions [N, k], float64 [N, k]."""
        columns = zip(self._walks, positions.T, strict=True)
        return torch.stack([walk.curve.to(positions.device)(column) for walk, column in columns], dim=1)

    @torch.no_grad()
    def reaching(self, positions: Tensor) -> Tensor:
        """The strengths [N, k] that bring all factors to these positions [N, k] at once.

        Where lines share something, each goes so far that all arrive together. Factors in w are placed with
        those in z where they are to be. Raises: FactorsConflict for lines that cannot be told apart.
        """
        wanted = positions.to(self._z.device)
        alphas = self.still.to(self._z.device)
        z = self._reach(self._in_z, self._z, wanted, alphas)
        if self._in_w:
            self._reach(self._in_w, self._styles(z), wanted, alphas)
        return alphas.cpu()

    def _reach(self, which: list[int], latents: Tensor, wanted: Tensor, alphas: Tensor) -> Tensor:
        """Writes the strengths of these factors into `alphas`; returns latents that have them."""
        if not which:
            return latents
        walks = [self._walks[k] for k in which]
        shares = torch.tensor([[_share(a, b) for b in walks] for a in walks], dtype=torch.float64)
        if abs(float(torch.linalg.det(shares))) < _LEAST_DETERMINANT:
            raise FactorsConflict("these factors", "one another", "their lines cannot be told apart")
        now = torch.stack([walk.position(latents) for walk in walks], dim=1)
        steps = (wanted[:, which] - now) @ torch.linalg.inv(shares).T.to(now.device)
        for place, (k, walk) in enumerate(zip(which, walks, strict=True)):
            before = walk.position(latents)
            alphas[:, k] = walk.curve(before + steps[:, place]) - walk.curve(before)
            latents = moved(walk, latents, alphas[:, k])
        return latents

    def _latents(self, alphas: Tensor) -> tuple[Tensor, Tensor]:
        """z [N, D] and ws [N, L, D] of strengths [N, k]."""
        alphas = alphas.to(self._z.device)
        z = self._z
        for k in self._in_z:
            z = moved(self._walks[k], z, alphas[:, k])
        ws = self._styles(z)
        for k in self._in_w:
            ws = moved(self._walks[k], ws, alphas[:, k])
        return z, ws

    def _styles(self, z: Tensor) -> Tensor:
        rows = self._generator.mapping(z, self._c)[:, None].expand(-1, self._generator.spec.num_ws, -1)
        return truncate(rows, self._generator.center(self._c), self._psi, self._psi_cutoff)


def _share(read: FactorWalk, move: FactorWalk) -> float:
    """How far one position goes when another factor's line is gone along by 1."""
    cosine = read.cosine(move)
    if read.space == "z":
        return cosine
    low, high = max(read.layers[0], move.layers[0]), min(read.layers[1], move.layers[1])
    return cosine * max(0, high - low) / (read.layers[1] - read.layers[0])
