"""Manifold sight: how much a picture has changed inside a region and outside of it, as two distances."""

from dataclasses import dataclass
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.perception.distance import PerceptualDistance
from wend.perception.network import Distance
from wend.perception.sizes import MIN_SIDE


class Sight(Protocol):
    """Looks at pictures beside one and the same start. Differentiable."""

    def look(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Images float32 [N, 3, H, W] in [-1, 1] -> change inside and change outside, float32 [N] each."""
        ...


@dataclass(frozen=True)
class Rectangle:
    """Pixels [top, bottom) x [left, right) of a picture."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def area(self) -> int:
        return max(0, self.bottom - self.top) * max(0, self.right - self.left)

    def cut(self, images: Tensor) -> Tensor:
        """That part of images [N, C, H, W]."""
        return images[..., self.top : self.bottom, self.left : self.right]

    def mask(self, height: int, width: int) -> Tensor:
        """float32 [H, W], 1 inside and 0 outside."""
        mask = torch.zeros(height, width)
        mask[self.top : self.bottom, self.left : self.right] = 1.0
        return mask


def strips(inside: Rectangle, height: int, width: int) -> tuple[Rectangle, ...]:
    """What lies around a rectangle, without overlap: all rows above, all rows below, left and right of it.

    A strip of no area, where the rectangle touches a border, is left out. Source: Yang, Rokeby and
    Snelgrove, 2020, equation 1.
    """
    around = (
        Rectangle(0, inside.top, 0, width),
        Rectangle(inside.bottom, height, 0, width),
        Rectangle(inside.top, inside.bottom, 0, inside.left),
        Rectangle(inside.top, inside.bottom, inside.right, width),
    )
    return tuple(strip for strip in around if strip.area > 0)


class MaskSight:
    """A soft mask of any shape: a distance's map, averaged by the mask and by what is left of it.

    d_in = sum(m map) / sum(m), d_out = sum((1 - m) map) / sum(1 - m): the picture is looked at whole, so that
    the networks see no edge of a cut. Ours, in place of equations 1 and 2's separate crops. Levels of
    features that have a single cell are left out: they say that something changed, not where.
    mask: float32 [H, W] in 0..1.
    """

    def __init__(self, distance: Distance, start: Tensor, mask: Tensor) -> None:
        self._against = _Against(distance, start)
        self._inside = mask / mask.sum()
        self._outside = (1.0 - mask) / (1.0 - mask).sum()

    def look(self, images: Tensor) -> tuple[Tensor, Tensor]:
        found = self._against.map(images)
        return (found * self._inside).sum(dim=(1, 2)), (found * self._outside).sum(dim=(1, 2))


class StripSight:
    """A rectangle as published: it and the strips around it are cut out, and each is looked at by itself.

    d_out is the mean over the strips, weighted by their areas. A piece too small for the networks is
    continued by its border pixels, and only its own pixels count.
    Source: Yang, Rokeby and Snelgrove, 2020, equations 1 and 2.
    """

    def __init__(self, distance: Distance, start: Tensor, inside: Rectangle) -> None:
        height, width = start.shape[2:]
        around = strips(inside, height, width)
        total = sum(strip.area for strip in around)
        self._inside = _Piece(distance, start, inside)
        self._around = [(strip.area / total, _Piece(distance, start, strip)) for strip in around]

    def look(self, images: Tensor) -> tuple[Tensor, Tensor]:
        outside = sum(weight * piece.distance(images) for weight, piece in self._around)
        assert isinstance(outside, Tensor), "a mask of the whole picture is refused before"
        return self._inside.distance(images), outside


class _Piece:
    """One cut-out and its distance to the start's."""

    def __init__(self, distance: Distance, start: Tensor, place: Rectangle) -> None:
        self._place = place
        self._grow = _lack(place.bottom - place.top), _lack(place.right - place.left)
        self._against = _Against(distance, self._cut(start), is_whole=True)

    def distance(self, images: Tensor) -> Tensor:
        """float32 [N]: where nothing was added, the plain distance of the cut-outs, to which each level of
        features counts by its mean at its own size."""
        if not any((*self._grow[0], *self._grow[1])):
            return self._against.distance(self._cut(images))
        found = self._against.map(self._cut(images))
        (top, _), (left, _) = self._grow
        height, width = self._place.bottom - self._place.top, self._place.right - self._place.left
        return found[:, top : top + height, left : left + width].mean(dim=(1, 2))

    def _cut(self, images: Tensor) -> Tensor:
        (top, bottom), (left, right) = self._grow
        part = self._place.cut(images)
        if not any((top, bottom, left, right)):
            return part
        return F.pad(part, (left, right, top, bottom), mode="replicate")


def _lack(side: int) -> tuple[int, int]:
    """Pixels to add before and after, so that a network can look."""
    missing = max(0, MIN_SIDE - side)
    return missing // 2, missing - missing // 2


class _Against:
    """A distance's map against one picture, whose features are looked at once.

    is_whole: with the levels of a single cell, as a plain distance has them.
    """

    def __init__(self, distance: Distance, start: Tensor, is_whole: bool = False) -> None:
        self._distance, self._start, self._is_whole = distance, start, is_whole
        self._seen: tuple[Tensor, ...] = ()
        if isinstance(distance, PerceptualDistance):
            with torch.no_grad():
                self._seen = tuple(distance.features.maps(start))

    def distance(self, images: Tensor) -> Tensor:
        """float32 [N], of all levels."""
        if isinstance(self._distance, PerceptualDistance):
            return self._distance.compare_means(self._distance.features.maps(images), self._seen)
        return self._distance.distance(images, self._start.expand_as(images))

    def map(self, images: Tensor) -> Tensor:
        """float32 [N, H, W]."""
        if isinstance(self._distance, PerceptualDistance):
            maps = self._distance.features.maps(images)
            return self._distance.compare(maps, self._seen, images.shape[2:], not self._is_whole)
        return self._distance.map(images, self._start.expand_as(images))
