"""Numpy in pickles: arrays, scalars and number types put together from their state, objects never."""

import math
import re

import numpy as np

from wend.errors import FormatDamaged, FormatUnsafe
from wend.formats.tensors import Array

# A byte order, a kind (numbers, truth, bytes, text) and a size: no fields, objects or shapes within.
_PLAIN = re.compile(r"[<>=|]?(?:[iu](?:1|2|4|8)|f(?:2|4|8)|b1|\?|[SU][0-9]{1,5})")


class ArrayInMaking:
    """An array that waits for its state."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def finished(self, state: object) -> Array:
        """state: (version, shape, number type, whether the first axis runs fastest, bytes).

        Raises: FormatUnsafe for an array of objects; FormatDamaged.
        """
        if not isinstance(state, tuple) or len(state) not in (4, 5):
            raise FormatDamaged(self._name, "an array has no state")
        shape, dtype, is_fortran, raw = state[-4:]
        if isinstance(raw, str):
            raw = raw.encode("latin1")  # as Python 2 wrote bytes
        if not isinstance(dtype, np.dtype) or not isinstance(raw, bytes) or not isinstance(shape, tuple):
            raise FormatDamaged(self._name, "an array is not made of numbers")
        if not all(type(size) is int and 0 <= size < 2**48 for size in shape):
            raise FormatDamaged(self._name, "an array has no shape")
        if math.prod(shape) * dtype.itemsize != len(raw):
            raise FormatDamaged(self._name, "an array's bytes do not fill its shape")
        array: Array = np.frombuffer(raw, dtype).reshape(shape, order="F" if is_fortran else "C")
        return array


def number_type(name: str, text: object) -> "np.dtype[np.generic]":
    """A plain number type by its short name. Raises: FormatUnsafe for objects, fields and shapes within."""
    if not isinstance(text, str) or _PLAIN.fullmatch(text) is None:
        raise FormatUnsafe(name, f"it has an array of {str(text)[:40]!r}, not of numbers")
    return np.dtype(text)


def read_scalar(name: str, dtype: object, raw: object = b"", *_: object) -> int | float | bool | str:
    """One number. Raises: FormatDamaged, FormatUnsafe."""
    if isinstance(raw, str):
        raw = raw.encode("latin1")
    if not isinstance(dtype, np.dtype) or not isinstance(raw, bytes) or len(raw) != dtype.itemsize:
        raise FormatDamaged(name, "a number has another size than its type")
    value = np.frombuffer(raw, dtype)[0].item()
    if not isinstance(value, int | float | bool | str):
        raise FormatUnsafe(name, f"it has a number that is a {type(value).__name__}")
    return value
