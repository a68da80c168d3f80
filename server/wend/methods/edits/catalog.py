"""Edits: the seven of the steerability paper, and ours, by name.

A new one is one function: `{**EDITS, "dim": user_edit("dim", lambda images, alpha: images - alpha, 0.5)}`.
Source of ranges, draws and scales: Jahanian, Chai and Isola, ICLR 2020, released code.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType

from torch import Tensor

from wend.methods.edits import picture as picture_edits
from wend.methods.edits.edit import Edit, Steps, one_slider
from wend.methods.edits.picture import Edited


def _zoom(images: Tensor, alpha: float) -> Edited:
    return picture_edits.zoom(images, 2.0 ** min(-alpha, 64.0))


def _luminance(images: Tensor, alphas: Tensor) -> Edited:
    return picture_edits.color(images, alphas.expand(-1, 3))


_PUBLISHED = (
    Edit(
        name="shift_x",
        title="Shift x",
        summary="Moves the picture right.",
        unit="px",
        apply=one_slider(picture_edits.shift_x),
        law="whole",
        published_reach=0.5,
        fast_reach=0.125,
        gain=2.0,
        steps=Steps(25.0, 5, is_pixels=True),
        most=math.inf,
        is_share=True,
    ),
    Edit(
        name="shift_y",
        title="Shift y",
        summary="Moves the picture down.",
        unit="px",
        apply=one_slider(picture_edits.shift_y),
        law="whole",
        published_reach=0.5,
        fast_reach=0.125,
        gain=2.0,
        steps=Steps(25.0, 5, is_pixels=True),
        most=math.inf,
        is_share=True,
    ),
    Edit(
        name="zoom",
        title="Zoom",
        summary="Comes closer: 1 is twice as large.",
        unit="log2 x",
        apply=one_slider(_zoom),
        law="zoom",
        published_reach=2.0,
        fast_reach=0.5,
        # The source's alpha_g is ln of the view's width, which grows as things shrink.
        gain=-math.log(2.0),
        steps=Steps(-math.log2(1.41), 4),
        most=math.inf,
    ),
    Edit(
        name="rotate2d",
        title="Rotate",
        summary="Turns the picture counter-clockwise.",
        unit="degrees",
        apply=one_slider(picture_edits.rotate2d),
        law="whole",
        published_reach=44.0,
        fast_reach=15.0,
        gain=1.0 / 45.0,
        steps=Steps(10.0, 5),
        most=180.0,
    ),
    Edit(
        name="rotate3d",
        title="Rotate in depth",
        summary="Turns the picture about its vertical axis, like a billboard.",
        unit="degrees",
        apply=one_slider(picture_edits.rotate3d),
        law="whole",
        published_reach=44.0,
        fast_reach=30.0,
        gain=1.0 / 45.0,
        steps=Steps(10.0, 5),
        # Edge on, at 90, nothing is seen of it.
        most=80.0,
    ),
    Edit(
        name="color",
        title="Colour",
        summary="Adds red, green and blue, a slider each.",
        unit="of range",
        apply=picture_edits.color,
        law="even_each",
        published_reach=0.5,
        fast_reach=0.3,
        gain=1.0,
        steps=Steps(0.1, 5, weights=(1.0, 1.0, 1.0)),
        most=2.0,
        sliders=("red", "green", "blue"),
    ),
    Edit(
        name="colorlab",
        title="Colour in Lab",
        summary="Adds lightness (1 is 50 of L) and the two opponent colours (1 is 128), a slider each.",
        unit="of range",
        apply=picture_edits.color_lab,
        law="even_each",
        published_reach=0.5,
        fast_reach=0.2,
        gain=1.0,
        steps=Steps(0.1, 5, weights=(1.0, 0.0, 0.0)),
        most=2.0,
        sliders=("lightness", "green-red", "blue-yellow"),
    ),
)
_OURS = (
    Edit(
        name="luminance",
        title="Luminance",
        summary="Adds light: the same offset to red, green and blue.",
        unit="of range",
        apply=_luminance,
        law="even_each",
        published_reach=0.5,
        fast_reach=0.3,
        gain=1.0,
        steps=Steps(0.1, 5),
        most=2.0,
    ),
    Edit(
        name="hue",
        title="Hue",
        summary="Turns all colours, from red to yellow to green.",
        unit="degrees",
        apply=picture_edits.hue,
        law="even_each",
        published_reach=90.0,
        fast_reach=60.0,
        gain=1.0 / 90.0,
        steps=Steps(15.0, 5),
        # Where both ways round meet.
        most=180.0,
    ),
)

PUBLISHED: tuple[str, ...] = tuple(edit.name for edit in _PUBLISHED)
EDITS: Mapping[str, Edit] = MappingProxyType({edit.name: edit for edit in (*_PUBLISHED, *_OURS)})
