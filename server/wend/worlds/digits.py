"""The digits world: ten digits drawn as strokes, upright with a little tilt, for experiments on bias."""

import itertools
import math
from collections.abc import Mapping

import torch
from torch import Tensor

from wend.worlds import shape
from wend.worlds.canvas import Canvas
from wend.worlds.factor import Categorical, Factor, Normal, WorldConfig
from wend.worlds.world import Scene, complete_values

CLASSES = tuple(str(k) for k in range(10))
CLASS_FACTOR = "digit"
LABELS = ("background", "digit")

FACTORS: tuple[Factor, ...] = (
    Factor(CLASS_FACTOR, "choice", 0, 9, Categorical((1.0,) * 10), "which digit", CLASSES),
    # Written digits are upright: three standard deviations are 12 degrees, so a turn of 20 is new.
    Factor("tilt", "degrees", -45.0, 45.0, Normal(0.0, 4.0), "digit turned clockwise"),
    Factor("slant", "degrees", -30.0, 30.0, Normal(8.0, 8.0), "digit leaning to the right"),
    Factor("scale", "x", 0.65, 1.2, Normal(0.92, 0.07), "size of the digit"),
    Factor("aspect", "x", 0.7, 1.3, Normal(1.0, 0.1), "narrow to wide digit"),
    Factor("x", "of width", -0.15, 0.15, Normal(0.0, 0.02), "digit to the right"),
    Factor("y", "of width", -0.15, 0.15, Normal(0.0, 0.02), "digit down"),
    Factor("width", "of width", 0.04, 0.13, Normal(0.08, 0.015), "thin to thick pen"),
    Factor("bend", "-1..1", -1.0, 1.0, Normal(0.0, 0.4), "joints of the strokes higher or lower"),
    Factor("ink", "0..1", 0.6, 1.0, Normal(0.95, 0.08), "pale to full ink"),
)

# Strokes in half picture sides at scale 1, x right and y down; a digit's box is 0.9 wide and 1.3 high.
# Points as functions of the bend b: (x, y, change of y with b).
_Point = tuple[float, float, float]
_Line = tuple[_Point, ...]
_HALF, _TALL = 0.40, 0.64


def _arc(cx: float, cy: float, rx: float, ry: float, start: float, stop: float, dy: float = 0.0) -> _Line:
    """Points on an ellipse from `start` to `stop` degrees, counted clockwise from the right."""
    count = max(4, round(abs(stop - start) / 24.0))
    angles = [math.radians(start + (stop - start) * i / count) for i in range(count + 1)]
    return tuple((cx + rx * math.cos(a), cy + ry * math.sin(a), dy) for a in angles)


def _bowls(upper: float) -> tuple[float, float, float, float]:
    """Middle and half height of an upper bowl that is `upper` of the height, and of a lower one."""
    top = upper * _TALL
    return -_TALL + top, top, _TALL - (_TALL - top), _TALL - top


_UPPER, _UPPER_RY, _, _ = _bowls(0.46)
_LOWER_RY = _TALL - _UPPER_RY
_LOWER = _TALL - _LOWER_RY
_WAIST = 0.08  # how far the bend moves a joint

STROKES: tuple[tuple[_Line, ...], ...] = (
    (_arc(0.0, 0.0, _HALF, _TALL, 0.0, 360.0),),
    (((-0.18, -0.42, _WAIST), (0.04, -_TALL, 0.0), (0.04, _TALL, 0.0)),),
    (
        (
            *_arc(0.0, _UPPER, _HALF, _UPPER_RY, -170.0, 40.0, _WAIST),
            (-_HALF, _TALL, 0.0), (_HALF, _TALL, 0.0),
        ),
    ),
    (
        _arc(-0.04, _UPPER, _HALF * 0.9, _UPPER_RY, -150.0, 90.0, 0.5 * _WAIST),
        _arc(-0.04, _LOWER, _HALF, _LOWER_RY, -90.0, 150.0, 0.5 * _WAIST),
    ),
    (
        ((0.06, -_TALL, 0.0), (-_HALF, 0.2, _WAIST), (_HALF, 0.2, _WAIST)),
        ((0.2, -0.2, 0.0), (0.2, _TALL, 0.0)),
    ),
    (
        (
            (_HALF * 0.9, -_TALL, 0.0), (-_HALF * 0.8, -_TALL, 0.0), (-_HALF * 0.8, -0.12, _WAIST),
            *_arc(-0.04, 0.22, _HALF, 0.42, -100.0, 150.0),
        ),
    ),
    (
        (*_arc(0.30, -0.1, 0.62, 0.56, -80.0, -180.0), (-0.36, 0.25, 0.0)),
        _arc(0.0, 0.24, 0.38, 0.40, 0.0, 360.0, 0.5 * _WAIST),
    ),
    (((-_HALF, -_TALL, 0.0), (_HALF, -_TALL, 0.0), (0.08, 0.0, _WAIST), (-0.12, _TALL, 0.0)),),
    (
        _arc(0.0, _UPPER, _HALF * 0.85, _UPPER_RY, 0.0, 360.0, 0.5 * _WAIST),
        _arc(0.0, _LOWER, _HALF, _LOWER_RY, 0.0, 360.0, 0.5 * _WAIST),
    ),
    (
        _arc(0.0, -0.24, 0.38, 0.40, 0.0, 360.0, 0.5 * _WAIST),
        ((0.38, -0.24, 0.0), (0.34, 0.2, 0.0), (0.16, _TALL, 0.0)),
    ),
)  # fmt: skip


class Digits:
    """White digits on black, as those of the usual written ones: 10 classes, 10 factors, 2 labels, any size.

    Their bias is that they stand upright: tilt has a standard deviation of 4 degrees. A variant such as
    `digits:tilt.sd=3x` widens it. Differentiable in every factor but the digit itself.
    """

    name = "digits"
    labels: tuple[str, ...] = LABELS
    default_size = 28
    class_factor: str | None = CLASS_FACTOR

    def __init__(self, config: WorldConfig | None = None) -> None:
        self.config = config or WorldConfig()
        self.factors = self.config.apply(FACTORS, CLASS_FACTOR)

    def render(self, values: Mapping[str, Tensor], size: int) -> Scene:
        """Draw digits of size x size pixels; factors not given stay at the middle of their law.

        values: name -> float32 [N] in the factor's unit.
        """
        full = complete_values(self, values)
        canvas = Canvas(len(full["tilt"]), size, full["tilt"])
        canvas.paint(_distance(canvas, full), full["ink"][:, None, None, None], 1)
        return Scene(canvas.rgb * 2.0 - 1.0, full, canvas.labels, canvas.lines[:, None])


def _distance(canvas: Canvas, values: Mapping[str, Tensor]) -> Tensor:
    """Signed distance to each picture's digit, [N, H, W] in half picture sides."""
    f = {name: value[:, None, None] for name, value in values.items()}
    dx, dy = canvas.x - 2.0 * f["x"], canvas.y - 2.0 * f["y"]
    angle = f["tilt"] * (math.pi / 180.0)
    cos, sin = torch.cos(angle), torch.sin(angle)
    x, y = (cos * dx + sin * dy) / f["scale"], (cos * dy - sin * dx) / f["scale"]
    x = (x + torch.tan(f["slant"] * (math.pi / 180.0)) * y) / f["aspect"]
    digits = values[CLASS_FACTOR].round().long()
    distance = torch.empty_like(x + y)
    for digit in digits.unique().tolist():
        own = digits == digit
        distance = distance.masked_scatter(
            own[:, None, None], _strokes(STROKES[int(digit)], x[own], y[own], f["bend"][own])
        )
    return distance * f["scale"] - f["width"]


def _strokes(lines: tuple[_Line, ...], x: Tensor, y: Tensor, bend: Tensor) -> Tensor:
    """Distance to the middle of the nearest stroke, [N, H, W]."""
    pieces = [
        shape.segment(x, y, ax, ay + bend * ab, bx, by + bend * bb, 0.0)
        for line in lines
        for (ax, ay, ab), (bx, by, bb) in itertools.pairwise(line)
    ]
    return shape.either(*pieces)
