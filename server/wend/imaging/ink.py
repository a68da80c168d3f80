"""Ink: what is told of a line drawing by counting - how much of it there is, and how wide its lines are."""

import torch.nn.functional as F
from torch import Tensor

from wend.errors import InvalidShape

EMPTY_INK = 0.002
"""Below this share of the drawing's area nothing is drawn: a dot of 23 x 23 pixels of 512 x 512. The thinnest
drawing that says something, a head's outline one pixel wide at 64 px, has 0.03."""
FULL_INK = 0.6
"""Above this share a drawing holds no lines any more. Machine-made portraits have 0.06 to 0.12; one whose
hair is blacked in, up to 0.4."""


def ink_of(drawing: Tensor) -> Tensor:
    """Drawings float [N, 1, H, W] in [-1, 1], paper +1, to ink 0..1, the same shape."""
    return drawing.float().clamp(-1.0, 1.0).mul(-0.5).add(0.5)


def ink_share(ink: Tensor) -> Tensor:
    """float32 [N]: the share of each drawing's area that is inked; of ink float [N, 1, H, W] in 0..1."""
    return ink.float().mean(dim=(1, 2, 3))


def stroke_width(ink: Tensor) -> Tensor:
    """float32 [N]: mean width of the lines of each drawing, a share of its side; 0 where nothing is drawn.

    ink: float [N, 1, H, W] in 0..1. A line of width s and length l has the area s l and an outline of 2 l,
    and the total variation of a drawing is the length of its outlines, however soft: s = 2 area / variation.
    Source: the co-area formula (Federer 1959). At the ends of lines, and of dots, it tells a little less.
    Raises: InvalidShape.
    """
    if ink.ndim != 4 or ink.shape[1] != 1:
        raise InvalidShape("ink", "[N, 1, H, W]", str(list(ink.shape)))
    # A margin of paper, or a line along the border would have one side.
    padded = F.pad(ink.float(), (1, 1, 1, 1))
    across = padded[:, :, :-1, 1:] - padded[:, :, :-1, :-1]
    down = padded[:, :, 1:, :-1] - padded[:, :, :-1, :-1]
    variation = (across.square() + down.square()).sqrt().sum(dim=(1, 2, 3))
    area = ink.float().sum(dim=(1, 2, 3))
    width = 2.0 * area / variation.clamp_min(1e-6) / ink.shape[3]
    return width.where(ink_share(ink) >= EMPTY_INK, width.new_zeros(()))
