"""GANSpace: principal components of w as walks.

Source: Härkönen, Hertzmann, Lehtinen, Paris, "GANSpace: Discovering Interpretable GAN Controls",
NeurIPS 2020, section 3: components of the sampled distribution of w, applied to chosen layers, in
units of their own standard deviation.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from wend.generators.generator import Generator
from wend.measure.probe import classes_of
from wend.measure.slices import Sliced

SAMPLES = 20_000
CHUNK = 2_000  # about 10 ms on one CPU core for a mapping of four layers of 128


@dataclass(frozen=True)
class Axis:
    """A direction in w: vector float64 [D] of norm 1, and the standard deviation of w along it."""

    vector: Tensor
    sd: float


class WSample:
    """Mean and covariance of w over seeded z, gathered slice by slice in float64 on the CPU."""

    def __init__(self, generator: Generator, count: int = SAMPLES, seed: int = 0) -> None:
        self.generator = generator
        self.count = count
        self.seed = seed
        w_dim = generator.spec.w_dim
        self._total = torch.zeros(w_dim, dtype=torch.float64)
        self._outer = torch.zeros(w_dim, w_dim, dtype=torch.float64)

    @property
    def num_slices(self) -> int:
        return -(-self.count // CHUNK)

    def gather(self) -> Sliced[None]:
        """Sample; yields after each chunk."""
        rng = torch.Generator().manual_seed(self.seed)
        for start in range(0, self.count, CHUNK):
            size = min(CHUNK, self.count - start)
            z = torch.randn(size, self.generator.spec.z_dim, generator=rng).to(self.generator.device)
            c = classes_of(self.generator, torch.arange(start, start + size))
            # About the centre of truncation, so that the sums cancel little; and, where that is the
            # class's own, so that what tells classes apart is no direction.
            w = (self.generator.mapping(z, c) - self.generator.center(c)).double().cpu()
            self._total += w.sum(dim=0)
            self._outer += w.T @ w
            yield

    @property
    def covariance(self) -> Tensor:
        """float64 [D, D] of everything sampled."""
        mean = self._total / self.count
        return self._outer / self.count - torch.outer(mean, mean)

    def sd_along(self, vector: Tensor) -> float:
        """Standard deviation of w along a unit vector float64 [D]."""
        return float((vector @ self.covariance @ vector).clamp_min(0.0).sqrt())


def principal_axes(covariance: Tensor, count: int) -> list[Axis]:
    """The leading eigenvectors of a covariance float64 [D, D], largest variance first."""
    values, vectors = torch.linalg.eigh(covariance)
    count = min(count, len(values))
    leading = range(len(values) - 1, len(values) - 1 - count, -1)
    return [Axis(oriented(vectors[:, i]), float(values[i].clamp_min(0.0).sqrt())) for i in leading]


def oriented(vector: Tensor) -> Tensor:
    """An eigenvector with its largest coordinate positive: its sign is otherwise a matter of chance."""
    largest = vector.abs().argmax()
    return vector if float(vector[largest]) >= 0.0 else -vector
