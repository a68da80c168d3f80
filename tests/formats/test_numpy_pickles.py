"""Numpy in pickles: number types are plain ones, and nothing else."""

import itertools

import numpy as np
import pytest

from wend.errors import FormatUnsafe
from wend.formats.numpy_pickles import number_type, read_scalar

KINDS = ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "b1", "?", "S5", "U3")


def test_plain_types_are_what_numpy_says() -> None:
    for order, kind in itertools.product(("", "<", ">", "=", "|"), KINDS):
        assert number_type("x", order + kind) == np.dtype(order + kind)
        assert number_type("x", order + kind).fields is None


@pytest.mark.parametrize(
    "text",
    [
        "O", "O8", "|O", "f4,O", "i4,i4", "f4,U2", "f4,f4", "2f4", "(2,)f4", "f4)", "V8", "c8", "M8[ns]",
        "m8", "<<f4", "f4\n", " f4", "f", "f3", "f1", "S", "U", "S-1", "U999999", "float32", "b", "",
        "f\u0664", 4, None, ("f4",), ["f4"], b"f4", {"names": ["a"], "formats": ["O"]},
    ],
)  # fmt: skip
def test_fields_objects_and_shapes_are_refused(text: object) -> None:
    with pytest.raises(FormatUnsafe, match="not of numbers"):
        number_type("x", text)


def test_scalars_come_back() -> None:
    for value in (np.float32(1.5), np.int64(-7), np.bool_(True), np.str_("ab")):
        assert read_scalar("x", value.dtype, value.tobytes()) == value
