"""Latent files: where they lie and how many there are, told from shape and key, else asked."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from wend.errors import FormatAmbiguous, FormatUnknown, FormatUnsupported
from wend.formats.directions import Space, Target
from wend.formats.sandbox import LatentReport, Sandbox

ROWS, WIDTH = 4, 6
Read = Callable[..., "tuple[LatentReport, np.typing.NDArray[np.float32]]"]


def numbers(*shape: int) -> "np.typing.NDArray[np.float32]":
    return np.random.RandomState(1).randn(*shape).astype(np.float32)


@pytest.fixture
def read(sandbox: Sandbox, tmp_path: Path) -> Read:
    def read_file(
        name: str, data: bytes, space: Space | None = None, z_dim: int = WIDTH
    ) -> "tuple[LatentReport, np.typing.NDArray[np.float32]]":
        target = Target(z_dim, WIDTH, ROWS, ("w", "z"), space)
        path, out = tmp_path / "sent", tmp_path / "out"
        path.write_bytes(data)
        out.mkdir()
        report, file = sandbox.read_latents(path, target, out, name)
        return report, load_file(file)["values"]

    return read_file


def npz(**arrays: "np.typing.NDArray[np.float32]") -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def npy(array: "np.typing.NDArray[np.float32]") -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def saved(value: object) -> bytes:
    file = io.BytesIO()
    torch.save(value, file)
    return file.getvalue()


def test_projected_w(read: Read) -> None:
    array = numbers(1, ROWS, WIDTH)
    report, values = read("projected_w.npz", npz(w=array))
    assert (report.space, report.names, report.file) == ("w+", ("projected_w",), "projected_w.npz")
    assert np.array_equal(values, array)


def test_one_w_for_all_rows_is_a_w(read: Read) -> None:
    array = np.repeat(numbers(1, 1, WIDTH), ROWS, axis=1)
    report, values = read("projected_w.npz", npz(w=array))
    assert report.space == "w"
    assert np.array_equal(values, array[:, 0])


@pytest.mark.parametrize("shape", [(3, ROWS, WIDTH), (3, 1, ROWS, WIDTH), (1, 3, ROWS, WIDTH)])
def test_several_in_an_array(read: Read, shape: tuple[int, ...]) -> None:
    report, values = read("latents.npy", npy(numbers(*shape)))
    assert (report.space, len(report.names)) == ("w+", 3)
    assert values.shape == (3, ROWS, WIDTH)


def test_projections_by_file(read: Read) -> None:
    value = {f"photos/{k}.png": {"latent": torch.ones(ROWS, WIDTH) * k, "noise": []} for k in (1, 2)}
    value["photos/1.png"]["latent"] = torch.from_numpy(numbers(ROWS, WIDTH))
    report, values = read("out.pt", saved(value))
    assert report.names == ("1.png", "2.png")
    assert report.space == "w+"
    assert values.shape == (2, ROWS, WIDTH)


def test_a_lone_vector_is_asked_about(read: Read, tmp_path: Path) -> None:
    with pytest.raises(FormatAmbiguous, match=r"a\.npy"):
        read("a.npy", npy(numbers(1, WIDTH)))
    (tmp_path / "out").rename(tmp_path / "before")
    assert read("a.npy", npy(numbers(1, WIDTH)), "w")[0].space == "w"


def test_its_width_may_tell(read: Read) -> None:
    assert read("a.npy", npy(numbers(2, 9)), z_dim=9)[0].space == "z"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (npy(numbers(3, WIDTH + 1)), FormatUnsupported),
        (npy(numbers(2, ROWS + 1, WIDTH)), FormatUnsupported),
        (npz(a=numbers(3, 3), b=numbers(2)), FormatUnknown),
        (b"hello", FormatUnknown),
    ],
)
def test_what_is_no_latent(read: Read, data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read("a.npz", data)
