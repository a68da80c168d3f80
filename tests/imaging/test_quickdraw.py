"""QuickDraw: strokes of both forms are read and drawn; whatever else lies in a file is refused in words."""

import json

import pytest

from wend.errors import DrawingsInvalid, SketchesTooMany
from wend.imaging.quickdraw import draw_strokes, read_quickdraw

SIMPLE = {"word": "cat", "drawing": [[[0, 255], [0, 100]], [[10, 20, 30], [5, 5, 5]]]}
RAW = {"drawing": [[[0.5, 700.25], [0.5, 900.0], [0, 31]]]}


def file_of(*drawings: object) -> bytes:
    return b"\n".join(json.dumps(each).encode() for each in drawings) + b"\n\n"


def test_both_forms_are_read() -> None:
    simple, raw = read_quickdraw(file_of(SIMPLE, RAW))
    assert simple == [((0.0, 0.0), (255.0, 100.0)), ((10.0, 5.0), (20.0, 5.0), (30.0, 5.0))]
    assert raw == [((0.5, 0.5), (700.25, 900.0))]


def test_strokes_are_drawn_in_the_middle() -> None:
    pixels = draw_strokes(read_quickdraw(file_of(SIMPLE))[0], 0.03, 128)[:, :, 0]
    assert pixels.shape == (128, 128)
    rows, columns = (pixels < 128).nonzero()
    assert 5 <= columns.min() <= 12
    assert 116 <= columns.max() <= 123
    assert rows.min() + rows.max() == pytest.approx(127, abs=3)


def test_a_single_point_is_a_dot() -> None:
    pixels = draw_strokes([((3.0, 3.0),)], 0.1, 64)
    assert pixels[32, 32, 0] < 30
    assert pixels[2, 2, 0] == 255


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n", b"cat", b"[1]", b"{}", file_of({"drawing": []}), file_of({"drawing": [[[1]]]}),
        file_of({"drawing": [[[1, 2], [3]]]}), file_of({"drawing": [[["a"], [1]]]}),
        b'{"drawing": [[[1e400], [1]]]}', b'{"drawing": [[[NaN], [1]]]}', file_of({"drawing": [[[], []]]}),
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_drawing_is_refused(data: bytes) -> None:
    with pytest.raises(DrawingsInvalid):
        read_quickdraw(data)


def test_more_than_a_set_holds_are_refused() -> None:
    with pytest.raises(SketchesTooMany, match="500"):
        read_quickdraw(file_of(*[SIMPLE] * 500))
