"""Segmentation: how well predicted label maps cover the true ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

LARGE_SHARE, SMALL_SHARE = 0.01, 0.002
"""Labels on more than 1 % of all pixels are large, those on 0.2 to 1 % small; rarer ones count alone."""


class Confusion:
    """Pixels by true and predicted label, gathered over any number of batches."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.counts = torch.zeros(len(names), len(names), dtype=torch.long)

    def add(self, truth: Tensor, guess: Tensor) -> None:
        """Label maps of one shape, integer, each below len(names)."""
        count = len(self.names)
        pairs = truth.flatten().long() * count + guess.flatten().long()
        self.counts += torch.bincount(pairs, minlength=count * count).view(count, count)

    def score(self) -> "Segmentation":
        """Intersection over union of every label, over all pixels of all pictures together.

        Source: Everingham et al., The PASCAL visual object classes challenge, 2010, section 4.2.
        """
        right = self.counts.diagonal().double()
        true, guessed = self.counts.sum(dim=1).double(), self.counts.sum(dim=0).double()
        union = true + guessed - right
        shares = (true / true.sum().clamp_min(1.0)).tolist()
        overlap = (right / union.clamp_min(1.0)).tolist()
        seen = [bool(u > 0) for u in union]
        return Segmentation(
            {name: overlap[i] for i, name in enumerate(self.names) if seen[i]},
            {name: shares[i] for i, name in enumerate(self.names)},
        )


@dataclass(frozen=True)
class Segmentation:
    """iou: label -> 0..1, of labels that are anywhere; share: label -> share of all true pixels."""

    iou: dict[str, float]
    share: dict[str, float]

    @property
    def miou_large(self) -> float | None:
        """Mean over labels on more than 1 % of the pixels; None where there are none."""
        return self._mean(LARGE_SHARE, 1.0)

    @property
    def miou_small(self) -> float | None:
        """Mean over labels on 0.2 to 1 % of the pixels; None where there are none."""
        return self._mean(SMALL_SHARE, LARGE_SHARE)

    def _mean(self, low: float, high: float) -> float | None:
        found = [iou for name, iou in self.iou.items() if low < self.share[name] <= high]
        return sum(found) / len(found) if found else None
