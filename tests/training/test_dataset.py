"""Training pictures in memory: batches, their classes, and what is refused."""

import numpy as np
import pytest
import torch

from wend.errors import DatasetInvalid
from wend.training.dataset import ImageDataset, world_dataset
from wend.worlds.cast import PortraitsCast
from wend.worlds.disc import Disc
from wend.worlds.world import sample_factors


def _nothing(done: int, total: int) -> None:
    assert 0 < done <= total


def _numbered(mirror: bool = True) -> ImageDataset:
    """Ten pictures whose grey level is their index, in three classes."""
    pixels = np.broadcast_to(np.arange(10, dtype=np.uint8)[:, None, None, None], (10, 4, 4, 3)).copy()
    return ImageDataset(pixels, mirror, np.arange(10, dtype=np.int64) % 3, ("a", "b", "c"))


def test_a_labelled_batch_is_the_same_batch_with_its_classes() -> None:
    data = _numbered()
    plain = ImageDataset(data.pixels, mirror=True)
    expected = plain.batch(64, torch.Generator().manual_seed(4))
    assert torch.equal(data.batch(64, torch.Generator().manual_seed(4)), expected)
    images, classes = data.labelled_batch(64, torch.Generator().manual_seed(4))
    assert torch.equal(images, expected)
    assert classes.dtype == torch.int64
    index = ((images[:, 0, 0, 0] + 1.0) * 127.5).round().long()
    assert torch.equal(classes, index % 3)


def test_the_stream_of_batches_is_fixed() -> None:
    # Runs resume by the state of their random generator: what it is used for may never change.
    rng = torch.Generator().manual_seed(4)
    index = torch.randint(10, (6,), generator=torch.Generator().manual_seed(4))
    images = _numbered(mirror=False).batch(6, rng)
    assert torch.equal(((images[:, 0, 0, 0] + 1.0) * 127.5).round().long(), index)


def test_a_world_with_classes_gives_them() -> None:
    world = PortraitsCast()
    data = world_dataset(world, 6, seed=3, size=16, mirror=True, progress=_nothing)
    assert data.pixels.shape == (6, 16, 16, 3)
    assert data.class_names[:2] == ("captain", "pirate")
    assert data.classes is not None
    assert data.classes.tolist() == sample_factors(world, 6, 3)["character"].long().tolist()
    plain = world_dataset(Disc(), 4, seed=3, size=16, mirror=False, progress=_nothing)
    assert plain.classes is None
    with pytest.raises(DatasetInvalid, match="has no classes"):
        plain.labelled_batch(2, torch.Generator())


def test_classes_must_fit_the_pictures() -> None:
    pixels = np.zeros((3, 4, 4, 3), dtype=np.uint8)
    with pytest.raises(DatasetInvalid, match="2 classes for 3 pictures"):
        ImageDataset(pixels, False, np.zeros(2, dtype=np.int64), ("a",))
    with pytest.raises(DatasetInvalid, match="beyond its 1 classes"):
        ImageDataset(pixels, False, np.array([0, 1, 0]), ("a",))
