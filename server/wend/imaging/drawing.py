"""Drawing: a sketch on paper, scanned, photographed or drawn elsewhere, as clean lines on a white square."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import InvalidShape, SketchEmpty, SketchFull, SketchIsPhoto
from wend.imaging.ink import EMPTY_INK, FULL_INK, ink_share

KEPT_SIDE = 512
"""A drawing is kept with at most so many pixels a side; the board draws with as many."""

_WORK_SIDE = 768
_PAPER_WINDOW = 10  # lines are thinner than a tenth of the side; what is wider and dark is shadow
_PAPER_SIDE = 192
_DARKEST_SHADOW = 0.4
_LEAST_CONTRAST = 0.06
_LEAST_PAPER = 0.5
_PHOTO = 1.6


@dataclass(frozen=True)
class PaperSigns:
    """What tells a photograph from a drawing on paper.

    colored: share of pixels of another colour than most; uneven: mean distance of the paper, its lines
    taken away, from its own smooth course, relative to it. Paper has hardly any; a scene has its things.
    """

    colored: float
    uneven: float

    @property
    def is_photo(self) -> bool:
        """Whether the two weigh more than of nearly all drawings.

        Measured on 120 drawings (lines of the portraits world in three inks and greys, a third with the hair
        blacked in, under four lights, with grain, JPEG of quality 40 to 95) and on 120 portraits, two fifths
        of them grey: 97 % of the drawings weigh 1.49 or less, half of the portraits 2.7 or more; the rule
        takes 2 % of the ones and leaves 15 % of the others, those on plain grounds.
        """
        return 4.0 * self.colored + 40.0 * self.uneven > _PHOTO


def clean_drawing(pixels: NDArray[np.uint8], is_surely: bool = False) -> NDArray[np.uint8]:
    """A drawing as people bring it, uint8 [H, W, 4] (RGBA), to grey lines on white paper, uint8 [S, S, 1].

    White paper of any size, grey or shadowed paper, transparent paper, chalk on a board: the paper is
    levelled (divided by a grey closing of itself, smoothed), the lines stretched to black, the whole set on
    a white square. It is not binarised. Source of the levelling: Gonzalez and Woods, Digital Image
    Processing, section 9.6 (bottom-hat). S: the longer side, at most 512. is_surely: said to be a drawing by
    who sent it, whatever it looks like.
    Raises: SketchEmpty, SketchFull, SketchIsPhoto, InvalidShape.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 4:
        raise InvalidShape("pixels", "[H, W, 4]", str(list(pixels.shape)))
    colors = _on_paper(pixels)
    grey = _lightness(colors)
    if _is_board(grey):
        colors, grey = 1.0 - colors, 1.0 - grey
    if float(grey.median()) < 0.3 and float(grey.std()) < 0.1:
        raise SketchFull
    paper = _paper(grey)
    signs = _signs(colors, grey, paper)
    if signs.is_photo and not is_surely:
        raise SketchIsPhoto(signs.colored, signs.uneven)
    grey = _stretched((grey / paper.clamp_min(0.05)).clamp(0.0, 1.0))
    square = _squared(grey)
    check_ink(1.0 - square)
    return square[0, 0].mul(255.0).round().to(torch.uint8).numpy()[:, :, None]


def paper_signs(pixels: NDArray[np.uint8]) -> PaperSigns:
    """What the rule for photographs sees in uint8 [H, W, 4]."""
    colors = _on_paper(pixels)
    grey = _lightness(colors)
    if _is_board(grey):
        colors, grey = 1.0 - colors, 1.0 - grey
    return _signs(colors, grey, _paper(grey))


def check_ink(ink: Tensor) -> None:
    """A drawing's ink float [1, 1, H, W] in 0..1 is some, and not everything.

    Raises: SketchEmpty, SketchFull.
    """
    share = float(ink_share(ink)[0])
    if share < EMPTY_INK:
        raise SketchEmpty
    if share > FULL_INK:
        raise SketchFull


def fit_drawing(drawing: Tensor, side: int) -> Tensor:
    """Drawings float32 [N, 1, S, S] in [-1, 1] at [N, 1, side, side]: shrunk by the mean over areas, grown
    bilinearly. Of that size already, as they are."""
    if drawing.shape[-1] == side:
        return drawing
    if drawing.shape[-1] > side:
        return F.interpolate(drawing, size=(side, side), mode="area")
    return F.interpolate(drawing, size=(side, side), mode="bilinear", align_corners=False)


def _on_paper(pixels: NDArray[np.uint8]) -> Tensor:
    """float32 [1, 3, H, W] in 0..1, at most 768 a side, on white; light ink on transparent paper is dark."""
    rgba = torch.from_numpy(np.ascontiguousarray(pixels)).permute(2, 0, 1)[None].float().div_(255.0)
    longest = max(rgba.shape[2:])
    if longest > _WORK_SIDE:
        height, width = (max(1, round(side * _WORK_SIDE / longest)) for side in rgba.shape[2:])
        rgba = F.interpolate(rgba, size=(height, width), mode="area")
    alpha = rgba[:, 3:]
    shown = rgba[:, :3] * alpha + 1.0 - alpha
    if float(alpha.min()) < 0.5 and float(shown.min()) > 0.7:
        # White or yellow strokes on nothing: what is opaque is the drawing.
        return (1.0 - alpha).expand(-1, 3, -1, -1)
    return shown


def _lightness(colors: Tensor) -> Tensor:
    """ITU-R BT.601 luma, float32 [1, 1, H, W]."""
    weights = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
    return (colors * weights).sum(dim=1, keepdim=True)


def _is_board(grey: Tensor) -> bool:
    """Light lines on a dark board: most of it is dark, and of the same darkness along the border."""
    border = torch.cat([grey[..., 0, :], grey[..., -1, :], grey[..., 0], grey[..., -1]], dim=-1)
    return float(border.median()) < 0.4 and float(grey.median()) < 0.4 and float(grey.quantile(0.98)) > 0.6


def _paper(grey: Tensor) -> Tensor:
    """The paper without its lines: a grey closing over a tenth of the side, then a mean.

    It is looked for at 192 pixels a side, of which each is the lightest of those it stands for.
    """
    height, width = grey.shape[2:]
    shrink = max(1, max(height, width) // _PAPER_SIDE)
    small = F.max_pool2d(grey, shrink, ceil_mode=True)
    reach = max(3, max(small.shape[2:]) // _PAPER_WINDOW) // 2
    closed = -_pool(-_pool(small, reach), reach)
    # Darker than any shadow on lit paper: a place that was blacked in, on paper like that around it.
    lit = float(closed.quantile(0.9))
    closed = closed.where(closed > _DARKEST_SHADOW * lit, closed.new_tensor(lit))
    paper = _mean(closed, max(1, reach // 2))
    return F.interpolate(paper, size=(height, width), mode="bilinear", align_corners=False)


def _pool(plane: Tensor, reach: int) -> Tensor:
    """The largest value within `reach` pixels, rows first, then columns; beyond the border nothing is."""
    size = 2 * reach + 1
    rows = F.max_pool2d(plane, (1, size), stride=1, padding=(0, reach))
    return F.max_pool2d(rows, (size, 1), stride=1, padding=(reach, 0))


def _mean(plane: Tensor, reach: int) -> Tensor:
    size = 2 * reach + 1
    rows = F.avg_pool2d(plane, (1, size), stride=1, padding=(0, reach), count_include_pad=False)
    return F.avg_pool2d(rows, (size, 1), stride=1, padding=(reach, 0), count_include_pad=False)


def _signs(colors: Tensor, grey: Tensor, paper: Tensor) -> PaperSigns:
    # Colour against the paper's own: warm light is no colour of ink.
    tint = colors - grey
    off = (tint - tint.flatten(2).median(dim=2).values[:, :, None, None]).abs().amax(dim=1)
    reach = max(3, max(grey.shape[2:]) // 4) // 2
    smooth = _mean(paper, reach)
    uneven = ((paper - smooth).abs() / smooth.clamp_min(0.05)).mean()
    return PaperSigns(float((off > 0.1).float().mean()), float(uneven))


def _stretched(grey: Tensor) -> Tensor:
    """Paper to 1, the darkest ink to 0.

    Raises: SketchEmpty where nothing stands out of the paper's grain, SketchFull where most of it is ink.
    """
    # The paper's grain is what lies around the median; 1.4826 makes of it the deviation of a Gaussian.
    median = grey.median()
    if float(median) < _LEAST_PAPER:
        raise SketchFull
    grain = 1.4826 * float((grey - median).abs().median())
    white = float(median) - max(0.06, 4.0 * grain)
    ink = grey[grey < white]
    if ink.numel() < EMPTY_INK * grey.numel() / 4:
        raise SketchEmpty
    black = float(ink.quantile(0.1))
    if white - black < _LEAST_CONTRAST:
        raise SketchEmpty
    return ((grey - black) / (white - black)).clamp(0.0, 1.0)


def _squared(grey: Tensor) -> Tensor:
    """In the middle of a white square of at most 512 a side."""
    height, width = grey.shape[2:]
    side = max(height, width)
    left, top = (side - width) // 2, (side - height) // 2
    square = F.pad(grey, (left, side - width - left, top, side - height - top), value=1.0)
    if side <= KEPT_SIDE:
        return square
    return F.interpolate(square, size=(KEPT_SIDE, KEPT_SIDE), mode="area")
