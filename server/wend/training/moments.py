"""Moments: what a frozen regressor reads off drawn pictures is held against what it reads off real ones."""

from collections.abc import Iterable
from typing import cast

import torch
from torch import Tensor

from wend.perception.regressor import HeadRegressor

# How much of the running moments is kept from one batch to the next: they run over some 1200 pictures of
# batches of 32. More would tell of weights long gone, and the pull would swing about its aim.
_KEPT = 0.95
# Added to the variances of the real code before whitening: what hardly varies must not count most.
_RIDGE = 0.05
# Chances are read at this temperature: at 1 the gradient of a sure "no earrings" is nothing.
_TEMPERATURE = 3.0


class MomentMatch:
    """Draws the mean and covariance of read factors towards those of the real pictures.

    A judge of single pictures never sees that tilt comes with one background, or that nobody smiles: every
    picture by itself could be real. The covariance over many pictures shows both, and in whitened
    coordinates, where that of the real pictures is the identity, a missing variance and a false bond count
    alike. Gradients pass through the newest batch; the moments it is weighed by run over many.
    Source: Mroueh, Sercu and Goel, "McGan: Mean and covariance feature matching GAN", ICML 2017, sections
    3 and 4, with the code of a trained regressor for features and squared distances for the norms.
    """

    def __init__(self, reader: HeadRegressor, real: Iterable[Tensor], device: torch.device) -> None:
        """reader: frozen, the caller's. real: batches of real pictures [N, 3, S, S], thousands in all."""
        self._reader = reader.to(device).eval().requires_grad_(False)
        with torch.no_grad():
            codes = torch.cat([self._read(images.to(device)) for images in real]).double()
        self._mean = codes.mean(dim=0)
        covariance = torch.cov(codes.T) + _RIDGE * torch.diag(codes.var(dim=0))
        values, vectors = torch.linalg.eigh(covariance)
        self._whiten = (vectors * values.clamp_min(1e-8).rsqrt()) @ vectors.T
        white = (codes - self._mean) @ self._whiten
        self._target = (white.T @ white / len(white)).float()
        self._mean, self._whiten = self._mean.float(), self._whiten.float()
        self.mean = torch.zeros_like(self._mean)
        self.second = self._target.clone()

    def state_dict(self) -> dict[str, object]:
        """The running moments; the real ones are taken anew."""
        return {"mean": self.mean, "second": self.second}

    def load_state_dict(self, state: dict[str, object]) -> None:
        self.mean.copy_(cast("Tensor", state["mean"]))
        self.second.copy_(cast("Tensor", state["second"]))

    def loss(self, fake: Tensor) -> Tensor:
        """Squared distance of the running moments from the real ones, per number of the code.

        fake: [N, 3, S, S]. Its gradient is that of moments over the batch alone, so it does not shrink
        with what is kept.
        """
        code = self._read(fake)
        with torch.autocast(fake.device.type, enabled=False):
            white = (code - self._mean) @ self._whiten
            mean, second = white.mean(dim=0), white.T @ white / len(white)
        with torch.no_grad():
            self.mean.lerp_(mean, 1.0 - _KEPT)
            self.second.lerp_(second, 1.0 - _KEPT)
        width = len(self.mean)
        pull = (self.mean.detach() * mean).sum() + ((self.second - self._target).detach() * second).sum()
        value = self.mean.square().sum() + (self.second - self._target).square().sum()
        # The value of the distance with the gradient of the pull, twice as the square has it.
        pulled: Tensor = (value.detach() + 2.0 * (pull - pull.detach())) / width
        return pulled

    def _read(self, images: Tensor) -> Tensor:
        """Plain factors as the regressor counts them, chances for choices, float32 [N, width]."""
        raw = self._reader.stages(images)[-1].float()
        plain, logits = self._reader.factor_code.split(raw)
        return torch.cat([*plain, *((part / _TEMPERATURE).softmax(dim=1) for part in logits)], dim=1)
