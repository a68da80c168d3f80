"""Smooth features: of places in w, such that what is told by their weighted sums changes slowly across w.

    features = SmoothFeatures.over(w, seed=0)            # samples of w: what is wide there, and what narrow
    told = features.of(w) @ weights

The weights are `evidence.posterior_mean` of what was said there.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

_WAVES = 512
"""Random waves over w, of which what is not straight in it is made."""
_REACH = 10.0
"""Standard deviations from the mean beyond which w makes no difference."""
_FLOOR = 0.1
"""Of the widest principal direction of w: narrower ones than that are not drawn out to its width."""


@dataclass(frozen=True)
class SmoothFeatures:
    """Half straight, half of random waves: what they sum to changes over as much as two samples are apart.

    mean [w_dim], axes [w_dim, w_dim]: w along its principal directions, in their standard deviations (a tenth
    of the widest's where they are narrower); waves [w_dim, W], phases [W]: over these; size: their root mean
    square norm.

    Source: Rahimi and Recht, "Random features for large-scale kernel machines", NeurIPS 2007, algorithm 1.
    """

    mean: Tensor
    axes: Tensor
    waves: Tensor
    phases: Tensor
    size: float

    @classmethod
    def over(cls, w: Tensor, seed: int) -> "SmoothFeatures":
        """For samples w [N, w_dim]. seed: of the waves."""
        mean = w.mean(dim=0)
        variances, axes = torch.linalg.eigh(torch.cov(w.T))
        sds = variances.clamp_min(0.0).sqrt()
        widths = sds.clamp_min(_FLOOR * float(sds.max()) + 1e-12)
        size = float((sds / widths).square().sum().sqrt()) + 1e-12
        rng = torch.Generator().manual_seed(seed)
        waves = torch.randn(len(mean), _WAVES, generator=rng) / (2.0**0.5 * size)
        phases = 2.0 * math.pi * torch.rand(_WAVES, generator=rng)
        return cls(mean, axes / widths, waves.to(w.device), phases.to(w.device), size)

    @property
    def count(self) -> int:
        return len(self.mean) + _WAVES

    def of(self, w: Tensor) -> Tensor:
        """Of w [N, w_dim]: [N, count], of a mean square norm of 1."""
        places = ((w - self.mean) @ self.axes).clamp(-_REACH, _REACH)
        straight = places / (2.0**0.5 * self.size)
        waves = (places @ self.waves + self.phases).cos() / _WAVES**0.5
        return torch.cat([straight, waves], dim=1)
