"""Factor edits: the published four with their sizes and masks, the catalogue's and a user's own."""

import pytest
import torch

from wend.methods.edits.edit import user_edit
from wend.methods.factor.edits import (
    FACTOR_EDITS,
    brightness,
    find_factor_edit,
    of_edit,
    scale,
    scale_by_windows,
)


def _images(side: int = 128) -> torch.Tensor:
    return torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0)) * 2.0 - 1.0


@pytest.mark.parametrize("name", list(FACTOR_EDITS))
def test_f1_nothing_asked_for_is_the_picture_and_a_mask_of_ones(name: str) -> None:
    images = _images(16)
    target, mask = FACTOR_EDITS[name].apply(images, 0.0)
    assert torch.equal(target, images)
    assert torch.equal(mask, torch.ones_like(images))


def test_f1_shifts_are_the_published_pixels_and_hide_what_comes_in() -> None:
    images = _images()
    for t, pixels in zip((0.1, 0.2, 0.3, 0.4, 0.5), (12, 25, 38, 51, 64), strict=True):
        target, mask = FACTOR_EDITS["shift_x"].apply(images, t)
        assert int(mask[0, 0].sum()) == 128 * (128 - pixels)
        assert torch.equal(target[..., pixels:], images[..., : 128 - pixels])
    target, mask = FACTOR_EDITS["shift_y"].apply(images, -0.1)
    assert torch.equal(target[:, :, :-12], images[:, :, 12:])
    assert not mask[:, :, -12:].any()


def test_f3_scale_has_the_published_windows_and_a_soft_mask() -> None:
    ones = mask = torch.ones(1, 3, 128, 128)
    for t, window in zip((-0.5, -0.4, -0.3, -0.2, -0.1), (256, 213, 182, 160, 142), strict=True):
        _, mask = scale_by_windows(ones, t)
        assert float(mask[0, 0].sum()) == pytest.approx(128.0**4 / window**2, rel=0.03)
    assert ((mask > 0.0) & (mask < 1.0)).any()
    for t in (0.1, 0.5):
        target, mask = scale_by_windows(ones, t)
        assert torch.equal(mask, ones)
        assert torch.allclose(target, ones)


def test_scale_keeps_the_middle_where_it_is() -> None:
    y, x = torch.meshgrid(torch.arange(64.0) - 31.5, torch.arange(64.0) - 31.5, indexing="ij")
    disc = torch.exp(-(x.square() + y.square()) / 72.0).expand(1, 3, 64, 64)
    for t in (-0.3, -0.1, -0.05, 0.05, 0.1, 0.4):
        target, mask = scale(disc, t)
        assert abs(float((target * x).sum() / target.sum())) < 1e-4
        assert abs(float((target * y).sum() / target.sum())) < 1e-4
        assert float(target.sum() / disc.sum()) == pytest.approx((1.0 + t) ** 2, rel=0.02)
        assert float(mask[0, 0].sum()) == pytest.approx(min(1.0, (1.0 + t) ** 2) * 64.0**2, rel=0.05)
    assert torch.equal(scale(disc, 0.0)[0], disc)


def test_f5_brightness_is_cut_to_the_range() -> None:
    images = _images(8)
    target, mask = brightness(images, 0.5)
    assert torch.equal(target, (images + 0.5).clamp(-1.0, 1.0))
    assert torch.equal(mask, torch.ones_like(images))


def test_magnifications_add_up_as_logarithms_and_are_read_as_they_are() -> None:
    edit = FACTOR_EDITS["scale"]
    twice = edit.added(0.2) + edit.added(0.5)
    assert float(edit.natural(torch.tensor(twice))) == pytest.approx(1.2 * 1.5)
    assert edit.added(0.5, is_published=True) == 0.5
    assert float(edit.natural(torch.tensor(0.5), is_published=True)) == 1.5
    assert FACTOR_EDITS["luminance"].added(-0.3) == -0.3


def test_strengths_of_shifts_are_whole_pixels() -> None:
    assert FACTOR_EDITS["shift_x"].grid(64, 0.047, 2) == (2 / 64, 3 / 64)
    assert FACTOR_EDITS["scale"].grid(64, 0.1, 2) == pytest.approx((0.05, 0.1))


def test_f32_one_function_makes_a_factor() -> None:
    dim = of_edit(user_edit("dim", lambda images, alpha: images - alpha, 0.4))
    target, _ = dim.apply(_images(8), 0.1)
    assert torch.allclose(target, _images(8) - 0.1)
    assert dim.grid(8, dim.near, 2) == pytest.approx((0.2, 0.4))
    assert find_factor_edit("zoom", None).unit == "log2 x"
