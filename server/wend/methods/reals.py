"""Real pictures that a discriminator is shown: in a new order every epoch, some of them edited anew."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import InvalidInput
from wend.generators.portion import portion
from wend.imaging.pixels import to_images, to_uint8
from wend.worlds.world import World, class_names, sample_factors

MOST_BYTES = 2 * 2**30
"""Of pictures in memory, 3 bytes a pixel: 682 of 1024 px, 10 922 of 256."""
_KEPT_SIDE = 256
"""Side in pixels up to which a world's pictures are drawn once: one of 1024 px takes 1.7 s of a core, next to
nothing beside an update and half an hour for all of them before the first."""
Warp = Callable[[Tensor, Tensor], Tensor]
"""Images [N, 3, R, R] and an amount for each [N] to the edited images."""

# Beyond the epochs of any run: the draw of who is edited is none of the orders of epochs.
_EDITED = 999_983


class Pixels(Protocol):
    """M square pictures, of which any may be had."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Those of these numbers [n], uint8 [n, S, S, 1 or 3]."""
        ...


@dataclass(frozen=True)
class DrawnPixels:
    """Pictures of a world, drawn when they are asked for. values: of its factors, float32 [M] each."""

    world: World
    values: Mapping[str, Tensor]
    size: int

    def __len__(self) -> int:
        return len(next(iter(self.values.values())))

    @torch.no_grad()
    def __getitem__(self, index: NDArray[np.int64]) -> NDArray[np.uint8]:
        drawn = np.empty((len(index), self.size, self.size, 3), np.uint8)
        for places in torch.from_numpy(np.arange(len(index))).split(portion(self.size, 256)):
            chosen = torch.from_numpy(index)[places]
            part = {name: value[chosen] for name, value in self.values.items()}
            drawn[places.numpy()] = to_uint8(self.world.render(part, self.size).images).numpy()
        return drawn


@dataclass(frozen=True)
class Reals:
    """Square pictures uint8 [M, S, S, 1 or 3] and their classes int64 [M], where they have any."""

    pixels: Pixels
    classes: NDArray[np.int64] | None

    def __post_init__(self) -> None:
        if self.classes is not None and len(self.classes) != len(self.pixels):
            raise InvalidInput(f"There are {len(self.classes)} classes for {len(self.pixels)} pictures.")

    @classmethod
    def of_world(cls, world: World, count: int, seed: int, size: int) -> "Reals":
        """`count` pictures of a world, drawn by seed: all of them now, or, where they are large or take more
        than MOST_BYTES, each whenever it is shown."""
        values = sample_factors(world, count, seed)
        classes = None
        if class_names(world):
            assert world.class_factor is not None
            classes = values[world.class_factor].round().long().numpy()
        drawn = DrawnPixels(world, values, size)
        if size > _KEPT_SIDE or count > most_of(size):
            return cls(drawn, classes)
        pixels = drawn[np.arange(count)]
        # One by one: at the first coloured one it ends, and no second array as large is made.
        is_grey = all(bool((picture == picture[..., :1]).all()) for picture in pixels)
        return cls(pixels[..., :1] if is_grey else pixels, classes)

    def edited(self, share: float, seed: int) -> NDArray[np.bool_]:
        """Which of the pictures are edited, bool [M]: a share of them drawn by seed, whatever their order is.

        Pictures from a folder come class by class: the first ones would be the first classes.
        """
        order = np.random.RandomState((seed * 1_000_003 + _EDITED) % 2**32).permutation(len(self.pixels))
        edited: NDArray[np.bool_] = order < round(share * len(self.pixels))
        return edited

    def batches(self, batch: int) -> int:
        """Whole batches of an epoch; a last, smaller one is left out."""
        return len(self.pixels) // batch

    def batch(self, update: int, batch: int, seed: int) -> tuple[Tensor, Tensor, Tensor]:
        """What update number `update` is shown: images float32 [batch, 3, S, S] in [-1, 1], classes int64
        [batch] (zeros where there are none) and the pictures' numbers int64 [batch].

        A function of its arguments alone, so that a resumed run needs to remember nothing of it.
        """
        index = drawn_batch(len(self.pixels), update, batch, seed)
        images = to_images(np.ascontiguousarray(self.pixels[index]))
        images = images if images.shape[1] == 3 else images.expand(-1, 3, -1, -1)
        classes = np.zeros(batch, np.int64) if self.classes is None else self.classes[index]
        return images, torch.from_numpy(classes), torch.from_numpy(index.astype(np.int64))


def most_of(size: int) -> int:
    """How many pictures of `size` px go into MOST_BYTES, 1 at least."""
    return max(1, MOST_BYTES // (3 * size * size))


def drawn_batch(count: int, update: int, batch: int, seed: int) -> NDArray[np.int64]:
    """Which of `count` things batch number `update` holds, int64 [batch]: a new order every epoch, of which a
    last, smaller batch is left out. A function of its arguments alone."""
    epoch, place = divmod(update, count // batch)
    order = np.random.RandomState((seed * 1_000_003 + epoch) % 2**32).permutation(count)
    return order[place * batch : (place + 1) * batch].astype(np.int64)


def augmented(images: Tensor, chosen: Tensor, amounts: Tensor, warp: Warp) -> Tensor:
    """Images [N, 3, R, R] of which the `chosen`, bool [N], are edited by amounts [N].

    Amounts are drawn anew for every update, so every epoch sees other edits of the same pictures, while
    the rest stay as they are. Source: the digit experiments of Jahanian, Chai and Isola 2020, where
    50 000 of 60 000 training and 9 000 of 10 000 test pictures are.
    """
    if not bool(chosen.any()):
        return images
    out = images.clone()
    out[chosen] = warp(images[chosen], amounts[chosen])
    return out
