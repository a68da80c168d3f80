"""QuickDraw: files of strokes, one drawing a line, as the Quick, Draw! data set has them."""

import json

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from wend.documents.sketch import MAX_SKETCHES
from wend.errors import DrawingsInvalid, SketchesTooMany
from wend.imaging.drawing import KEPT_SIDE

MAX_STROKES = 2_000
MAX_POINTS = 5_000
"""Of one drawing; people drew for 20 seconds, which gives some hundreds."""

_MARGIN = 0.08  # of the side, left free around a drawing
_FARTHEST = 1e7
_OVER = 2  # sub-samples a side of a pixel

Stroke = tuple[tuple[float, float], ...]


def read_quickdraw(data: bytes) -> list[list[Stroke]]:
    """The drawings of an ndjson file: strokes of points (x, y), in the file's own unit.

    Both forms are read, simplified ([x, y] a stroke) and raw ([x, y, t]). Source:
    github.com/googlecreativelab/quickdraw-dataset, README, "Preprocessed dataset". Empty lines are
    no drawings.
    Raises: DrawingsInvalid, SketchesTooMany.
    """
    lines = [line for line in data.splitlines() if line.strip()]
    if len(lines) > MAX_SKETCHES:
        raise SketchesTooMany(len(lines), MAX_SKETCHES)
    if not lines:
        raise DrawingsInvalid("it is empty")
    return [_read_line(line, number) for number, line in enumerate(lines, 1)]


def draw_strokes(strokes: list[Stroke], width: float, side: int = KEPT_SIDE) -> NDArray[np.uint8]:
    """Strokes as grey lines on white paper, uint8 [side, side, 1], in the middle, as large as a margin of 8 %
    allows. width: of the lines, as a share of the side."""
    points = np.array([point for stroke in strokes for point in stroke], dtype=np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    room = side * _OVER * (1.0 - 2.0 * _MARGIN)
    scale = room / max(float((high - low).max()), 1e-9)
    start = side * _OVER / 2.0 - scale * (low + high) / 2.0
    image = Image.new("L", (side * _OVER, side * _OVER), 255)
    pen = ImageDraw.Draw(image)
    thick = max(1, round(width * side * _OVER))
    for stroke in strokes:
        way = [(float(x * scale + start[0]), float(y * scale + start[1])) for x, y in stroke]
        if len(way) > 1:
            pen.line(way, fill=0, width=thick, joint="curve")
        for x, y in (way[0], way[-1]):
            pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=0)
    return np.array(image.reduce(_OVER))[:, :, None]


def _read_line(line: bytes, number: int) -> list[Stroke]:
    where = f"line {number}"
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DrawingsInvalid(f"{where} is no JSON") from error
    drawing = found.get("drawing") if isinstance(found, dict) else None
    if not isinstance(drawing, list) or not drawing:
        raise DrawingsInvalid(f"{where} has no 'drawing' with strokes")
    if len(drawing) > MAX_STROKES:
        raise DrawingsInvalid(f"{where} has {len(drawing)} strokes, and {MAX_STROKES} are allowed")
    strokes = [_read_stroke(stroke, where) for stroke in drawing]
    if sum(map(len, strokes)) > MAX_POINTS:
        raise DrawingsInvalid(f"{where} has more than {MAX_POINTS} points")
    return strokes


def _read_stroke(stroke: object, where: str) -> Stroke:
    if not isinstance(stroke, list) or len(stroke) < 2:
        raise DrawingsInvalid(f"{where} has a stroke without x and y")
    xs, ys = stroke[0], stroke[1]
    if not (isinstance(xs, list) and isinstance(ys, list) and len(xs) == len(ys) and xs):
        raise DrawingsInvalid(f"{where} has a stroke whose x and y are not as many")
    if not all(_is_number(value) for value in (*xs, *ys)):
        raise DrawingsInvalid(f"{where} has a stroke with something that is no number")
    return tuple(zip(map(float, xs), map(float, ys), strict=True))


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < _FARTHEST  # neither infinite nor NaN
