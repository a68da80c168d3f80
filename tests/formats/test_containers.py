"""Every container gives what torch and numpy themselves read from it, tensor for tensor."""

import io
import pickle
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save as save_safetensors
from torch import Tensor

from wend.errors import FormatRefused, FormatTooLarge
from wend.formats.found import Found
from wend.formats.limits import Limits
from wend.formats.modules import state_dict
from wend.formats.read import read_source
from wend.formats.sniff import sniff
from wend.formats.source import Source

LIMITS = Limits(tensor_bytes=2**24)


def _tensors() -> dict[str, Tensor]:
    rng = torch.Generator().manual_seed(0)
    base = torch.randn(6, 4, 5, generator=rng)
    told = base.clone()
    told.note = "an attribute"  # type: ignore[attr-defined]
    return {
        "plain": base.clone(),
        "told": told,
        "a view with odd strides": base.permute(2, 0, 1)[1:, ::2],
        "the same storage": base[2:4],
        "half": base.half(),
        "bfloat16": base.bfloat16(),
        "double": base.double(),
        "whole": torch.arange(7),
        "bytes": torch.arange(5, dtype=torch.uint8),
        "claims": torch.tensor([True, False]),
        "one": torch.tensor(3.5),
        "none": torch.zeros(0, 3),
        "parameter": torch.nn.Parameter(base[0].clone()),
    }


def _read(path: Path, data: bytes, limits: Limits = LIMITS) -> Found:
    return read_source(Source(path.name, io.BytesIO(data), len(data), limits))


def _zip(value: object) -> bytes:
    file = io.BytesIO()
    torch.save(value, file)
    return file.getvalue()


def _stream(value: object) -> bytes:
    file = io.BytesIO()
    torch.save(value, file, _use_new_zipfile_serialization=False)
    return file.getvalue()


def _plain(value: object) -> bytes:
    return pickle.dumps(value, 4)


@pytest.mark.parametrize("write", [_zip, _stream, _plain])
def test_torch_containers(write: type, tmp_path: Path) -> None:
    tensors = _tensors()
    value = {"g": OrderedDict(tensors), "numbers": [1, 2.5, None, True, "text", b"bytes", 2**70], "set": {3}}
    found = _read(tmp_path / "x", write(value))
    assert isinstance(found.value, dict)
    assert found.value["numbers"] == value["numbers"]
    read = state_dict("x", found.value["g"])
    assert read.keys() == tensors.keys()
    for key, tensor in tensors.items():
        array = read[key].array()
        wanted = tensor.detach()
        assert array.shape == tuple(wanted.shape), key
        assert np.array_equal(array, wanted.float().numpy() if key == "bfloat16" else wanted.numpy()), key


@pytest.mark.parametrize("protocol", range(6))
def test_pickles_of_every_protocol(protocol: int, tmp_path: Path) -> None:
    array = np.arange(6, dtype=np.float32).reshape(2, 3).T
    value = {
        "w": array,
        "n": np.float64(2.5),
        "deep": [({"a": (1, [2])},)],
    }
    found = _read(tmp_path / "x", pickle.dumps(value, protocol)).value
    assert isinstance(found, dict)
    assert np.array_equal(found["w"], array)
    assert (found["n"], found["deep"]) == (2.5, value["deep"])


def test_safetensors(tmp_path: Path) -> None:
    tensors = {key: t.detach().contiguous().clone() for key, t in _tensors().items()}
    found = _read(tmp_path / "x", save_safetensors(tensors, {"made": "here"}))
    read = state_dict("x", found.value)
    assert read.keys() == tensors.keys()
    for key, tensor in tensors.items():
        wanted = tensor.float() if key == "bfloat16" else tensor
        assert np.array_equal(read[key].array(), wanted.numpy()), key


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("kind", ["<f4", ">f8", "<i8", "|u1", "<f2"])
def test_npy_and_npz(order: str, kind: str, tmp_path: Path) -> None:
    array = np.array(np.arange(24).reshape(2, 3, 4), dtype=kind, order="F" if order == "F" else "C")
    file = io.BytesIO()
    np.save(file, array)
    found = _read(tmp_path / "x.pt", file.getvalue())
    assert found.kind == "npy"
    assert np.array_equal(state_dict("x", {"a": found.value})["a"].array(), array)
    file = io.BytesIO()
    np.savez_compressed(file, a=array, one=np.float32(2.0))
    found = _read(tmp_path / "y.pkl", file.getvalue())
    assert found.kind == "npz"
    read = state_dict("y", found.value)
    assert np.array_equal(read["a"].array(), array)
    assert read["one"].array() == 2.0


@pytest.mark.parametrize("write", [_zip, _stream, _plain, save_safetensors])
def test_a_file_cut_anywhere_is_refused_in_words(write: type, tmp_path: Path) -> None:
    data = write({"a": torch.arange(300.0), "b": torch.ones(4)})
    for length in range(0, len(data) - 1, max(1, len(data) // 40)):
        with pytest.raises(FormatRefused):
            _read_all(tmp_path / "x", data[:length])


def _read_all(path: Path, data: bytes) -> None:
    """Numbers are read when they are wanted: all of them now."""
    for tensor in state_dict("x", _read(path, data).value).values():
        tensor.array()


def test_a_tensor_spread_over_a_huge_shape_is_refused(tmp_path: Path) -> None:
    spread = torch.zeros(1).expand(2**20, 2**20)
    with pytest.raises(FormatTooLarge, match="spreads 1 stored numbers"):
        _read(tmp_path / "x", _plain({"w": spread}))


def test_sniffing_minds_bytes_not_names() -> None:
    cases = {
        "weights.safetensors": (_zip({}), "torch zip"),
        "network.pkl": (_stream({}), "torch legacy"),
        "x.npy": (_plain({}), "pickle"),
        "x.pt": (save_safetensors({"a": torch.ones(1)}), "safetensors"),
        "model.bin": (b"\x89HDF\r\n\x1a\n" + bytes(600), "hdf5"),
        "config.txt": (b'{"a": 1}', "json"),
        "picture.png": (b"\x89PNG\r\n\x1a\n", None),
        "empty": (b"", None),
    }
    for name, (data, kind) in cases.items():
        assert sniff(Source(name, io.BytesIO(data), len(data), LIMITS)) == kind, name


def test_torchscript_is_known_for_what_it_is(tmp_path: Path) -> None:
    with pytest.warns(DeprecationWarning, match="torch.jit"):
        program = torch.jit.script(torch.nn.Linear(2, 2))
    program.save(str(tmp_path / "x"))
    data = (tmp_path / "x").read_bytes()
    assert sniff(Source("x", io.BytesIO(data), len(data), LIMITS)) == "torchscript"
