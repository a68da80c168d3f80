"""Augmentation: what is moved, blurred and quantised, by hand."""

import pytest
import torch

from wend.imaging.blur import gaussian_blur
from wend.training.perception.augment import degrade, disturb, draw_shift, quantise_blocks, shift


def test_a_shift_moves_right_and_down_and_repeats_the_border() -> None:
    image = torch.arange(9.0).view(1, 1, 3, 3)
    assert shift(image, 1, 0)[0, 0].tolist() == [[0, 0, 1], [3, 3, 4], [6, 6, 7]]
    assert shift(image, 0, -1)[0, 0].tolist() == [[3, 4, 5], [6, 7, 8], [6, 7, 8]]


def test_shifts_stay_within_a_24th_of_the_side_and_half_are_none() -> None:
    rng = torch.Generator().manual_seed(0)
    shifts = [draw_shift(96, rng) for _ in range(200)]
    assert all(abs(x) <= 4 and abs(y) <= 4 for x, y in shifts)
    assert 60 < sum(s == (0, 0) for s in shifts) < 140


def test_a_blurred_point_is_a_gaussian() -> None:
    image = torch.zeros(1, 1, 21, 21)
    image[0, 0, 10, 10] = 1.0
    blurred = gaussian_blur(image, 1.5)[0, 0]
    assert float(blurred.sum()) == pytest.approx(1.0, abs=1e-5)
    assert float(blurred[10, 12] / blurred[10, 10]) == pytest.approx(
        float(torch.exp(torch.tensor(-2 / 2.25)))
    )


def test_blocks_lose_what_is_smaller_than_a_step_and_keep_flat_ones() -> None:
    flat = torch.full((1, 3, 16, 16), 0.5)
    assert float((quantise_blocks(flat, 0.1) - 0.5).abs().max()) < 0.01
    faint = flat.clone()
    faint[..., ::2] += 0.01
    assert float(quantise_blocks(faint, 0.2).std()) < 1e-3
    assert float((quantise_blocks(faint, 1e-5) - faint).abs().max()) < 1e-3


def test_degraded_pictures_stay_near_and_depend_on_the_generator_alone() -> None:
    images = torch.rand(24, 3, 32, 32, generator=torch.Generator().manual_seed(1)) * 1.6 - 0.8
    a, b = (degrade(images, torch.Generator().manual_seed(7)) for _ in range(2))
    assert torch.equal(a, b)
    assert a.shape == images.shape
    means = (a.mean(dim=(2, 3)) - images.mean(dim=(2, 3))).abs()
    assert float(means.max()) < 0.08  # colours do not lie
    assert not torch.equal(a, images)


def test_a_disturbed_picture_is_spoiled_in_places_and_no_brighter_on_the_whole() -> None:
    images = torch.rand(64, 3, 32, 32, generator=torch.Generator().manual_seed(1)) * 1.6 - 0.8
    a, b = (disturb(images, torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(a, b)
    assert a.shape == images.shape
    changed = (a - images).abs().mean(dim=1)
    assert float(changed.amax(dim=(1, 2)).max()) > 0.3  # a piece of another picture, or a smear
    assert float((a - images).mean().abs()) < 0.02


def test_a_piece_comes_from_the_same_place_of_another_picture() -> None:
    plain = torch.linspace(-0.7, 0.7, 8).view(8, 1, 1, 1).expand(8, 3, 32, 32)
    moved = [disturb(plain, torch.Generator().manual_seed(seed)) for seed in range(40)]
    # Clouds change every place; what takes its neighbour's grey in one window alone is a piece.
    jumps = [(m - plain).abs().mean(dim=1) for m in moved if float((m - plain).std(dim=(2, 3))[1:].max()) > 0]
    assert any(float(j[1:].amax()) > 0.15 and float(j[1:].median()) < 1e-3 for j in jumps)
