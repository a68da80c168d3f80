"""The sprite worlds: the classical set of squares, ellipses and hearts, and one in colour with classes."""

import math
from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.worlds import shape
from wend.worlds.canvas import Canvas
from wend.worlds.color import wheel
from wend.worlds.factor import Categorical, Factor, Uniform, WorldConfig
from wend.worlds.world import Scene, complete_values

SHAPES = ("square", "ellipse", "heart")
LABELS = ("background", *SHAPES)
# Steps of each factor, in the order of the published set's classes: color, shape, scale, orientation,
# x, y. The last varies fastest. Source: Matthey, Higgins, Hassabis and Lerchner 2017, "dSprites".
GRID = (1, 3, 6, 40, 32, 32)
GRID_COUNT = math.prod(GRID)
GRID_SIZE = 64

_EQUAL = Categorical((1.0, 1.0, 1.0))
_SHAPE = Factor("shape", "choice", 0, 2, _EQUAL, "which sprite", SHAPES)
_RIGHT, _DOWN = "sprite to the right", "sprite down"
FACTORS: tuple[Factor, ...] = (
    _SHAPE,
    Factor("scale", "x", 0.5, 1.0, Uniform(GRID[2]), "size of the sprite"),
    # Both ends are there, as in the published set: the first and the last orientation look the same.
    Factor("orientation", "degrees", 0.0, 360.0, Uniform(GRID[3]), "sprite turned clockwise"),
    Factor("x", "0..1", 0.0, 1.0, Uniform(GRID[4]), _RIGHT),
    Factor("y", "0..1", 0.0, 1.0, Uniform(GRID[5]), _DOWN),
)
COLOR_FACTORS: tuple[Factor, ...] = (
    _SHAPE,
    Factor("scale", "x", 0.5, 1.0, Uniform(), "size of the sprite"),
    Factor("orientation", "degrees", 0.0, 360.0, Uniform(), "sprite turned clockwise"),
    Factor("x", "0..1", 0.0, 1.0, Uniform(), _RIGHT),
    Factor("y", "0..1", 0.0, 1.0, Uniform(), _DOWN),
    Factor("hue", "degrees", 0.0, 360.0, Uniform(), "colour of the sprite"),
    Factor("ground_hue", "degrees", 0.0, 360.0, Uniform(), "colour of the ground"),
)

# In half picture sides, at scale 1. The sprite's middle goes from a quarter to three quarters of the
# picture, so that none of them, turned any way, is ever cut off.
REACH = 0.5
SQUARE_HALF = 0.27
ELLIPSE_RX, ELLIPSE_RY = 0.40, 0.20
# A heart is a square on its corner with half discs on its upper sides.
HEART_HALF = 0.215


def sprite_distance(canvas: Canvas, values: Mapping[str, Tensor]) -> Tensor:
    """Signed distance to each picture's sprite, [N, H, W] in half picture sides."""
    f = {name: value[:, None, None] for name, value in values.items()}
    dx = canvas.x - REACH * (2.0 * f["x"] - 1.0)
    dy = canvas.y - REACH * (2.0 * f["y"] - 1.0)
    angle = f["orientation"] * (math.pi / 180.0)
    cos, sin = torch.cos(angle), torch.sin(angle)
    x, y = (cos * dx + sin * dy) / f["scale"], (cos * dy - sin * dx) / f["scale"]
    square = shape.box(x, y, SQUARE_HALF, SQUARE_HALF)
    ellipse = shape.ellipse(x, y, ELLIPSE_RX, ELLIPSE_RY)
    which = f["shape"].round()
    rest = torch.where(which == 1.0, ellipse, _heart(x, y))
    return torch.where(which == 0.0, square, rest) * f["scale"]


def _heart(x: Tensor, y: Tensor) -> Tensor:
    half = HEART_HALF
    # The middle of its height, from the lobes' tops to the tip, lies at the origin.
    y = y - 0.5 * half * (math.sqrt(2.0) - 1.0 - 0.5 * math.sqrt(2.0))
    turned_x, turned_y = (x + y) / math.sqrt(2.0), (y - x) / math.sqrt(2.0)
    body = shape.box(turned_x, turned_y, half, half)
    right = shape.circle(turned_x, turned_y + half, half)
    left = shape.circle(turned_x + half, turned_y, half)
    return shape.either(body, left, right)


class Sprites:
    """White sprites on black: 3 shapes x 6 scales x 40 orientations x 32 x 32 positions.

    5 factors on the published grid, 4 labels, any size (the published one is 64). Between the steps of
    the grid a sprite is drawn as well, so the picture is differentiable in all but the shape.
    """

    name = "sprites"
    labels: tuple[str, ...] = LABELS
    default_size = GRID_SIZE
    class_factor: str | None = None

    def __init__(self, config: WorldConfig | None = None) -> None:
        self.config = config or WorldConfig()
        self.factors = self.config.apply(FACTORS)

    def render(self, values: Mapping[str, Tensor], size: int) -> Scene:
        """Draw sprites of size x size pixels; factors not given stay at the middle of their law.

        values: name -> float32 [N] in the factor's unit; orientations past a full turn and positions
        past the range are drawn as they are.
        """
        full = complete_values(self, values)
        canvas = Canvas(len(full["shape"]), size, full["x"])
        white = full["x"].new_ones(1, 3, 1, 1)
        return _scene(canvas, full, white)


class SpritesColor:
    """Sprites in colour on a coloured ground, the shape as class: 7 factors, 4 labels, any size."""

    name = "sprites-color"
    labels: tuple[str, ...] = LABELS
    default_size = GRID_SIZE
    class_factor: str | None = "shape"

    def __init__(self, config: WorldConfig | None = None) -> None:
        self.config = config or WorldConfig()
        self.factors = self.config.apply(COLOR_FACTORS, self.class_factor)

    def render(self, values: Mapping[str, Tensor], size: int) -> Scene:
        """As `Sprites.render`; the ground is always darker than the sprite."""
        full = complete_values(self, values)
        canvas = Canvas(len(full["shape"]), size, full["x"])
        like = full["hue"]
        canvas.rgb = canvas.rgb + wheel(full["ground_hue"], torch.full_like(like, 0.26), 0.14)
        return _scene(canvas, full, wheel(full["hue"], torch.full_like(like, 0.64), 0.34))


def _scene(canvas: Canvas, values: dict[str, Tensor], color: Tensor) -> Scene:
    canvas.paint(sprite_distance(canvas, values), color, 1)
    labels = canvas.labels * (1 + values["shape"].round().to(torch.uint8))[:, None, None]
    return Scene(canvas.rgb.clamp(0.0, 1.0) * 2.0 - 1.0, values, labels, canvas.lines[:, None])


def grid_classes(index: NDArray[np.int64]) -> NDArray[np.int64]:
    """Steps int64 [N, 6] (color, shape, scale, orientation, x, y) of pictures 0..737 279 of the set."""
    return np.stack(np.unravel_index(index, GRID), axis=1).astype(np.int64)


def grid_index(classes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The inverse of `grid_classes`: which picture of the set has these steps, int64 [N]."""
    index: NDArray[np.int64] = np.ravel_multi_index(tuple(classes.T), GRID).astype(np.int64)
    return index


def grid_factors(index: NDArray[np.int64]) -> dict[str, Tensor]:
    """Factor values of pictures 0..737 279 of the set, as `Sprites.render` takes them: float32 [N]."""
    classes = grid_classes(index)
    values: dict[str, Tensor] = {}
    for column, factor in enumerate(FACTORS, start=1):
        step = torch.from_numpy(classes[:, column]).double()
        width = 1.0 if factor.is_discrete else (factor.high - factor.low) / (GRID[column] - 1)
        values[factor.name] = (factor.low + width * step).float()
    return values


def published_latents(index: NDArray[np.int64]) -> NDArray[np.float64]:
    """What the published set calls `latents_values`, float64 [N, 6]: color and shape from 1, radians."""
    classes = grid_classes(index)
    tables = (
        np.array([1.0]),
        np.array([1.0, 2.0, 3.0]),
        np.linspace(0.5, 1.0, GRID[2]),
        np.linspace(0.0, 2.0 * math.pi, GRID[3]),
        np.linspace(0.0, 1.0, GRID[4]),
        np.linspace(0.0, 1.0, GRID[5]),
    )
    return np.stack([table[classes[:, i]] for i, table in enumerate(tables)], axis=1)


@torch.no_grad()
def draw_grid(index: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Pictures of the set as published, uint8 [N, 64, 64] of 0 and 1, without soft edges."""
    values = grid_factors(index)
    canvas = Canvas(len(index), GRID_SIZE, values["x"])
    return (sprite_distance(canvas, values) < 0.0).to(torch.uint8).numpy()
