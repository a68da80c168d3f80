"""Probe: a generator looked at through a fixed set of seeds, at one truncation."""

import torch
from torch import Tensor

from wend.generators.generator import Generator, synthesize
from wend.latents.seed import noise_map, z_of_seeds
from wend.latents.truncation import truncate
from wend.latents.walk import Walk


class Probe:
    """Pictures of the same seeds, moved by walks: z walks before mapping, w walks after truncation.

    Noise maps are those of noise seed 0, which a new picture has. Class-conditional generators are
    shown class i % c_dim for seed i.
    """

    def __init__(self, generator: Generator, psi: float, seeds: list[int]) -> None:
        self.generator = generator
        self.psi = psi
        spec = generator.spec
        device = generator.device
        self.z = z_of_seeds(seeds, spec.z_dim).to(device)
        self.c = classes_of(generator, torch.tensor(seeds))
        self.ws = self._styles(self.z, self.c)
        self.noise = [
            noise_map(0, row, size).to(device) if size else None for row, size in enumerate(spec.noise_sizes)
        ]
        # Work is cut into slices of about 30 ms: measured 13 ms a picture of 64 px on one CPU core.
        if device.type == "cpu":
            self.chunk = 2 if spec.resolution <= 64 else 1
        else:
            self.chunk = 16 if spec.resolution <= 256 else 4

    def __len__(self) -> int:
        return len(self.ws)

    @property
    def chunks(self) -> list[slice]:
        """Slices of the seeds, few enough to render without keeping anyone waiting."""
        return [slice(i, min(len(self), i + self.chunk)) for i in range(0, len(self), self.chunk)]

    def render(self, part: slice, walk: Walk | None = None, alpha: float = 0.0) -> Tensor:
        """Images float32 [n, 3, R, R] clamped to [-1, 1] of some of the seeds, moved by `walk`."""
        return synthesize(self.generator, self.moved(part, walk, alpha), self.noise).clamp(-1.0, 1.0)

    def moved(self, part: slice, walk: Walk | None = None, alpha: float = 0.0) -> Tensor:
        """ws [n, L, D] of some of the seeds, moved by `walk`, whatever its space."""
        if walk is None:
            return self.ws[part]
        if walk.space == "z":
            return self._styles(walk.apply(self.z[part], alpha), None if self.c is None else self.c[part])
        return walk.apply(self.ws[part], alpha)

    def _styles(self, z: Tensor, c: Tensor | None) -> Tensor:
        """ws [N, L, D] of z [N, z_dim] and classes c [N, c_dim], truncated."""
        ws = self.generator.mapping(z, c)[:, None].expand(-1, self.generator.spec.num_ws, -1)
        return truncate(ws, self.generator.center(c), self.psi, None)


def classes_of(generator: Generator, index: Tensor) -> Tensor | None:
    """One-hot classes [N, c_dim], going round; None for an unconditional generator."""
    count = generator.spec.c_dim
    if not count:
        return None
    return torch.nn.functional.one_hot(index % count, count).float().to(generator.device)
