"""Normalisation told what to draw: per-channel statistics, then a gain and a shift read from a style row.

Source: Brock, Donahue, Simonyan, "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
ICLR 2019, section 3 and appendix B; standing statistics from its section 3.1. Parameter names follow the
published BigGAN-deep checkpoints, spectral norm folded into the weights.
"""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

EPS = 1e-4  # that of the published BigGAN-deep checkpoints
START_SD = 0.3  # of gains and shifts in a young network, for w of unit variance


class StandingNorm(nn.Module):
    """[N, C, H, W] to mean 0 and variance 1 per channel, then a gain and a shift.

    While training by the statistics of the batch; afterwards by standing ones, so that a picture never
    depends on its neighbours. Training does not touch the standing ones: see `settle_statistics`. There may
    be several sets, taken at truncations evenly spread over 0 to 1: those between two are mixed.
    """

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, channels: int, eps: float = EPS, sets: int = 1) -> None:
        super().__init__()
        self.eps = eps
        shape = (channels,) if sets == 1 else (sets, channels)
        self.register_buffer("running_mean", torch.zeros(shape))
        self.register_buffer("running_var", torch.ones(shape))

    def modulate(self, x: Tensor, gain: Tensor, shift: Tensor, truncation: Tensor | None = None) -> Tensor:
        """gain, shift: float32 [N or 1, C]; truncation: [N], where there are several sets of statistics; the
        result has the dtype of x."""
        if self.training:
            x = F.batch_norm(x, None, None, training=True, eps=self.eps)
        else:
            mean, variance = self._standing(truncation)
            gain = gain * (variance + self.eps).rsqrt()
            shift = shift - mean * gain
        return torch.addcmul(_spread(shift, x), x, _spread(gain, x))

    def _standing(self, truncation: Tensor | None) -> tuple[Tensor, Tensor]:
        """Mean and variance, [C] or [N, C].

        The published program mixes two sets with their shares exchanged, which makes it jump at every set; at
        a set, and half way between two, that is the same.
        """
        if truncation is None:
            return self.running_mean, self.running_var
        last = len(self.running_mean) - 1
        place = truncation.clamp(0.0, 1.0) * last
        below = place.floor().clamp(max=last - 1)
        share, index = (place - below)[:, None], below.long()
        mean = torch.lerp(self.running_mean[index], self.running_mean[index + 1], share)
        return mean, torch.lerp(self.running_var[index], self.running_var[index + 1], share)


class ConditionalNorm(StandingNorm):
    """Gain 1 + S w and shift O w, both linear in the style row w [N, w_dim]."""

    def __init__(self, channels: int, w_dim: int, eps: float = EPS, sets: int = 1) -> None:
        super().__init__(channels, eps, sets)
        self.scale = nn.Linear(w_dim, channels, bias=False)
        self.offset = nn.Linear(w_dim, channels, bias=False)
        for matrix in (self.scale, self.offset):
            nn.init.normal_(matrix.weight, std=START_SD / math.sqrt(w_dim))

    def forward(self, x: Tensor, w: Tensor, truncation: Tensor | None = None) -> Tensor:
        return self.modulate(x, 1.0 + self.scale(w), self.offset(w), truncation)


class PlainNorm(StandingNorm):
    """A gain and a shift of its own, the same for every picture."""

    def __init__(self, channels: int, eps: float = EPS, sets: int = 1) -> None:
        super().__init__(channels, eps, sets)
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor, truncation: Tensor | None = None) -> Tensor:
        return self.modulate(x, self.weight[None], self.bias[None], truncation)


def _spread(values: Tensor, like: Tensor) -> Tensor:
    return values[:, :, None, None].to(like.dtype)


@torch.no_grad()
def settle_statistics(network: nn.Module, draw_batch: Callable[[], object], count: int) -> None:
    """Take the standing statistics anew: means over `count` batches that `draw_batch` runs.

    Every batch is normalised by itself, as in training; the network ends in eval mode. The variance is
    that within and between batches together. Raises: ValueError for norms of several sets.
    """
    norms = [module for module in network.modules() if isinstance(module, StandingNorm)]
    if any(norm.running_mean.ndim > 1 for norm in norms):
        raise ValueError("several sets of statistics cannot be taken at once: each is of a truncation")
    sums = [torch.zeros(2, len(norm.running_mean), dtype=torch.float64) for norm in norms]

    def listen(norm: StandingNorm, total: Tensor) -> RemovableHandle:
        def hear(_module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            x = inputs[0].double()
            total[0] += x.mean(dim=(0, 2, 3)).cpu()
            total[1] += x.square().mean(dim=(0, 2, 3)).cpu()

        return norm.register_forward_pre_hook(hear)

    handles = [listen(norm, total) for norm, total in zip(norms, sums, strict=True)]
    network.train()
    try:
        for _ in range(count):
            draw_batch()
    finally:
        network.eval()
        for handle in handles:
            handle.remove()
    for norm, total in zip(norms, sums, strict=True):
        mean, square = total / count
        norm.running_mean.copy_(mean)
        norm.running_var.copy_((square - mean.square()).clamp_min(0.0))
