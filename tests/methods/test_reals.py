"""Real pictures for a discriminator: every one once an epoch, edits drawn anew, the rest left as it is."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from wend.errors import InvalidInput
from wend.imaging.pixels import to_images
from wend.methods.reals import MOST_BYTES, DrawnPixels, Reals, augmented, most_of
from wend.worlds.digits import Digits
from wend.worlds.disc import Disc


def test_a_world_with_classes_and_one_without() -> None:
    digits = Reals.of_world(Digits(), 300, 1, 28)
    assert isinstance(digits.pixels, np.ndarray)
    assert digits.pixels.shape == (300, 28, 28, 1)
    assert digits.classes is not None
    assert sorted(set(digits.classes.tolist())) == list(range(10))
    assert Reals.of_world(Disc(), 4, 1, 16).classes is None
    again = Reals.of_world(Digits(), 300, 1, 28)
    every = np.arange(300)
    assert np.array_equal(again.pixels[every], digits.pixels)


def test_pictures_are_no_more_than_memory_holds() -> None:
    assert most_of(1024) == MOST_BYTES // (3 * 1024 * 1024) == 682
    assert most_of(100_000) == 1


def test_large_pictures_of_a_world_are_drawn_as_they_are_shown() -> None:
    many = Reals.of_world(Disc(), 20_000, 1, 1024)
    assert isinstance(many.pixels, DrawnPixels)
    assert many.batches(2) == 10_000
    images, _, index = many.batch(3, 2, 0)
    assert images.shape == (2, 3, 1024, 1024)
    small = DrawnPixels(many.pixels.world, many.pixels.values, 16)
    few = Reals.of_world(Disc(), 40, 1, 16)
    assert np.array_equal(small[np.array([5, 2])][..., :1], few.pixels[np.array([5, 2])])
    shrunk = F.adaptive_avg_pool2d(images, 16)
    assert float((shrunk - to_images(small[index.numpy()])).abs().mean()) < 0.02


def test_every_picture_comes_once_an_epoch_in_another_order() -> None:
    reals = Reals(np.arange(20, dtype=np.uint8)[:, None, None, None] * np.ones((1, 4, 4, 1), np.uint8), None)
    assert reals.batches(6) == 3
    epochs = []
    for epoch in range(2):
        seen = [reals.batch(epoch * 3 + k, 6, seed=5) for k in range(3)]
        index = torch.cat([i for _, _, i in seen])
        assert len(index.unique()) == 18
        images = torch.cat([images for images, _, _ in seen])
        assert torch.allclose(images[:, 0, 0, 0], index.float() / 127.5 - 1.0, atol=1e-6)
        assert images.shape == (18, 3, 4, 4)
        epochs.append(index.tolist())
    assert epochs[0] != epochs[1]
    assert torch.equal(reals.batch(4, 6, 5)[2], reals.batch(4, 6, 5)[2])
    assert not torch.equal(reals.batch(4, 6, 5)[2], reals.batch(4, 6, 6)[2])


def test_the_chosen_are_edited_each_by_its_own_amount() -> None:
    images, chosen = torch.zeros(4, 3, 2, 2), torch.tensor([True, False, True, False])
    amounts = torch.tensor([1.0, 2.0, 3.0, 4.0])

    def lift(part: Tensor, by: Tensor) -> Tensor:
        return part + by[:, None, None, None]

    out = augmented(images, chosen, amounts, lift)
    assert out[:, 0, 0, 0].tolist() == [1.0, 0.0, 3.0, 0.0]
    assert not images.any()
    assert augmented(images, torch.zeros(4, dtype=torch.bool), amounts, lift) is images


def test_pictures_sorted_by_class_are_edited_in_every_class() -> None:
    classes = np.repeat(np.arange(10), 60)
    reals = Reals(np.zeros((600, 4, 4, 1), np.uint8), classes)
    edited = reals.edited(59_000 / 70_000, seed=3)
    assert edited.sum() == round(600 * 59_000 / 70_000)
    per_class = edited.reshape(10, 60).mean(axis=1)
    assert per_class.min() > 0.65
    assert per_class.max() < 1.0
    assert np.array_equal(edited, reals.edited(59_000 / 70_000, seed=3))
    assert not np.array_equal(edited, reals.edited(59_000 / 70_000, seed=4))
    assert not reals.edited(0.0, 3).any()
    assert reals.edited(1.0, 3).all()


def test_classes_must_fit() -> None:
    with pytest.raises(InvalidInput, match="3 classes for 2 pictures"):
        Reals(np.zeros((2, 4, 4, 1), np.uint8), np.zeros(3, np.int64))
