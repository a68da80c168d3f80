"""Likeness: whether a picture still looks like those its generator draws by itself."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

# 24 components hold most of the variance of the 8 x 8 colours of a portrait; with a few hundred
# reference pictures more of them would fit the sample, not the distribution.
COMPONENTS = 24
# The boundary of "own pictures": all but one in a hundred of the generator's own lie inside.
QUANTILE = 0.99


def picture_statistics(images: Tensor) -> Tensor:
    """What a picture looks like from afar: float64 [N, 208] of images float32 [N, 3, H, W] in [-1, 1].

    Mean colours on an 8 x 8 grid (composition), and the log energy of the finest octave on a 4 x 4
    grid (grain: both wash-out and noise show there).
    """
    images = images.float().clamp(-1.0, 1.0)
    colors = F.adaptive_avg_pool2d(images, 8)
    octave = images - F.interpolate(F.avg_pool2d(images, 2), size=images.shape[-2:], mode="nearest")
    energy = F.adaptive_avg_pool2d(octave.square().sum(dim=1, keepdim=True), 4)
    grain = 0.5 * (energy + 1e-4).log()
    return torch.cat([colors.flatten(1), grain.flatten(1)], dim=1).double().cpu()


@dataclass(frozen=True)
class Likeness:
    """A Gaussian fitted to the statistics of a generator's own pictures.

    Source: probabilistic principal components (Tipping and Bishop, 1999): the squared Mahalanobis
    distance splits into one within the leading components and one of the rest. Each part is divided
    by the 0.99 quantile that held-out own pictures reach; measured on the bundled world's generator,
    the rest speaks first, when a picture blurs, breaks up or turns to glare.
    """

    mean: Tensor
    basis: Tensor
    variances: Tensor
    rest: float
    inside: float
    outside: float

    @classmethod
    def fit(cls, statistics: Tensor) -> "Likeness":
        """From statistics [N, F] of own pictures, N >= 100; two thirds fit, one third sets the boundary."""
        assert len(statistics) >= 100, tuple(statistics.shape)
        split = 2 * len(statistics) // 3
        fitted, held = statistics[:split], statistics[split:]
        mean = fitted.mean(dim=0)
        centred = fitted - mean
        values, vectors = torch.linalg.eigh(centred.T @ centred / len(fitted))
        values, vectors = values.flip(0), vectors.flip(1)
        # A world of few factors has fewer directions than components; a floor keeps the rest finite.
        floor = 1e-9 + 1e-6 * float(values[0])
        values = values.clamp_min(floor)
        plain = cls(
            mean, vectors[:, :COMPONENTS], values[:COMPONENTS], float(values[COMPONENTS:].sum()), 1.0, 1.0
        )
        inside, outside = plain._distances(held)
        return cls(
            plain.mean,
            plain.basis,
            plain.variances,
            plain.rest,
            float(torch.quantile(inside, QUANTILE)),
            float(torch.quantile(outside, QUANTILE)),
        )

    def unlikeness(self, images: Tensor) -> Tensor:
        """Distance of images [N, 3, H, W] from the generator's own, float64 [N]; 1 is the boundary."""
        inside, outside = self._distances(picture_statistics(images))
        return torch.maximum(inside / self.inside, outside / self.outside)

    def _distances(self, statistics: Tensor) -> tuple[Tensor, Tensor]:
        centred = statistics - self.mean
        along = centred @ self.basis
        outside = (centred.square().sum(dim=1) - along.square().sum(dim=1)).clamp_min(0.0) / self.rest
        return (along.square() / self.variances).mean(dim=1), outside
