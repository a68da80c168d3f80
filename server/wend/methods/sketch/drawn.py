"""Drawn: the drawings of a set as the maps that a judge is shown, batch by batch."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wend.errors import InvalidInput, SketchUnusable
from wend.methods.reals import drawn_batch
from wend.methods.sketch.extractor import Extractor

MOST = 30
HELD_OUT_OF = 6
"""One drawing of so many is kept back to judge by."""
FEWEST_TO_HOLD_OUT = 12
"""Of fewer drawings each says too much to be kept back."""
_LEAST_INK, _MOST_INK = 0.002, 0.6


@dataclass(frozen=True)
class Drawn:
    """maps: float32 [M, C, S, S] that are learned from; held_out: [K, C, S, S] that are not, and by which the
    model is judged; the same as `maps` where there are too few drawings to keep any back.
    """

    maps: Tensor
    held_out: Tensor

    @property
    def is_held_out(self) -> bool:
        """Whether what it is judged by is nothing it learns from."""
        return self.held_out is not self.maps

    def most(self, batch: int) -> int:
        """Drawings of a batch: no more than there are, and 1 where there is one. Source: Wang, Bau and Zhu
        2021, released code, whose loader leaves incomplete batches out."""
        return min(batch, len(self.maps))

    def batch(self, number: int, batch: int, seed: int) -> Tensor:
        """Batch number `number` of `batch` drawings, [batch, C, S, S]: every epoch in another order."""
        index = drawn_batch(len(self.maps), number, batch, seed)
        return self.maps[torch.from_numpy(index).to(self.maps.device)]


def drawn_of(drawings: Sequence[Tensor], extractor: Extractor, holds_out: bool) -> Drawn:
    """The maps of 1 to 30 drawings, as the extractor's `form` says. holds_out: some of many are kept back.

    Raises: SketchUnusable naming the first that is empty or all ink; InvalidInput for none or too many.
    """
    if not 1 <= len(drawings) <= MOST:
        raise InvalidInput(f"A set has 1 to {MOST} drawings, not {len(drawings)}.")
    maps = []
    for number, drawing in enumerate(drawings, start=1):
        if why := fault_of(drawing, extractor):
            raise SketchUnusable(number, why)
        maps.append(extractor.to_maps(drawing))
    together = torch.stack(maps)
    if not holds_out or len(maps) < FEWEST_TO_HOLD_OUT:
        return Drawn(together, together)
    kept_back = torch.arange(len(maps)) % HELD_OUT_OF == HELD_OUT_OF - 1
    return Drawn(together[~kept_back], together[kept_back])


def fault_of(drawing: Tensor, extractor: Extractor) -> str:
    """Why nothing can be learned from a drawing; empty where something can."""
    if extractor.form == "lines":
        ink = float(((1.0 - drawing.float()) / 2.0).clamp(0.0, 1.0).mean())
        if ink < _LEAST_INK:
            return "it is empty"
        if ink > _MOST_INK:
            return "nearly all of it is ink; drawings are dark lines on white paper"
    elif extractor.form == "labels":
        if len(drawing.unique()) < 2:
            return "it is painted in one label alone"
    elif not bool(drawing.isfinite().any()):
        return "it has no point"
    return ""
