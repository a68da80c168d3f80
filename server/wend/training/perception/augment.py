"""Augmentation: what generators and files do to pictures, so that networks that look get used to it."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.imaging.blur import gaussian_blur

GROUP = 8
"""Pictures that share one draw of blur, shift and so on; a draw for each alone would cost too much."""
MAX_SHIFT = 1.0 / 24.0
_BLOCK = 8


def uniform(rng: torch.Generator, low: float, high: float) -> float:
    """One number, every one of low..high equally likely."""
    return low + (high - low) * float(torch.rand((), generator=rng))


def draw_shift(size: int, rng: torch.Generator) -> tuple[int, int]:
    """Whole pixels to the right and down, up to 1/24 of the side; none in half of the draws."""
    if uniform(rng, 0.0, 1.0) < 0.5:
        return 0, 0
    reach = MAX_SHIFT * size
    return round(uniform(rng, -reach, reach)), round(uniform(rng, -reach, reach))


def shift(tensor: Tensor, right: int, down: int) -> Tensor:
    """[..., H, W] moved by whole pixels; what comes in repeats the border."""
    height, width = tensor.shape[-2:]
    rows = (torch.arange(height) - down).clamp(0, height - 1)
    columns = (torch.arange(width) - right).clamp(0, width - 1)
    return tensor[..., rows[:, None], columns[None, :]]


def add_noise(images: Tensor, sd: float, rng: torch.Generator) -> Tensor:
    """White noise; sd in the images' range of 2."""
    return images + sd * torch.randn(images.shape, generator=rng)


def quantise_blocks(images: Tensor, step: float) -> Tensor:
    """What coarse JPEG does: 8 x 8 cosine coefficients rounded to steps that grow with the frequency.

    Sides are multiples of 8. Source: ITU-T T.81, annex A.3.3; a linear table instead of annex K's.
    """
    n, c, h, w = images.shape
    k = torch.arange(_BLOCK, dtype=images.dtype)
    basis = torch.cos((2.0 * k[None, :] + 1.0) * k[:, None] * (math.pi / (2 * _BLOCK))) * 0.5
    basis[0] *= 0.5**0.5
    blocks = images.view(n, c, h // _BLOCK, _BLOCK, w // _BLOCK, _BLOCK).transpose(3, 4)
    table = step * (1.0 + k[:, None] + k[None, :])
    coefficients = basis @ blocks @ basis.T
    rounded = (coefficients / table).round() * table
    return (basis.T @ rounded @ basis).transpose(3, 4).reshape(n, c, h, w)


def degrade(images: Tensor, rng: torch.Generator) -> Tensor:
    """Blur, resampling, blocks, slight change of colour and noise, each in about a third of the groups.

    Images float32 [N, 3, S, S] in [-1, 1] (not clamped after). Colours change so little (4 % of
    contrast, 1.5 % of the range) that factors of colour stay true within their own accuracy.
    """
    size = images.shape[-1]
    groups: list[Tensor] = []
    for group in images.split(GROUP):
        if uniform(rng, 0.0, 1.0) < 0.25:
            groups.append(group)
            continue
        changed = group
        if uniform(rng, 0.0, 1.0) < 0.35:
            changed = gaussian_blur(changed, uniform(rng, 0.3, 1.2))
        if uniform(rng, 0.0, 1.0) < 0.2:
            side = round(size * uniform(rng, 0.5, 0.9))
            changed = F.interpolate(changed, size=side, mode="bilinear", antialias=True)
            changed = F.interpolate(changed, size=size, mode="bilinear")
        if uniform(rng, 0.0, 1.0) < 0.2:
            changed = quantise_blocks(changed, uniform(rng, 0.01, 0.06))
        if uniform(rng, 0.0, 1.0) < 0.3:
            gain = 1.0 + uniform(rng, -0.04, 0.04)
            offset = 0.03 * (torch.rand(len(group), 3, 1, 1, generator=rng) * 2.0 - 1.0)
            changed = changed * gain + offset
        if uniform(rng, 0.0, 1.0) < 0.35:
            changed = add_noise(changed, uniform(rng, 0.01, 0.08), rng)
        groups.append(changed)
    return torch.cat(groups)


def disturb(images: Tensor, rng: torch.Generator) -> Tensor:
    """What half-trained generators do: blotches of colour, smears, and pieces that belong elsewhere.

    Images float32 [N, 3, S, S] in [-1, 1] (not clamped after). Each in about half of the groups; a piece is
    up to a quarter of the side, of another picture of the group, and fades at its border.
    """
    groups: list[Tensor] = []
    for group in images.split(GROUP):
        changed = group
        if uniform(rng, 0.0, 1.0) < 0.5:
            changed = changed + uniform(rng, 0.02, 0.12) * _clouds(changed, 3, rng)
        if uniform(rng, 0.0, 1.0) < 0.5:
            share = (2.0 * _clouds(changed, 1, rng)).sigmoid()
            changed = torch.lerp(changed, gaussian_blur(changed, uniform(rng, 0.6, 2.0)), share)
        if uniform(rng, 0.0, 1.0) < 0.4:
            changed = torch.lerp(changed, changed.roll(1, dims=0), _piece(changed.shape[-1], rng))
        groups.append(changed)
    return torch.cat(groups)


def _clouds(images: Tensor, channels: int, rng: torch.Generator) -> Tensor:
    """Smooth noise [N, channels, S, S] of about unit variance, its grain 1/4 to 1/16 of the side."""
    grains = 2 ** int(torch.randint(2, 5, (), generator=rng))
    coarse = torch.randn(len(images), channels, grains, grains, generator=rng)
    return 1.5 * F.interpolate(coarse, size=images.shape[-2:], mode="bicubic")


def _piece(size: int, rng: torch.Generator) -> Tensor:
    """A soft window [S, S] in 0..1: one in a rectangle somewhere, zero far from it."""
    axis = (torch.arange(size) + 0.5) / size
    sides: list[Tensor] = []
    for _ in range(2):
        middle, half = uniform(rng, 0.1, 0.9), uniform(rng, 0.03, 0.125)
        sides.append(((half - (axis - middle).abs()) * 40.0).sigmoid())
    return sides[0][:, None] * sides[1][None, :]
