"""Factor losses: how far a picture is from an edited one, where fine texture should not count.

A code cannot reproduce the exact phase of texture, and squared error then prefers to have none; so both
pictures are blurred first. Source: Plumerault, Le Borgne and Hudelot, "Controlling generative models with
continuous factors of variations", ICLR 2020, equation B2 here and in the specification, and released code.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol

import torch
from torch import Tensor

from wend.imaging.ssim import ssim

SIGMA = 3.0
"""Of the blur, in pixels of pictures of 128 px, as published."""
_SIDE = 128.0
Order = Literal["before", "after"]
"""Of mask and blur. before: what the mask hides takes no part; after: as released, where the emptiness that
an edit leaves shines about 3 sigma into what is seen."""


class FactorLoss(Protocol):
    """A loss of each picture by itself, so that a batch is only many starts at once."""

    def __call__(self, images: Tensor, target: Tensor, mask: Tensor) -> Tensor:
        """Images, target float32 [N, 3, H, W] in [-1, 1], mask like them in 0..1 -> [N], 0 where equal."""
        ...


@dataclass(frozen=True)
class Kernel:
    """A separable blur: taps float64 [K], and which of them lies on the pixel itself."""

    taps: Tensor
    middle: int

    @property
    def total(self) -> float:
        """The sum of the two-dimensional kernel."""
        return float(self.taps.sum()) ** 2

    def normalised(self) -> "Kernel":
        """The same with sum 1."""
        return Kernel(self.taps / self.taps.sum(), self.middle)

    def matrix(self, side: int, is_circular: bool = False) -> Tensor:
        """One axis of `side` pixels blurred, float64 [side, side]: zeros beyond the border, or round."""
        matrix = torch.zeros(side, side, dtype=torch.float64)
        rows = torch.arange(side)
        for k, tap in enumerate(self.taps):
            columns = rows + k - self.middle
            inside = torch.ones_like(rows, dtype=torch.bool)
            if is_circular:
                columns = columns % side
            else:
                inside = (columns >= 0) & (columns < side)
            matrix.index_put_((rows[inside], columns[inside]), tap, accumulate=True)
        return matrix


def gaussian(sigma: float) -> Kernel:
    """A kernel of sum 1 to four standard deviations, as many taps to either side; sigma in pixels."""
    reach = max(1, math.ceil(4.0 * sigma))
    axis = torch.arange(-reach, reach + 1, dtype=torch.float64)
    return Kernel(torch.exp(-0.5 * (axis / sigma).square()), reach).normalised()


def released(sigma: float = SIGMA) -> Kernel:
    """The released kernel: an even number of taps, 18 at sigma 3, its sum 6.6887 there.

    Support S = round(6 sigma) at linspace(-S/2, S/2, S), so that the spacing is S / (S - 1) and the middle
    lies between two pixels; amplitude 1 / (sqrt(2 pi) sigma), the one-dimensional constant. Losses are
    total^2 times (44.74) those of the normalised kernel. Source: released code.
    """
    count = round(6.0 * sigma)
    axis = torch.linspace(-count / 2.0, count / 2.0, count, dtype=torch.float64)
    amplitude = 1.0 / (math.sqrt(2.0 * math.pi) * sigma)
    # 'same' padding puts the smaller half before.
    return Kernel(math.sqrt(amplitude) * torch.exp(-0.5 * (axis / sigma).square()), (count - 1) // 2)


class BlurredLoss:
    """mean(m (k * e)^2) / mean(m), or with the mask before the blur mean((k * (m e))^2) / mean(m), of each
    picture; e = image - target, m the mask, k * the blur. Source: equation B3."""

    def __init__(self, kernel: Kernel, order: Order = "before") -> None:
        self._kernel, self._order = kernel, order
        self._made: dict[tuple[int, torch.device], Tensor] = {}

    def __call__(self, images: Tensor, target: Tensor, mask: Tensor) -> Tensor:
        error = images - target
        if self._order == "before":
            squares = self.blur(mask * error).square()
        else:
            squares = mask * self.blur(error).square()
        return squares.mean(dim=(1, 2, 3)) / mask.mean(dim=(1, 2, 3)).clamp_min(1e-6)

    def blur(self, images: Tensor) -> Tensor:
        """Images [N, C, H, W] blurred, zeros beyond their border."""
        height, width = (self._matrix(side, images) for side in images.shape[-2:])
        blurred: Tensor = height @ images @ width.T
        return blurred

    def _matrix(self, side: int, like: Tensor) -> Tensor:
        key = (side, like.device)
        if key not in self._made:
            self._made[key] = self._kernel.matrix(side).to(like)
        return self._made[key]


def fourier_loss(error: Tensor, kernel: Kernel) -> Tensor:
    """||F{e} F{k}||^2 over pixels and channels, of errors [N, C, H, W] without mask: [N], as their mean.

    By Parseval it is the mean square of the error blurred round and round, circular at the border.
    Source: equation B2.
    """
    height, width = error.shape[-2:]
    spread = [torch.zeros(side, dtype=torch.float64) for side in (height, width)]
    for k, tap in enumerate(kernel.taps):
        for axis in spread:
            axis[(kernel.middle - k) % len(axis)] += tap
    spectrum = torch.fft.fft2(torch.outer(*spread).to(error))
    squares: Tensor = (torch.fft.fft2(error) * spectrum).abs().square()
    return squares.mean(dim=(1, 2, 3)) / (height * width)


def pixel_loss(images: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """Plain squared error of what is seen, mean(m e^2) / mean(m), [N]."""
    squares = (mask * (images - target).square()).mean(dim=(1, 2, 3))
    return squares / mask.mean(dim=(1, 2, 3)).clamp_min(1e-6)


def ssim_loss(images: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """1 - SSIM of what is seen, [N]. Source: as `imaging.ssim`."""
    return 1.0 - ssim(images, target, mask)


LossName = Literal["blurred", "released", "pixel", "ssim"]


@dataclass(frozen=True)
class LossPlan:
    """What fixes a loss beside its name. sigma: of the blur, in pixels of the picture itself."""

    sigma: float
    order: Order


LOSSES: Mapping[LossName, Callable[[LossPlan], FactorLoss]] = MappingProxyType(
    {
        "blurred": lambda plan: BlurredLoss(gaussian(plan.sigma), plan.order),
        "released": lambda plan: BlurredLoss(released(plan.sigma), plan.order),
        "pixel": lambda _plan: pixel_loss,
        "ssim": lambda _plan: ssim_loss,
    }
)
"""By name; a new one is one function more."""


def sigma_at(side: int) -> float:
    """The published blur in pictures of `side` pixels: as large a share of the picture."""
    return SIGMA * side / _SIDE
