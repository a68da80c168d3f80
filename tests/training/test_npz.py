"""The sprites' npz: pictures, classes and factors are read, what is pickled never is."""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.training.damaged import WAYS, damaged_zip, noise
from wend.errors import DatasetInvalid
from wend.training.dataset import ImageDataset, read_dataset
from wend.training.npz import read_latents
from wend.worlds.sprites import draw_grid, grid_classes, published_latents

INDEX = np.array([5, 100_000, 300_000, 500_000, 700_000])


class _Bomb:
    """Unpickled, it would raise: a stand-in for code in a pickle."""

    def __reduce__(self) -> tuple[type[BaseException], tuple[str]]:
        return (SystemExit, ("a pickle was opened",))


def _nothing(done: int, total: int) -> None:
    assert 0 < done <= total


def _arrays() -> dict[str, NDArray[np.generic]]:
    return {
        "imgs": draw_grid(INDEX),
        "latents_values": published_latents(INDEX),
        "latents_classes": grid_classes(INDEX),
    }


def _write(path: Path, arrays: Mapping[str, NDArray[np.generic]]) -> Path:
    metadata = np.empty((), dtype=object)
    metadata[()] = _Bomb()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in {"metadata": metadata, **arrays}.items():
            with archive.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, array, allow_pickle=True)
    return path


def _read(path: Path, size: int = 64) -> ImageDataset:
    return read_dataset(path, size, False, _nothing)


def test_pictures_classes_and_factors(tmp_path: Path) -> None:
    path = _write(tmp_path / "sprites.npz", _arrays())
    data = _read(path)
    assert np.array_equal(data.pixels[..., 0], 255 * draw_grid(INDEX))
    assert data.class_names == ("square", "ellipse", "heart")
    assert data.classes is not None
    assert data.classes.tolist() == [0, 0, 1, 2, 2]
    values, classes = read_latents(path)
    assert np.array_equal(values, published_latents(INDEX))
    assert np.array_equal(classes, grid_classes(INDEX))
    small = _read(path, 32).pixels
    assert small.shape == (5, 32, 32, 1)
    assert float(small.mean()) == pytest.approx(float(data.pixels.mean()), rel=0.05)


def test_classes_may_be_missing_and_greys_are_kept(tmp_path: Path) -> None:
    grey = np.arange(4 * 8 * 8, dtype=np.uint8).reshape(4, 8, 8)
    data = _read(_write(tmp_path / "x.npz", {"imgs": grey}), 8)
    assert data.classes is None
    assert np.array_equal(data.pixels[..., 0], grey)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"imgs": np.zeros((5, 64, 64), dtype=np.float32)}, "not of uint8"),
        ({"imgs": np.zeros((5, 64, 64, 3), dtype=np.uint8)}, "not of uint8"),
        ({"imgs": np.asfortranarray(np.zeros((5, 64, 64), dtype=np.uint8))}, "absurd"),
        ({"imgs": np.zeros((0, 64, 64), dtype=np.uint8)}, "absurd"),
        ({"imgs": np.array([[[_Bomb()]]], dtype=object)}, "pickled objects"),
        ({"latents_classes": np.array([[_Bomb()] * 6], dtype=object)}, "pickled objects"),
        ({"latents_classes": np.zeros((5, 5), dtype=np.int64)}, r"numbers \[M, 6\]"),
        ({"latents_classes": np.zeros((4, 6), dtype=np.int64)}, "does not fit"),
        ({"latents_classes": np.full((5, 6), 3)}, "does not fit"),
    ],
)
def test_what_is_no_sprite_set_is_refused(
    tmp_path: Path, changes: dict[str, NDArray[np.generic]], says: str
) -> None:
    with pytest.raises(DatasetInvalid, match=says):
        _read(_write(tmp_path / "x.npz", _arrays() | changes))


def test_other_npz_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetInvalid, match=r"no imgs\.npy"):
        _read(_write(tmp_path / "x.npz", {"stuff": np.zeros(3)}))
    with pytest.raises(DatasetInvalid, match=r"no latents_values\.npy"):
        read_latents(tmp_path / "x.npz")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("member", ["imgs.npy", "latents_values.npy"])
def test_damage_of_every_compression_is_told(tmp_path: Path, way: str, member: str) -> None:
    path = damaged_zip(tmp_path / "x.npz", member, noise(4000), way)
    read: Callable[[Path], object] = _read if member == "imgs.npy" else read_latents
    with pytest.raises(DatasetInvalid, match=r"x\.npz cannot be unpacked \(.+\)"):
        read(path)


def test_headers_that_lie_are_refused(tmp_path: Path) -> None:
    path = _write(tmp_path / "x.npz", _arrays())
    with zipfile.ZipFile(path) as archive:
        content = archive.read("imgs.npy")
    lies = {
        "ends early": content.replace(b"(5, 64, 64)", b"(9, 64, 64)"),
        "absurd": content.replace(b"(5, 64, 64), }      ", b"(99999999, 64, 64),}")[: len(content)],
        "header cannot be read": b"\x93NUMPY\x09\x00" + content[8:],
        "not of uint8|GiB": content.replace(b"(5, 64, 64), }  ", b"(5, 99999, 64),}"),
    }
    for index, (says, lie) in enumerate(lies.items()):
        assert lie != content
        bad = tmp_path / f"{index}.npz"
        with zipfile.ZipFile(bad, "w") as archive:
            archive.writestr("imgs.npy", lie)
        with pytest.raises(DatasetInvalid, match=says):
            _read(bad)
