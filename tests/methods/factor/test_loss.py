"""Factor losses: the published kernel and its constants, Fourier beside blur, and masks that hide."""

import pytest
import torch

from wend.methods.factor.loss import (
    LOSSES,
    BlurredLoss,
    Kernel,
    LossPlan,
    fourier_loss,
    gaussian,
    pixel_loss,
    released,
    sigma_at,
)


def _images(seed: int, side: int = 24) -> torch.Tensor:
    return torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_f17_the_released_kernel_has_its_taps_and_its_sum() -> None:
    kernel = released(3.0)
    assert len(kernel.taps) == 18
    assert kernel.total == pytest.approx(6.6887, abs=1e-4)
    assert kernel.normalised().total == pytest.approx(1.0)
    assert gaussian(1.5).total == pytest.approx(1.0)


def test_f17_the_released_loss_is_44_74_times_that_of_the_normalised_kernel() -> None:
    images, target, mask = _images(0), _images(1), torch.ones(2, 3, 24, 24, dtype=torch.float64)
    mask[:, :, :, :5] = 0.0
    ours = BlurredLoss(released(3.0).normalised(), "after")(images, target, mask)
    theirs = BlurredLoss(released(3.0), "after")(images, target, mask)
    assert torch.allclose(44.74 * ours, theirs, rtol=1e-3)


@pytest.mark.parametrize("kernel", [gaussian(1.5), released(2.0)], ids=["ours", "released"])
def test_f17_the_fourier_form_is_the_blur_where_it_goes_round(kernel: Kernel) -> None:
    error = _images(2)
    matrix = kernel.matrix(24, is_circular=True)
    blurred = (matrix @ error @ matrix.T).square().mean(dim=(1, 2, 3))
    assert torch.allclose(fourier_loss(error, kernel), blurred, rtol=1e-5)


def test_the_blur_is_a_convolution_with_zeros_beyond_the_border() -> None:
    kernel, images = gaussian(1.2), _images(3)
    taps = kernel.taps.view(1, 1, 1, -1).expand(3, 1, 1, -1)
    seen = torch.nn.functional.conv2d(images, taps, padding=(0, kernel.middle), groups=3)
    seen = torch.nn.functional.conv2d(seen, taps.transpose(2, 3), padding=(kernel.middle, 0), groups=3)
    assert torch.allclose(BlurredLoss(kernel).blur(images), seen, atol=1e-10)


@pytest.mark.parametrize("order", ["before", "after"])
def test_f6_what_the_mask_hides_has_no_gradient_before_and_near_the_border_some_after(order: str) -> None:
    images = _images(4).requires_grad_(True)
    mask = torch.ones(2, 3, 24, 24, dtype=torch.float64)
    mask[:, :, :, :8] = 0.0
    BlurredLoss(released(1.5), order)(images, _images(5), mask).sum().backward()  # type: ignore[arg-type]  # parametrized
    assert images.grad is not None
    hidden = images.grad[:, :, :, :8]
    assert bool(hidden.any()) is (order == "after")
    if order == "after":
        # As far as the kernel reaches: 4 or 5 px of 9 taps.
        assert not hidden[:, :, :, :3].any()


@pytest.mark.parametrize("name", list(LOSSES))
def test_every_loss_is_0_of_equal_pictures_and_each_picture_has_its_own(name: str) -> None:
    loss = LOSSES[name](LossPlan(1.5, "before"))  # type: ignore[index]  # a name of the table
    images, mask = _images(6).clamp(-1.0, 1.0), torch.ones(2, 3, 24, 24, dtype=torch.float64)
    assert loss(images, images, mask).tolist() == pytest.approx([0.0, 0.0], abs=1e-9)
    target = images.clone()
    target[1] = -target[1]
    first, second = loss(images, target, mask).tolist()
    assert first == pytest.approx(0.0, abs=1e-9)
    assert second > 0.0
    alone = loss(images[1:], target[1:], mask[1:])
    assert float(alone) == pytest.approx(second)


def test_pixels_by_hand_and_a_blur_that_grows_with_the_picture() -> None:
    images, target = torch.zeros(1, 3, 2, 2), torch.ones(1, 3, 2, 2)
    mask = torch.ones(1, 3, 2, 2)
    mask[..., 0] = 0.0
    assert float(pixel_loss(images, 2.0 * target, mask)) == 4.0
    assert sigma_at(128) == 3.0
    assert sigma_at(64) == 1.5
