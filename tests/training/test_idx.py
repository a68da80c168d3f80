"""IDX files: MNIST's names and layout, plain and gzipped; nothing that does not add up is read."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from wend.errors import DatasetInvalid
from wend.training.dataset import ImageDataset, read_dataset
from wend.training.idx import idx_magic

IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
PICTURES = np.random.RandomState(0).randint(0, 256, (5, 28, 28)).astype(np.uint8)


def _nothing(done: int, total: int) -> None:
    assert 0 < done <= total


def _images(pictures: NDArray[np.uint8] = PICTURES, magic: int = 0x803) -> bytes:
    return struct.pack(">4I", magic, *pictures.shape) + pictures.tobytes()


def _labels(*classes: int) -> bytes:
    return struct.pack(">2I", 0x801, len(classes)) + bytes(classes)


def _read(path: Path, size: int = 28) -> ImageDataset:
    return read_dataset(path, size, False, _nothing)


@pytest.mark.parametrize("is_gzip", [False, True])
@pytest.mark.parametrize("whole_folder", [False, True])
def test_pictures_and_labels(tmp_path: Path, is_gzip: bool, whole_folder: bool) -> None:
    pack, end = (gzip.compress, ".gz") if is_gzip else (bytes, "")
    (tmp_path / f"{IMAGES}{end}").write_bytes(pack(_images()))
    (tmp_path / f"{LABELS}{end}").write_bytes(pack(_labels(7, 0, 2, 7, 3)))
    (tmp_path / f"t10k-images-idx3-ubyte{end}").write_bytes(pack(_images(PICTURES[:2])))
    data = _read(tmp_path if whole_folder else tmp_path / f"{IMAGES}{end}")
    assert data.pixels.shape == (5, 28, 28, 1)
    assert np.array_equal(data.pixels[..., 0], PICTURES)
    assert data.classes is not None
    assert data.classes.tolist() == [7, 0, 2, 7, 3]
    assert data.class_names == tuple("01234567")
    # Grey pictures become three equal channels when they are drawn.
    images, classes = data.labelled_batch(4, torch.Generator().manual_seed(0))
    assert images.shape == (4, 3, 28, 28)
    assert torch.equal(images[:, 0], images[:, 2])
    assert images.min() >= -1.0
    assert set(classes.tolist()) <= {7, 0, 2, 3}
    assert data.first(1).shape == (1, 3, 28, 28)


def test_the_name_does_not_matter_and_labels_may_be_missing(tmp_path: Path) -> None:
    (tmp_path / "digits.bin").write_bytes(_images())
    data = _read(tmp_path / "digits.bin", 32)
    assert data.pixels.shape == (5, 32, 32, 1)
    assert data.classes is None
    # Resized, not merely framed: the mean grey stays.
    assert float(data.pixels.mean()) == pytest.approx(float(PICTURES.mean()), rel=0.02)
    assert _read(tmp_path).pixels.shape == (5, 28, 28, 1)
    assert idx_magic(tmp_path / "digits.bin") == 0x803


def test_mixed_packing(tmp_path: Path) -> None:
    (tmp_path / IMAGES).write_bytes(_images())
    (tmp_path / f"{LABELS}.gz").write_bytes(gzip.compress(_labels(1, 1, 1, 1, 0)))
    assert _read(tmp_path).class_names == ("0", "1")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (_images()[:-1], "ends early"),
        (_images()[:10], "ends early"),
        (_images() + b"x", "goes on after"),
        (gzip.compress(_images())[:-20], "cannot be unpacked|ends early"),
        (struct.pack(">4I", 0x803, 2**31, 28, 28), "absurd"),
        (struct.pack(">4I", 0x803, 5, 2**20, 1), "absurd"),
        (struct.pack(">4I", 0x803, 3_000_000, 4096, 4096), "absurd"),
        (struct.pack(">4I", 0x803, 0, 28, 28), "absurd"),
        (_labels(1, 2), "neither a folder"),
        (b"\x00\x00\x0d\x03" + bytes(40), "neither a folder"),
        (b"", "neither a folder"),
    ],
)
def test_what_does_not_add_up_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / IMAGES).write_bytes(content)
    with pytest.raises(DatasetInvalid, match=says):
        _read(tmp_path / IMAGES)


def test_labels_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    (tmp_path / IMAGES).write_bytes(_images())
    (tmp_path / LABELS).write_bytes(_labels(1, 2))
    with pytest.raises(DatasetInvalid, match="2 labels for 5 pictures"):
        _read(tmp_path)
    (tmp_path / LABELS).write_bytes(_labels(1, 2, 3, 4, 5)[:-1])
    with pytest.raises(DatasetInvalid, match=r"train-labels.*ends early"):
        _read(tmp_path)


def test_which_pictures_must_be_clear(tmp_path: Path) -> None:
    for name in ("a-images", "b-images"):
        (tmp_path / name).write_bytes(_images())
    with pytest.raises(DatasetInvalid, match="a-images, b-images"):
        _read(tmp_path)
