"""Factor edits: what a factor does to a picture, in natural units, with the strengths it is learned from.

Source of shifts, scale and brightness: Plumerault, Le Borgne and Hudelot, ICLR 2020, released code. Every
edit of the catalogue, and a user's own, is a factor too.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from wend.measure.walk_aim import aim_of_edit
from wend.methods.edits import picture
from wend.methods.edits.catalog import EDITS
from wend.methods.edits.edit import Edit
from wend.methods.edits.own import find_edit
from wend.methods.edits.picture import Edited

PUBLISHED = (0.1, 0.2, 0.3, 0.4, 0.5)
STEPS = 4
_ABOUT_MIDDLE = ("zoom", "rotate2d", "rotate3d")


@dataclass(frozen=True)
class FactorEdit:
    """One edit, by how much a factor is changed.

    apply: (images [N, 3, H, W], t) -> target and mask like them; 0 gives the images and ones. t counts in
    `unit`, of a magnification as published: s = 1 + t. near: largest |t| that pictures follow which differ
    little (a bundled head moves by 0.02 of the width from one picture to another); is_share: t is a share of
    the picture's side and goes by whole pixels. is_magnification: changes multiply, so what adds up is
    log(1 + t). is_about_middle: it grows or turns things about the middle of the picture, so it also moves
    those beside it, which a factor need not do. attribute: what measures it, None where nothing does;
    source: as of an `Edit`; released: `apply` as the source has it, where ours differs.
    """

    name: str
    title: str
    unit: str
    apply: Callable[[Tensor, float], Edited]
    near: float
    published: tuple[float, ...] = PUBLISHED
    is_share: bool = False
    is_magnification: bool = False
    is_about_middle: bool = False
    attribute: str | None = None
    source: str = ""
    released: Callable[[Tensor, float], Edited] | None = None

    def grid(self, side: int, reach: float, steps: int) -> tuple[float, ...]:
        """Strengths above 0 up to a reach, evenly; of shifts the nearest whole pixels of such pictures."""
        shares = [reach * (k + 1) / steps for k in range(steps)]
        if self.is_share:
            shares = sorted({max(1, round(share * side)) / side for share in shares})
        return tuple(shares)

    def added(self, t: float, is_published: bool = False) -> float:
        """What a change by t adds to the number that the factor model learns."""
        return math.log1p(t) if self.is_magnification and not is_published else t

    def natural(self, added: Tensor, is_published: bool = False) -> Tensor:
        """That number as people read it: the magnification itself, else as it is."""
        if not self.is_magnification:
            return added
        return 1.0 + added if is_published else added.exp()

    def of_natural(self, values: NDArray[np.float64], is_published: bool = False) -> NDArray[np.float64]:
        """And back."""
        if not self.is_magnification:
            return values
        return values - 1.0 if is_published else np.log(values)


def scale(images: Tensor, t: float) -> Edited:
    """Magnified 1 + t times about the very middle, bilinear, 0 where nothing comes from; the mask is what the
    same makes of ones, soft at its border. Square images."""
    if t == 0.0:
        return images, torch.ones_like(images)
    both = torch.cat([images, torch.ones_like(images)])
    shrink = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], dtype=images.dtype, device=images.device)
    places = F.affine_grid(
        (shrink / (1.0 + t)).expand(len(both), -1, -1), list(both.shape), align_corners=False
    )
    seen = F.grid_sample(both, places, mode="bilinear", padding_mode="zeros", align_corners=False)
    target, mask = seen.chunk(2)
    return target, mask


def scale_by_windows(images: Tensor, t: float) -> Edited:
    """The same as released: n = int(D / (1 + t)) pixels, cut out or filled up with 0, brought to D.

    Where D - n is odd it also shifts by half a pixel right and down, always the same way, which a head that
    moves little from picture to picture takes for a change of place.
    """
    side = images.shape[-1]
    window = int(side / (1.0 + t) + 1e-9)
    if t == 0.0 or window == side:
        return images, torch.ones_like(images)
    both = torch.cat([images, torch.ones_like(images)])
    if window < side:
        first = (side - window) // 2
        both = both[:, :, first : first + window, first : first + window]
    else:
        before = (window - side) // 2
        after = window - side - before
        both = F.pad(both, (before, after, before, after))
    both = F.interpolate(both, size=(side, side), mode="bilinear", align_corners=False)
    target, mask = both.chunk(2)
    return target, mask


def brightness(images: Tensor, t: float) -> Edited:
    """t added to all three channels and cut to the range of pictures."""
    target = images if t == 0.0 else (images + t).clamp(-1.0, 1.0)
    return target, torch.ones_like(images)


def _shift_x(images: Tensor, t: float) -> Edited:
    return picture.shift_x(images, float(_pixels(images, t)))


def _shift_y(images: Tensor, t: float) -> Edited:
    return picture.shift_y(images, float(_pixels(images, t)))


def _pixels(images: Tensor, t: float) -> int:
    """int(t D), as released; a share of whole pixels may come out a hair below them."""
    return int(math.copysign(abs(t) * images.shape[-1] + 1e-6, t))


_OWN = (
    FactorEdit("shift_x", "Position x", "of width", _shift_x, 0.047, is_share=True, attribute="head_x"),
    FactorEdit("shift_y", "Position y", "of height", _shift_y, 0.047, is_share=True, attribute="head_y"),
    FactorEdit(
        "scale",
        "Scale",
        "x",
        scale,
        0.1,
        is_magnification=True,
        is_about_middle=True,
        attribute="head_scale",
        released=scale_by_windows,
    ),
    FactorEdit("luminance", "Luminance", "of range", brightness, 0.2, attribute="luminance"),
)


def of_edit(edit: Edit) -> FactorEdit:
    """An edit of the catalogue or a user's own as a factor: its first slider, up to its near reach."""
    along, reach = edit.along(0), edit.fast_reach
    apply = along
    if edit.is_share:

        def apply(images: Tensor, t: float) -> Edited:
            # Pixels there, shares of the side here.
            return along(images, float(_pixels(images, t)))

    published = tuple(reach * (k + 1) / len(PUBLISHED) for k in range(len(PUBLISHED)))
    aim = None if edit.source else aim_of_edit(edit.name, 1)
    # A factor counts as what measures it does, or is not measured.
    attribute = aim.attribute if aim is not None and aim.scale == 1.0 and not aim.is_log else None
    return FactorEdit(
        edit.name,
        edit.title,
        "of width" if edit.is_share else edit.unit,
        apply,
        reach,
        published,
        edit.is_share,
        is_about_middle=edit.name in _ABOUT_MIDDLE and not edit.source,
        attribute=attribute,
        source=edit.source,
    )


FACTOR_EDITS: Mapping[str, FactorEdit] = MappingProxyType(
    {edit.name: edit for edit in _OWN}
    | {name: of_edit(edit) for name, edit in EDITS.items() if name in ("hue", "rotate2d", "rotate3d")}
)
"""The four published ones and those of the catalogue that are one slider of something else, by name."""


def find_factor_edit(name: str, folder: Path | None) -> FactorEdit:
    """One of ours, of the catalogue, or of a user's own folder. Raises: InvalidInput, as `find_edit`."""
    return FACTOR_EDITS[name] if name in FACTOR_EDITS else of_edit(find_edit(name, folder))
