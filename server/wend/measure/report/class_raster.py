"""Class raster: the two panels of classes as pixels, for previews and for where no SVG is shown."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from wend.measure.chart import OVERFLOW, RELATIVE_HIGH, RELATIVE_LOW, Axis, ClassChart
from wend.measure.report.classes import sign_written
from wend.measure.report.scale import Scale, fit, written

_PAPER, _INK, _DIM, _LINE, _REAL = (
    (255, 255, 255),
    (27, 27, 27),
    (90, 90, 90),
    (222, 222, 222),
    (138, 138, 138),
)
_TONES = ((11, 114, 100), (180, 105, 31), (91, 99, 183), (156, 61, 110))


def class_raster(chart: ClassChart, width: int = 640, zoom: int = 1) -> NDArray[np.uint8]:
    """uint8 [H, width * zoom, 3]: as `draw_classes` draws it, in the colours of a light page."""
    models = list(chart.models)
    bar = 7
    row = max(2 * bar, len(models) * (bar + 1)) + 5
    top, names = 24, int(0.18 * width)
    height = top + row * max(len(chart.names), 1) + 24
    image = Image.new("RGB", (width * zoom, height * zoom), _PAPER)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(size=10 * zoom)
    middle = names + (width - names) // 2 - 20
    values = [*chart.real, *(v for column in chart.models.values() for v in column)]
    areas = fit(Axis("area", scale="log"), values, names, middle)
    change = Scale(RELATIVE_LOW, RELATIVE_HIGH, middle + 36, width - 52)

    def text(x: float, y: float, words: str, anchor: str, ink: tuple[int, int, int] = _DIM) -> None:
        # Pillow's own font has no true minus.
        pen.text((x * zoom, y * zoom), words.replace("\u2212", "-"), fill=ink, font=font, anchor=anchor)

    def box(x0: float, y0: float, x1: float, y1: float, ink: tuple[int, int, int]) -> None:
        pen.rectangle([min(x0, x1) * zoom, y0 * zoom, max(x0, x1) * zoom, y1 * zoom - 1], fill=ink)

    bottom = height - 22
    for value, words in areas.ticks():
        box(areas(value), top, areas(value) + 1, bottom, _LINE)
        text(areas(value), bottom + 10, f"{words} %", "mm")
    for value in (-1.0, -0.5, 0.0, 0.5, 1.0):
        box(change(value), top, change(value) + 1, bottom, _DIM if value == 0.0 else _LINE)
        text(change(value), bottom + 10, sign_written(value), "mm")
    x = float(names)
    for name, tone in zip(["real", *models], [_REAL, *_TONES], strict=False):
        box(x, 8, x + 8, 16, tone)
        text(x + 12, 12, name, "lm", _INK)
        x += 26 + 6.5 * len(name)
    for i, name in enumerate(chart.names):
        y = top + i * row + 2
        text(names - 6, y + 0.5 * (row - 4), name, "rm", _INK)
        if chart.real[i] > 0.0:
            box(names, y, max(areas(chart.real[i]), names + 1), y + row - 4, _REAL)
        for k, model in enumerate(models):
            tone, at = _TONES[k % len(_TONES)], areas(chart.models[model][i])
            box(at - 2, y, at + 2, y + row - 4, tone)
            relative = chart.relative[model][i]
            if not math.isfinite(relative):
                continue
            shown = min(max(relative, RELATIVE_LOW), RELATIVE_HIGH)
            place = y + k * (bar + 1) + (bar // 2 if len(models) == 1 else 0)
            box(change(0.0), place, change(shown), place + bar, tone)
            if relative > OVERFLOW:
                text(change(RELATIVE_HIGH) + 4, place + 0.5 * bar, sign_written(relative), "lm")
    text(width - 4, 12, written(float(len(chart.names))) + " classes", "rm")
    pixels: NDArray[np.uint8] = np.asarray(image)
    return pixels
