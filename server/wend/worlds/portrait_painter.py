"""How a portrait is painted: shapes, colours and their order, back to front."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from wend.worlds import shape
from wend.worlds.canvas import Canvas
from wend.worlds.color import HAIR, SKIN, palette, wheel

HAIR_STYLES = ("bald", "short", "long", "bun", "curly", "quiff")
LABELS = (
    "background", "shirt", "neck", "face", "ear", "hair", "beard", "brow", "eye", "iris",
    "nose", "lips", "mouth", "teeth", "glasses", "eyepatch", "hat", "earring",
)  # fmt: skip
_INDEX = {name: i for i, name in enumerate(LABELS)}
_BALD, _SHORT, _LONG, _BUN, _CURLY, _QUIFF = range(6)

# Proportions of the head in half picture sides, at scale 1. Features are large on purpose: at 64 px
# an iris must still span four pixels for a small generator to learn where it looks.
HEAD_RX, HEAD_RY = 0.43, 0.52
EYE_X, EYE_Y, EYE_RX, EYE_RY, IRIS_R = 0.185, -0.03, 0.125, 0.115, 0.078


class _Sitter:
    """One batch of sitters: factor values as [N, 1, 1] and the head's own coordinates."""

    def __init__(self, values: Mapping[str, Tensor], canvas: Canvas) -> None:
        self.raw = values
        self.f = {name: value[:, None, None] for name, value in values.items()}
        f = self.f
        angle = f["tilt"] * (math.pi / 180.0)
        dx, dy = canvas.x - 2.0 * f["head_x"], canvas.y - 2.0 * f["head_y"] - 0.05
        # The head turns about the neck, as heads do.
        pivot = 0.45
        cos, sin = torch.cos(angle), torch.sin(angle)
        self.scale = 1.1 * f["head_scale"]
        self.x = (cos * dx + sin * (dy - pivot)) / self.scale
        self.y = (-sin * dx + cos * (dy - pivot)) / self.scale + pivot
        self.yaw = torch.sin(f["yaw"] * (math.pi / 180.0))
        self.pitch = torch.sin(f["pitch"] * (math.pi / 180.0))
        self.narrow = torch.cos(f["yaw"] * (math.pi / 180.0))
        self.rx = HEAD_RX * f["face_width"]
        self.face = self.head_distance(self.x, self.y)
        light = f["light_x"] * (self.x / 0.5).clamp(-1.3, 1.3) - 0.35 * self.y.clamp(-0.8, 0.8)
        self.shade = (f["light_level"] * (1.0 + 0.2 * light))[:, None]
        self.skin = palette(values["skin_tone"], SKIN) * self.shade
        self.hair = palette(values["hair_tone"], HAIR) * self.shade

    def head_distance(self, x: Tensor, y: Tensor) -> Tensor:
        """An egg: an ellipse whose lower half narrows to the chin, less so with a square jaw."""
        low = (y / HEAD_RY).clamp(0.0, 1.2)
        taper = 1.0 - (0.30 - 0.26 * self.f["jaw"]) * low * low
        return shape.ellipse(x / taper, y, self.rx, HEAD_RY) * taper

    def is_choice(self, name: str, index: int) -> Tensor:
        return (self.f[name].round() == index).to(self.x.dtype)

    def placed(self, x: float | Tensor, y: float | Tensor, depth: float) -> tuple[Tensor, Tensor]:
        """Coordinates around a feature at (x, y) of a face turned by yaw and pitch."""
        return (
            self.x - x * self.narrow - depth * 0.36 * self.yaw,
            self.y - y - depth * 0.28 * self.pitch,
        )


def paint_portraits(values: Mapping[str, Tensor], size: int) -> Canvas:
    """Paint one portrait per row of `values` (name -> float32 [N]) on a size x size canvas."""
    count = next(iter(values.values())).shape[0]
    canvas = Canvas(count, size, next(iter(values.values())))
    s = _Sitter(values, canvas)
    _background(canvas, s)
    _hair_behind(canvas, s)
    _body(canvas, s)
    _ears(canvas, s)
    _head(canvas, s)
    _beard(canvas, s)
    _nose(canvas, s)
    _mouth(canvas, s)
    _eyes(canvas, s)
    _hair_in_front(canvas, s)
    _brows(canvas, s)
    _glasses(canvas, s)
    _hat(canvas, s)
    return canvas


def _background(c: Canvas, s: _Sitter) -> None:
    wall = wheel(s.raw["background_hue"], s.raw["background_lightness"], 0.13)
    fall = 1.0 - 0.10 * c.y + 0.10 * s.f["light_x"] * c.x
    c.rgb = c.rgb + wall * (fall * s.f["light_level"])[:, None]


def _body(c: Canvas, s: _Sitter) -> None:
    x, y = c.x - 1.6 * s.f["head_x"], c.y - s.f["head_y"]
    shirt = wheel(s.raw["shirt_hue"], s.raw["shirt_lightness"], 0.24)
    fold = s.f["light_level"] * (1.0 + 0.16 * s.f["light_x"] * x.clamp(-1, 1) - 0.12 * (y - 0.8))
    shoulders = shape.both(shape.ellipse(x, y - 1.12, 0.66, 0.52), 0.55 - y)
    c.paint(shoulders, shirt * fold[:, None], _INDEX["shirt"])
    neck = shape.box(s.x, s.y - 0.55, 0.15, 0.2, 0.08) * s.scale
    c.paint(neck, s.skin * 0.78, _INDEX["neck"])
    collar = shape.both(shape.ring(shape.ellipse(x, y - 0.66, 0.23, 0.10), 0.035), 0.66 - y)
    c.paint(collar, shirt * 0.72 * fold[:, None], _INDEX["shirt"])


def _ears(c: Canvas, s: _Sitter) -> None:
    gold = s.skin.new_tensor([0.98, 0.80, 0.22]).view(1, 3, 1, 1)
    for side in (-1.0, 1.0):
        # The ear on the side one turns to slips behind the cheek.
        x = s.x - side * (s.rx + 0.02) * (1.0 - 0.18 * (side * s.yaw).clamp_min(0.0)) + 0.05 * s.yaw
        y = s.y - 0.03 + 0.10 * s.pitch
        c.paint(shape.ellipse(x, y, 0.085, 0.125) * s.scale, s.skin * 0.93, _INDEX["ear"])
        c.paint(shape.ellipse(x, y, 0.04, 0.07) * s.scale, s.skin * 0.78, _INDEX["ear"], 1.0, False)
        earring = shape.circle(x - side * 0.012, y - 0.175, 0.068) * s.scale
        c.paint(earring, gold * s.f["light_level"][:, None], _INDEX["earring"], s.is_choice("earrings", 1))


def _head(c: Canvas, s: _Sitter) -> None:
    c.paint(s.face * s.scale, s.skin, _INDEX["face"])
    red = torch.stack([s.skin[:, 0] * 1.02, s.skin[:, 1] * 0.62, s.skin[:, 2] * 0.62], 1)
    for side in (-1.0, 1.0):
        x, y = s.placed(side * 0.25, 0.17, 0.55)
        glow = (1.0 - (x / 0.15) ** 2 - (y / 0.12) ** 2).clamp(0.0, 1.0)
        alpha = (glow * 0.85 * s.f["blush"] * c.cover(s.face * s.scale))[:, None]
        c.rgb = c.rgb + alpha * (red - c.rgb)


def _mouth_curve(s: _Sitter) -> tuple[Tensor, Tensor, Tensor]:
    """Coordinates around the mouth (bent so that a smile is straight) and its half width."""
    x, y = s.placed(0.0, 0.29, 0.75)
    half = 0.165 * s.f["mouth_width"]
    bend = (x / half).clamp(-1.5, 1.5)
    return x, y + s.f["smile"] * 0.105 * (bend * bend - 0.35), half


def _beard(c: Canvas, s: _Sitter) -> None:
    x, y, half = _mouth_curve(s)
    dark = s.hair * 0.82
    line = s.y - 0.10 - 0.28 * (1.0 - (s.x / s.rx).clamp(-1.0, 1.0) ** 2) + 0.10 * (x / 0.2).clamp(-1, 1) ** 2
    grown = shape.both(s.face - 0.035, -line * 0.8)
    c.paint(grown * s.scale, dark, _INDEX["beard"], s.is_choice("beard", 2))
    moustache = shape.ellipse(x, y + 0.075 - 0.35 * x.abs() * 0.3, half * 0.95, 0.05)
    worn = 1.0 - s.is_choice("beard", 0)
    c.paint(moustache * s.scale, dark, _INDEX["beard"], worn)


def _nose(c: Canvas, s: _Sitter) -> None:
    x, y = s.placed(0.0, 0.11, 1.05)
    rx, ry = 0.078 * s.f["nose_width"], 0.105 * s.f["nose_length"]
    # Ruddier than the cheeks and dark underneath, so that a nose is seen as one at 64 px too.
    ruddy = torch.stack([s.skin[:, 0] * 0.86, s.skin[:, 1] * 0.60, s.skin[:, 2] * 0.56], 1)
    c.paint(shape.ellipse(x, y - 0.016, rx * 1.1, ry) * s.scale, ruddy * 0.62, _INDEX["nose"])
    c.paint(shape.ellipse(x, y, rx, ry) * s.scale, ruddy, _INDEX["nose"], 1.0, False)
    shine = shape.ellipse(x - 0.25 * rx * s.f["light_x"], y + 0.3 * ry, rx * 0.42, ry * 0.36)
    c.paint(shine * s.scale, s.skin * 1.08, _INDEX["nose"], 0.8, False)


def _mouth(c: Canvas, s: _Sitter) -> None:
    x, y, half = _mouth_curve(s)
    open_ = s.f["mouth_open"].clamp_min(0.0)
    y = y - 0.045 * open_
    gape = 0.012 + 0.105 * open_
    lips = torch.stack([s.skin[:, 0] * 0.86, s.skin[:, 1] * 0.46, s.skin[:, 2] * 0.48], 1)
    c.paint(shape.ellipse(x, y, half + 0.03, gape + 0.034) * s.scale, lips, _INDEX["lips"])
    inside = shape.ellipse(x, y, half, gape)
    dark = s.skin.new_tensor([0.28, 0.06, 0.09]).view(1, 3, 1, 1) * s.f["light_level"][:, None]
    c.paint(inside * s.scale, dark, _INDEX["mouth"])
    ivory = s.skin.new_tensor([0.97, 0.95, 0.90]).view(1, 3, 1, 1) * s.f["light_level"][:, None]
    teeth = shape.both(inside + 0.006, y + gape * 0.25)
    c.paint(teeth * s.scale, ivory, _INDEX["teeth"], (4.0 * open_).clamp(0.0, 1.0), False)


def _eyes(c: Canvas, s: _Sitter) -> None:
    white = s.skin.new_tensor([0.97, 0.97, 0.96]).view(1, 3, 1, 1) * s.f["light_level"][:, None]
    black = s.skin.new_tensor([0.07, 0.06, 0.08]).view(1, 3, 1, 1)
    iris = wheel(s.raw["iris_hue"], torch.full_like(s.raw["iris_hue"], 0.42), 0.26)
    size = s.f["eye_size"]
    for index, side in enumerate((-1.0, 1.0)):
        x, y = s.placed(side * EYE_X * s.f["eye_spacing"], EYE_Y, 0.7)
        rx, ry = EYE_RX * size * (0.6 + 0.4 * s.narrow), EYE_RY * size
        opening = shape.ellipse(
            x, y - 0.25 * ry * (1.0 - s.f["eye_open"]), rx, ry * s.f["eye_open"].clamp_min(0.05)
        )
        lid = shape.ellipse(x, y, rx + 0.022, ry + 0.022)
        c.paint(lid * s.scale, s.skin * 0.80, _INDEX["face"], 1.0, False)
        c.paint((opening - 0.014) * s.scale, black, _INDEX["face"], 1.0, False)
        c.paint(opening * s.scale, white, _INDEX["eye"])
        gx, gy = x - 0.05 * size * s.f["gaze_x"], y - 0.045 * size * s.f["gaze_y"]
        for radius, color in ((IRIS_R, iris), (0.036, black)):
            part = shape.both(shape.circle(gx, gy, radius * size), opening)
            c.paint(part * s.scale, color, _INDEX["iris"], 1.0, color is iris)
        glint = shape.both(shape.circle(gx + 0.028, gy + 0.03, 0.02 * size), opening)
        c.paint(glint * s.scale, white, _INDEX["iris"], 1.0, False)
        patch = shape.either(
            shape.box(x, y, 0.155, 0.135, 0.07),
            shape.both(shape.segment(s.x, s.y, -0.5, -0.22, 0.5, -0.22 + 0.10 * side, 0.022), s.face),
        )
        c.paint(patch * s.scale, black * 1.6, _INDEX["eyepatch"], s.is_choice("eyepatch", index + 1))


def _brows(c: Canvas, s: _Sitter) -> None:
    color = s.hair * 0.72
    for side in (-1.0, 1.0):
        height = EYE_Y - 0.17 - 0.085 * (s.f["brow_height"] - 0.5) * 2.0
        x, y = s.placed(side * EYE_X * 1.05 * s.f["eye_spacing"], height, 0.72)
        lean = torch.tan(s.f["brow_angle"] * (math.pi / 180.0)) * side
        arch = y - lean * x + 0.9 * x * x - 0.006
        radius = 0.036 * s.f["brow_thickness"]
        c.paint(shape.ellipse(x, arch, 0.125 + 0.3 * radius, radius) * s.scale, color, _INDEX["brow"])


def _glasses(c: Canvas, s: _Sitter) -> None:
    frame = s.skin.new_tensor([0.13, 0.12, 0.17]).view(1, 3, 1, 1)
    glint = s.skin.new_tensor([0.85, 0.93, 1.0]).view(1, 3, 1, 1)
    distance = shape.segment(*s.placed(0.0, EYE_Y - 0.01, 0.85), -0.06, 0.0, 0.06, 0.0, 0.02)
    round_, square = s.is_choice("glasses", 1), s.is_choice("glasses", 2)
    for side in (-1.0, 1.0):
        x, y = s.placed(side * 0.195 * s.f["eye_spacing"], EYE_Y, 0.8)
        lens = round_ * shape.circle(x, y, 0.165) + square * shape.box(x, y, 0.165, 0.125, 0.03)
        c.paint((lens + (1.0 - round_ - square)) * s.scale, glint, _INDEX["glasses"], 0.16, False, False)
        distance = shape.either(distance, shape.ring(lens, 0.022))
        arm = shape.segment(x, y, side * 0.165, -0.01, side * 0.26, -0.03, 0.018)
        distance = shape.either(distance, shape.both(arm, s.face))
    c.paint(distance * s.scale, frame, _INDEX["glasses"], round_ + square)


def _under_hat(distance: Tensor, s: _Sitter) -> Tensor:
    """Hair does not grow through a hat."""
    hatted = 1.0 - s.is_choice("hat", 0)
    return torch.maximum(distance, hatted * (-0.24 - s.y) - (1.0 - hatted))


def _hair_behind(c: Canvas, s: _Sitter) -> None:
    full, volume = s.f["hair_length"], s.f["hair_volume"]
    dark = s.hair * 0.80
    bottom = 0.28 + 0.42 * full
    fall = shape.either(
        shape.box(s.x, s.y - 0.5 * (bottom - 0.1), s.rx + 0.05 + 0.07 * volume, 0.5 * (bottom + 0.1), 0.10),
        shape.ellipse(s.x, s.y + 0.1, s.rx + 0.06 + 0.07 * volume, HEAD_RY - 0.02 + 0.06 * volume),
    )
    c.paint(_under_hat(fall, s) * s.scale, dark, _INDEX["hair"], s.is_choice("hair_style", _LONG))
    angle = torch.atan2(s.y + 0.16, s.x)
    cloud = shape.ellipse(s.x, s.y + 0.16, s.rx + 0.08 + 0.13 * volume, 0.46 + 0.14 * volume)
    cloud = cloud + 0.022 * torch.cos(11.0 * angle)
    c.paint(_under_hat(cloud, s) * s.scale, dark, _INDEX["hair"], s.is_choice("hair_style", _CURLY))
    bun = shape.circle(s.x, s.y + HEAD_RY + 0.10 + 0.03 * volume, 0.13 + 0.07 * volume)
    c.paint(_under_hat(bun, s) * s.scale, s.hair * 0.9, _INDEX["hair"], s.is_choice("hair_style", _BUN))


def _hair_in_front(c: Canvas, s: _Sitter) -> None:
    volume, x = s.f["hair_volume"], s.x
    shift = x - 0.12 * s.yaw
    base = -0.42 + 0.17 * s.f["fringe"] + 0.22 * s.f["part"] * shift - 0.06 * s.pitch
    for style, sides, lift in (
        (_SHORT, 1.5, 0.02), (_LONG, 2.1, 0.035), (_BUN, 1.15, 0.01),
        (_CURLY, 1.5, 0.05), (_QUIFF, 1.0, 0.01),
    ):  # fmt: skip
        hairline = base + sides * shift * shift
        if style == _CURLY:
            hairline = hairline + 0.03 * torch.cos(26.0 * shift)
        grown = shape.both(s.face - lift - 0.055 * volume, (s.y - hairline) * 0.8)
        if style == _QUIFF:
            sweep = shape.ellipse(x + 0.12 * s.f["part"], s.y + 0.47, 0.30, 0.13 + 0.10 * volume)
            grown = shape.either(grown, sweep)
        c.paint(_under_hat(grown, s) * s.scale, s.hair, _INDEX["hair"], s.is_choice("hair_style", style))


def _hat(c: Canvas, s: _Sitter) -> None:
    color = wheel(s.raw["hat_hue"], torch.full_like(s.raw["hat_hue"], 0.5), 0.28) * s.shade
    beanie, brimmed = s.is_choice("hat", 1), s.is_choice("hat", 2)
    dome = shape.both(shape.ellipse(s.x, s.y + 0.22, s.rx + 0.05, 0.47), s.y + 0.30)
    c.paint(dome * s.scale, color, _INDEX["hat"], beanie)
    band = shape.box(s.x, s.y + 0.29, s.rx + 0.03, 0.07, 0.05)
    c.paint(band * s.scale, color * 0.75, _INDEX["hat"], beanie)
    c.paint(shape.circle(s.x, s.y + 0.72, 0.08) * s.scale, color * 1.15, _INDEX["hat"], beanie)
    crown = shape.both(shape.box(s.x, s.y + 0.56, s.rx * 0.82, 0.30, 0.12), s.y + 0.30)
    c.paint(crown * s.scale, color, _INDEX["hat"], brimmed)
    ribbon = shape.box(s.x, s.y + 0.40, s.rx * 0.82, 0.055, 0.0)
    c.paint(ribbon * s.scale, color * 0.5, _INDEX["hat"], brimmed)
    c.paint(
        shape.ellipse(s.x, s.y + 0.31, s.rx + 0.24, 0.075) * s.scale, color * 0.85, _INDEX["hat"], brimmed
    )
