"""Path picture: a chain in its plane as a drawing of its own, with frames beside its points."""

import base64

import numpy as np
from torch import Tensor

from wend.imaging.codec import encode
from wend.measure.path_plane import PathPlane
from wend.measure.report.svg import element, number, path

_WIDTH, _HEIGHT, _MARGIN = 560.0, 420.0, 70.0
_SHOWN = 7  # frames beside the path
_SIDE = 44.0
_INK, _PAPER, _LINE = "#333", "#fff", "#b9b9b9"
# From the first frame to the last: readable on white, told apart without colour by the numbers.
_FIRST, _LAST = (0x2B, 0x6C, 0xB0), (0xC0, 0x4A, 0x1A)


def draw_path(plane: PathPlane, frames: Tensor) -> str:
    """An SVG file; frames uint8 [n, H, W, 3] of the points in order. Both axes have one scale."""
    xy = plane.points.clone()
    if xy.shape[1] < 2:
        xy = xy.new_zeros(len(xy), 2).index_copy_(1, xy.new_zeros(1).long(), xy[:, :1])
    placed = _placed(xy, plane.origin)
    points, origin = placed[: len(xy)], placed[len(xy) :]
    parts = [element("rect", width=_WIDTH, height=_HEIGHT, fill=_PAPER)]
    parts.append(element("path", d=path(points), fill="none", stroke=_LINE, stroke_width=2.0))
    for index, (x, y) in enumerate(points):
        tone = _tone(index / max(1, len(points) - 1))
        parts.append(element("circle", cx=x, cy=y, r=3.5, fill=tone))
    for x, y in origin:
        parts.append(element("circle", cx=x, cy=y, r=5.0, fill="none", stroke=_INK, stroke_width=1.5))
        parts.append(_word(x + 9.0, y + 4.0, "the picture", "start"))
    parts += _frames(points, frames)
    share = "" if plane.share is None else f", {plane.share:.0%} of the chain's variance"
    parts.append(_word(12.0, _HEIGHT - 12.0, f"{plane.name}, {len(points)} frames{share}", "start"))
    return element(
        "svg",
        element("title", text=f"Path of {len(points)} frames"),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(_WIDTH)} {number(_HEIGHT)}",
        width=_WIDTH,
        height=_HEIGHT,
        role="img",
    )


def _placed(xy: Tensor, origin: tuple[float, float] | None) -> list[tuple[float, float]]:
    """Points, and the origin behind them, in pixels of the drawing."""
    rows = xy.tolist() + ([list(origin)] if origin is not None else [])
    xs, ys = [row[0] for row in rows], [row[1] for row in rows]
    spans = max(xs) - min(xs), max(ys) - min(ys)
    room = _WIDTH - 2.0 * _MARGIN, _HEIGHT - 2.0 * _MARGIN
    scale = min(r / max(s, 1e-9) for r, s in zip(room, spans, strict=True))
    left, top = (_WIDTH - scale * spans[0]) / 2.0, (_HEIGHT - scale * spans[1]) / 2.0
    return [(left + scale * (x - min(xs)), top + scale * (max(ys) - y)) for x, y in zip(xs, ys, strict=True)]


def _frames(points: list[tuple[float, float]], frames: Tensor) -> list[str]:
    """A few frames beside their points, away from the path's middle."""
    count = len(points)
    shown = sorted({round(k * (count - 1) / (_SHOWN - 1)) for k in range(_SHOWN)})
    middle = sum(x for x, _ in points) / count, sum(y for _, y in points) / count
    parts: list[str] = []
    for index in shown:
        x, y = points[index]
        away = np.array([x - middle[0], y - middle[1]])
        away = away / max(float(np.hypot(*away)), 1e-9) * (0.5 * _SIDE + 12.0)
        left, top = x + float(away[0]) - 0.5 * _SIDE, y + float(away[1]) - 0.5 * _SIDE
        data = base64.b64encode(encode(frames[index].numpy(), "png")).decode("ascii")
        parts.append(
            element("image", x=left, y=top, width=_SIDE, height=_SIDE, href=f"data:image/png;base64,{data}")
        )
        parts.append(_word(left + 0.5 * _SIDE, top + _SIDE + 11.0, str(index + 1), "middle"))
    return parts


def _word(x: float, y: float, text: str, anchor: str) -> str:
    return element(
        "text", text=text, x=x, y=y, fill=_INK, font_size=11.0, font_family="sans-serif", text_anchor=anchor
    )


def _tone(share: float) -> str:
    mixed = (round(a + share * (b - a)) for a, b in zip(_FIRST, _LAST, strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)
