"""Stored tensors: described by a file, read out of it when they are wanted, as numpy arrays."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wend.errors import FormatDamaged, FormatRefused, FormatTooLarge
from wend.formats.limits import Limits

Array = NDArray[Any]  # Any: a file may hold any number type; those that a network reads become float32

BFLOAT16 = "bfloat16"
DTYPES: Mapping[str, str] = {
    "DoubleStorage": "float64", "FloatStorage": "float32", "HalfStorage": "float16",
    "BFloat16Storage": BFLOAT16, "LongStorage": "int64", "IntStorage": "int32", "ShortStorage": "int16",
    "CharStorage": "int8", "ByteStorage": "uint8", "BoolStorage": "bool", "UntypedStorage": "uint8",
}  # fmt: skip
"""torch's classes of storages -> the type of their numbers."""


def item_bytes(dtype: str) -> int:
    """Bytes of one number."""
    return 2 if dtype == BFLOAT16 else np.dtype(dtype).itemsize


@dataclass(frozen=True)
class Storage:
    """A run of `numel` numbers of one type. `load` gives their little-endian bytes."""

    dtype: str
    numel: int
    load: Callable[[], bytes] = field(repr=False, compare=False)

    @property
    def size_bytes(self) -> int:
        return self.numel * item_bytes(self.dtype)


@dataclass(frozen=True)
class StoredTensor:
    """A view of a storage: shape and strides in numbers, not bytes. Nothing is read before `array`."""

    name: str
    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def numel(self) -> int:
        return math.prod(self.shape)

    @property
    def size_bytes(self) -> int:
        return self.numel * item_bytes(self.storage.dtype)

    def array(self) -> Array:
        """A contiguous copy; bfloat16 becomes float32. Raises: FormatDamaged."""
        storage = self.storage
        raw = storage.load()
        if len(raw) != storage.size_bytes:
            raise FormatDamaged(self.name, "the numbers of a tensor are cut short")
        flat: Array
        if storage.dtype == BFLOAT16:
            halves = np.frombuffer(raw, np.dtype("<u2"))
            flat = (halves.astype(np.uint32) << 16).view(np.float32)
        else:
            flat = np.frombuffer(raw, np.dtype(storage.dtype).newbyteorder("<"))
        if self.numel == 0:
            return np.zeros(self.shape, flat.dtype)
        strides = tuple(stride * flat.itemsize for stride in self.strides)
        view = np.lib.stride_tricks.as_strided(flat[self.offset :], self.shape, strides, writeable=False)
        return np.array(view, order="C")


def stored_tensor(
    name: str, storage: object, offset: object, shape: object, strides: object, limits: Limits
) -> StoredTensor:
    """A view whose every number is checked against its storage.

    Raises: FormatDamaged for a view beyond its storage; FormatTooLarge for one larger than it (a small
    storage may be spread over any shape by strides of 0).
    """
    if not isinstance(storage, Storage):
        raise FormatDamaged(name, "a tensor has no storage")
    start, sizes, steps = _whole(name, offset), _wholes(name, shape), _wholes(name, strides)
    if len(sizes) != len(steps) or len(sizes) > 32:
        raise FormatDamaged(name, "a tensor's shape and strides do not fit each other")
    numel = math.prod(sizes)
    if numel > max(storage.numel, 1):
        raise FormatTooLarge(name, f"a tensor spreads {storage.numel} stored numbers over {numel}")
    last = start + sum((size - 1) * step for size, step in zip(sizes, steps, strict=True)) if numel else start
    if storage.size_bytes > limits.tensor_bytes:
        raise FormatTooLarge(name, f"a tensor has {storage.size_bytes} bytes")
    if numel and last >= storage.numel:
        raise FormatDamaged(name, "a tensor reaches beyond its storage")
    return StoredTensor(name, storage, start, sizes, steps)


def of_array(name: str, array: Array) -> StoredTensor:
    """An array that is in memory already. Raises: FormatRefused for one that holds no numbers."""
    if array.dtype.kind not in "fiub":
        raise FormatRefused(name, f"it holds {array.dtype} values, not numbers")
    dtype = array.dtype.newbyteorder("=").name
    flat = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
    steps = np.cumprod((1, *array.shape[:0:-1]))[::-1] if array.ndim else np.zeros(0, int)
    storage = Storage(dtype, array.size, flat.tobytes)
    return StoredTensor(name, storage, 0, tuple(array.shape), tuple(int(step) for step in steps))


def _whole(name: str, value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**48:
        raise FormatDamaged(name, "a tensor's shape, stride or offset is no whole number")
    return value


def _wholes(name: str, values: object) -> tuple[int, ...]:
    if not isinstance(values, tuple | list):
        raise FormatDamaged(name, "a tensor's shape or strides are no list")
    return tuple(_whole(name, value) for value in values)
