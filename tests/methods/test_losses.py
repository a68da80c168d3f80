"""Losses of masked pictures: a hand example, no gradient behind the mask, parts that add up."""

import pytest
import torch
from torch import Tensor

from wend.methods.losses import MaskedL2, MaskedPerceptual, masked_l2, masked_l2_each

RNG = torch.Generator().manual_seed(0)
IMAGES, TARGET = (2.0 * torch.rand(4, 3, 32, 32, generator=RNG) - 1.0 for _ in range(2))
MASK = (torch.rand(4, 1, 32, 32, generator=RNG) < 0.6).float().expand(-1, 3, -1, -1)


def test_masked_l2_of_a_hand_example() -> None:
    images = torch.tensor([1.0, 2.0, 3.0, 4.0]).view(2, 1, 1, 2)
    target = torch.tensor([0.0, 0.0, 1.0, 9.0]).view(2, 1, 1, 2)
    mask = torch.tensor([1.0, 1.0, 1.0, 0.0]).view(2, 1, 1, 2)
    assert float(masked_l2(images, target, mask)) == pytest.approx((1.0 + 4.0 + 4.0) / 3.0)
    assert masked_l2_each(images, target, mask).tolist() == pytest.approx([2.5, 4.0])


def test_nothing_behind_the_mask_has_a_gradient() -> None:
    images = IMAGES.clone().requires_grad_(True)
    masked_l2(images, TARGET, MASK).backward()
    assert images.grad is not None
    assert bool((images.grad[MASK == 0.0] == 0.0).all())
    assert bool((images.grad[MASK == 1.0] != 0.0).all())


def test_parts_add_up_to_the_loss_of_the_batch() -> None:
    loss = MaskedL2()
    whole = sum(loss.weight(MASK[k : k + 1]) for k in range(4))
    parts = [loss.part(IMAGES[k : k + 1], TARGET[k : k + 1], MASK[k : k + 1], whole) for k in range(4)]
    assert float(torch.stack(parts).sum()) == pytest.approx(float(masked_l2(IMAGES, TARGET, MASK)), rel=1e-6)


class _Seen:
    """A distance that keeps what it is shown."""

    def __init__(self) -> None:
        self.shown: list[tuple[Tensor, Tensor]] = []

    def distance(self, a: Tensor, b: Tensor) -> Tensor:
        self.shown.append((a, b))
        return self.map(a, b).mean(dim=(1, 2))

    def map(self, a: Tensor, b: Tensor) -> Tensor:
        return (a - b).abs().mean(dim=1)


def test_perceptual_distances_see_masked_pictures_in_the_range_they_take() -> None:
    distance = _Seen()
    loss = MaskedPerceptual(distance, "lpips")
    bright = TARGET + 0.5
    whole = loss.weight(MASK[:1]) + loss.weight(MASK[1:])
    total = loss.part(IMAGES[:1], bright[:1], MASK[:1], whole) + loss.part(
        IMAGES[1:], bright[1:], MASK[1:], whole
    )
    shown, wanted = (torch.cat([pair[k] for pair in distance.shown]) for k in range(2))
    assert torch.equal(shown, MASK * IMAGES)
    assert torch.equal(wanted, MASK * bright.clamp(max=1.0))
    assert float(wanted.max()) <= 1.0
    assert float(wanted.min()) >= -1.0
    assert float(total) == pytest.approx(float(distance.map(shown, wanted).mean()), rel=1e-5)
