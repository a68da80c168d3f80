"""Structural similarity: by hand, against loops, behind masks."""

import math

import pytest
import torch
from torch import Tensor

from wend.errors import InvalidShape
from wend.imaging.ssim import ssim

RNG = torch.Generator().manual_seed(0)
IMAGES = 2.0 * torch.rand(2, 3, 16, 18, generator=RNG) - 1.0
OTHER = 2.0 * torch.rand(2, 3, 16, 18, generator=RNG) - 1.0


def _by_loops(x: Tensor, y: Tensor) -> float:
    """One picture, window by window, as the source writes it."""
    axis = [math.exp(-0.5 * (k / 1.5) ** 2) for k in range(-5, 6)]
    window = torch.tensor([[a * b for b in axis] for a in axis], dtype=torch.float64)
    window /= window.sum()
    found: list[float] = []
    for channel in range(3):
        a, b = (x[channel].double() + 1.0) / 2.0, (y[channel].double() + 1.0) / 2.0
        for top in range(a.shape[0] - 10):
            for left in range(a.shape[1] - 10):
                p, q = a[top : top + 11, left : left + 11], b[top : top + 11, left : left + 11]
                mean_p, mean_q = float((window * p).sum()), float((window * q).sum())
                var_p = float((window * (p - mean_p) ** 2).sum())
                var_q = float((window * (q - mean_q) ** 2).sum())
                cov = float((window * (p - mean_p) * (q - mean_q)).sum())
                light = (2 * mean_p * mean_q + 1e-4) / (mean_p**2 + mean_q**2 + 1e-4)
                found.append(light * (2 * cov + 9e-4) / (var_p + var_q + 9e-4))
    return sum(found) / len(found)


def test_equal_pictures_are_alike() -> None:
    assert ssim(IMAGES, IMAGES).tolist() == pytest.approx([1.0, 1.0], abs=1e-5)


def test_every_window_as_published() -> None:
    mixed = 0.6 * IMAGES + 0.4 * OTHER
    wanted = [_by_loops(a, b) for a, b in zip(IMAGES, mixed, strict=True)]
    assert ssim(IMAGES, mixed).tolist() == pytest.approx(wanted, abs=1e-4)


def test_two_plain_pictures_differ_by_their_light_alone() -> None:
    # Values of 0.25 and 0.75: (2 a b + C1) / (a^2 + b^2 + C1).
    low, high = torch.full((1, 3, 12, 12), -0.5), torch.full((1, 3, 12, 12), 0.5)
    wanted = (2 * 0.25 * 0.75 + 1e-4) / (0.25**2 + 0.75**2 + 1e-4)
    assert float(ssim(low, high)) == pytest.approx(wanted, abs=1e-3)
    assert float(ssim(low, high, torch.ones(1, 1, 12, 12))) == pytest.approx(wanted, abs=1e-3)


def test_contrasts_turned_round_are_the_opposite() -> None:
    assert float(ssim(IMAGES[:1], -IMAGES[:1])) < -0.5


def test_what_a_mask_hides_has_no_part_and_no_gradient() -> None:
    mask = torch.ones(2, 1, 16, 18)
    mask[:, :, :, :7] = 0.0
    hidden = IMAGES.clone()
    hidden[:, :, :, :7] = float("nan")
    told = ssim(IMAGES, OTHER, mask)
    assert torch.equal(ssim(hidden, OTHER, mask), told)
    moved = IMAGES.clone().requires_grad_(True)
    ssim(moved, OTHER, mask).sum().backward()
    assert moved.grad is not None
    assert float(moved.grad[:, :, :, :7].abs().max()) == 0.0
    assert float(moved.grad[:, :, :, 7:].abs().min()) > 0.0


def test_pictures_that_do_not_fit() -> None:
    with pytest.raises(InvalidShape):
        ssim(IMAGES, OTHER[:, :, :12])
    with pytest.raises(InvalidShape, match="sides above 10"):
        ssim(IMAGES[..., :10], IMAGES[..., :10])
