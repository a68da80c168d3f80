"""Losses of moved pictures against edited ones, of what a mask lets through."""

from typing import Literal, Protocol

from torch import Tensor

from wend.perception.network import Distance

LossName = Literal["l2", "perceptual", "lpips"]


def masked_l2(images: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """sum(m (x - t)^2) / count(m != 0) over batch, pixels and channels together; a number, in squared units
    of the range -1..1. Images, target and mask [N, 3, H, W].

    Where the mask is 0 the gradient is exactly 0. Source: Jahanian, Chai and Isola, 2020, released code.
    """
    return (mask * (images - target).square()).sum() / _count(mask).clamp_min(1)


def masked_l2_each(images: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """The same of each sample over its own mask, [N]: what is reported. Source: as above."""
    squares = (mask * (images - target).square()).sum(dim=(1, 2, 3))
    return squares / (mask != 0.0).sum(dim=(1, 2, 3)).clamp_min(1)


def _count(mask: Tensor) -> Tensor:
    return (mask != 0.0).sum()


class EditLoss(Protocol):
    """A loss of a batch that may be looked at in parts: `part` of all parts adds up to the loss."""

    @property
    def name(self) -> LossName: ...

    def weight(self, mask: Tensor) -> float:
        """What a part counts, before anything is divided: the weights of all parts are added up."""
        ...

    def part(self, images: Tensor, target: Tensor, mask: Tensor, whole: float) -> Tensor:
        """A part's share of the loss; whole: the weights of all parts together."""
        ...


class MaskedL2:
    """`masked_l2` in parts: the count is that of the whole batch."""

    name: LossName = "l2"

    def weight(self, mask: Tensor) -> float:
        return float(_count(mask))

    def part(self, images: Tensor, target: Tensor, mask: Tensor, whole: float) -> Tensor:
        return (mask * (images - target).square()).sum() / max(whole, 1.0)


class MaskedPerceptual:
    """A perceptual distance of m x and m t, averaged over the batch.

    Both pictures are multiplied by the mask first, so its edge is an edge in both. The distance is given
    images in [-1, 1], which is what all of ours take; the source fed [-1, 1] to a port of lpips that
    expected [0, 1]. Source: Jahanian, Chai and Isola, 2020, released code.
    """

    def __init__(self, distance: Distance, name: LossName) -> None:
        self.distance = distance
        self.name = name

    def weight(self, mask: Tensor) -> float:
        return float(len(mask))

    def part(self, images: Tensor, target: Tensor, mask: Tensor, whole: float) -> Tensor:
        # Edits may ask for, and generators make, a little more than the range; a distance expects none of it.
        seen, wanted = mask * images.clamp(-1.0, 1.0), mask * target.clamp(-1.0, 1.0)
        return self.distance.distance(seen, wanted).sum() / whole
