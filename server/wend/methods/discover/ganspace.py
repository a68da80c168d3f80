"""GANSpace: principal components of w, or of the first layer's features, as walks.

Source: Härkönen, Hertzmann, Lehtinen, Paris, "GANSpace: Discovering Interpretable GAN Controls",
NeurIPS 2020: for StyleGAN components of the sampled distribution of w (section 3.1), for BigGAN, whose
latent has no shape of its own, components of an early layer's features, carried back to the latent by
regression (section 3.2); applied to chosen layers, in units of their own standard deviation.
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
    """A direction in w: vector float64 [D] of norm 1, the length of one standard deviation along it, and
    its share of the variance that was looked at, 0..1."""

    vector: Tensor
    sd: float
    share: float


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
    values = values.clamp_min(0.0)
    total = max(float(values.sum()), 1e-12)
    return [
        Axis(oriented(vectors[:, i]), float(values[i].sqrt()), float(values[i]) / total)
        for i in _leading(len(values), count)
    ]


def feature_axes(covariance: Tensor, matrix: Tensor, count: int) -> list[Axis]:
    """The principal components of features y = A w, as directions in w, largest variance first.

    covariance: of w, float64 [D, D]; matrix: A, [F, D]. With S the root of the covariance and q an
    eigenvector of S A^T A S, the regression of w on the component is S q: it moves y by one standard
    deviation of the component. Exact, since the layer is linear: what sampling would converge to.
    """
    values, vectors = torch.linalg.eigh(covariance)
    root = vectors * values.clamp_min(0.0).sqrt() @ vectors.T
    seen = matrix.detach().double().cpu() @ root
    variances, components = torch.linalg.eigh(seen.T @ seen)
    total = max(float(variances.sum()), 1e-12)
    axes: list[Axis] = []
    for i in _leading(len(variances), count):
        move = root @ components[:, i]
        length = float(move.norm())
        if length > 1e-9:
            axes.append(Axis(oriented(move / length), length, float(variances[i].clamp_min(0.0)) / total))
    return axes


def _leading(size: int, count: int) -> range:
    """Indices of the largest of `size` eigenvalues in ascending order."""
    return range(size - 1, size - 1 - min(count, size), -1)


def oriented(vector: Tensor) -> Tensor:
    """An eigenvector with its largest coordinate positive: its sign is otherwise a matter of chance."""
    largest = vector.abs().argmax()
    return vector if float(vector[largest]) >= 0.0 else -vector
