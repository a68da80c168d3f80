"""Array files: safetensors, .npy and .npz, which can hold nothing but numbers here."""

import json
import math
import re
import zipfile

import numpy as np

from wend.errors import FormatDamaged, FormatTooLarge, FormatUnsafe
from wend.formats.source import Source
from wend.formats.tensors import BFLOAT16, Array, Storage, StoredTensor, item_bytes, of_array, stored_tensor
from wend.formats.torch_files import check_entries, read_entry

_LENGTH_BYTES = 8
_MAX_HEADER_BYTES = 2**25
_METADATA = "__metadata__"
_DTYPES = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": BFLOAT16, "I64": "int64", "I32": "int32",
    "I16": "int16", "I8": "int8", "U8": "uint8", "BOOL": "bool",
}  # fmt: skip


def read_safetensors(source: Source) -> tuple[dict[str, StoredTensor], dict[str, str]]:
    """Every tensor by name, and what the file says of itself. Raises: FormatDamaged, FormatTooLarge.

    Source: the format's own description, https://github.com/huggingface/safetensors#format.
    """
    header, base = _header(source)
    told = header.pop(_METADATA, None)
    about = told if isinstance(told, dict) else {}
    tensors = {key: _described(source, key, entry, base) for key, entry in header.items()}
    return tensors, {str(key): value for key, value in about.items() if isinstance(value, str)}


def _header(source: Source) -> tuple[dict[str, object], int]:
    """The header, and where numbers begin."""
    name, start = source.name, _LENGTH_BYTES
    length = int.from_bytes(source.read(0, start), "little")
    if length > _MAX_HEADER_BYTES:
        raise FormatTooLarge(name, f"its header has {length} bytes")
    try:
        # As text: of bytes json would guess the encoding, and load what reads it.
        header = json.loads(source.read(start, length).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise FormatDamaged(name, "its header is no JSON") from error
    if not isinstance(header, dict) or len(header) > source.limits.tensors:
        raise FormatDamaged(name, "its header describes no tensors")
    return header, start + length


def _described(source: Source, key: str, entry: object, base: int) -> StoredTensor:
    if not isinstance(entry, dict) or not isinstance(entry.get("data_offsets"), list):
        raise FormatDamaged(source.name, f"the tensor {key[:60]!r} has no place")
    dtype, shape, ends = _DTYPES.get(str(entry.get("dtype"))), entry.get("shape"), entry["data_offsets"]
    if dtype is None:
        raise FormatDamaged(source.name, f"the tensor {key[:60]!r} is of {str(entry.get('dtype'))[:20]!r}")
    if (
        not isinstance(shape, list)
        or len(ends) != 2
        or not all(type(n) is int and n >= 0 for n in [*ends, *shape])
    ):
        raise FormatDamaged(source.name, f"the tensor {key[:60]!r} has no shape")
    begin, end = ends
    numel = math.prod(shape)
    if end - begin != numel * item_bytes(dtype) or base + end > source.size:
        raise FormatDamaged(source.name, f"the tensor {key[:60]!r} does not fill its place")
    storage = Storage(dtype, numel, lambda: source.read(base + begin, end - begin))
    return stored_tensor(source.name, storage, 0, shape, _contiguous(shape), source.limits)


def _contiguous(shape: list[int]) -> list[int]:
    return [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]


def read_npy(source: Source) -> StoredTensor:
    """One array. Raises: FormatUnsafe for an array of objects; FormatDamaged, FormatTooLarge."""
    return of_array(source.name, _array(source, source.read(0, source.size)))


def read_npz(source: Source) -> dict[str, StoredTensor]:
    """Every array by name. Raises: FormatUnsafe for arrays of objects; FormatDamaged, FormatTooLarge."""
    source.file.seek(0)
    try:
        archive = zipfile.ZipFile(source.file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise FormatDamaged(source.name, f"it is no whole zip ({error})") from error
    entries = check_entries(source, archive)
    return {
        name.removesuffix(".npy"): of_array(source.name, _array(source, read_entry(source, archive, entry)))
        for name, entry in entries.items()
    }


_HEADER = re.compile(
    rb"\{'descr': ?'([<>|=]?[fiub][0-9]{1,2})', ?'fortran_order': ?(True|False), ?'shape': ?"
    rb"\(([0-9, ]{0,300})\),? ?\}[ \n]*"
)
_MAX_NPY_HEADER = 2**16


def _array(source: Source, data: bytes) -> Array:
    """One array of numbers. Its header is text in Python's own grammar; only its usual form is read."""
    wide = data[6:7] != b"\x01"
    start = 12 if wide else 10
    length = int.from_bytes(data[8:start], "little")
    header = data[start : start + length]
    if not data.startswith(b"\x93NUMPY") or len(header) != length or length > _MAX_NPY_HEADER:
        raise FormatDamaged(source.name, "an array's header is damaged")
    if (told := _HEADER.fullmatch(header)) is None:
        raise FormatUnsafe(source.name, f"it has an array that is not of numbers ({header[:60]!r})")
    try:
        dtype = np.dtype(told[1].decode())
        shape = tuple(int(size) for size in told[3].split(b",") if size.strip())
        raw = data[start + length :]
        if math.prod(shape) * dtype.itemsize != len(raw):
            raise FormatDamaged(source.name, "an array's bytes do not fill its shape")
        array: Array = np.frombuffer(raw, dtype).reshape(shape, order="F" if told[2] == b"True" else "C")
    except (ValueError, TypeError, OverflowError) as error:
        raise FormatDamaged(source.name, "an array's header is damaged") from error
    return array
