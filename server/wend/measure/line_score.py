"""Line score: how well a line drawing's ink lies on the true one's."""

import torch.nn.functional as F
from torch import Tensor

INK = 0.5
"""Pixels darker than this are ink."""


class LineScore:
    """Precision and recall of ink at a tolerance, gathered over any number of batches.

    Drawn ink is right where true ink lies within `tolerance` pixels (of the 8 neighbours' metric), true
    ink is found where drawn ink does. Source: Martin, Fowlkes and Malik 2004, section 4, without their
    one-to-one matching, so thick lines are judged by where they lie and not punished for width.
    """

    def __init__(self, tolerance: int = 1) -> None:
        self.tolerance = tolerance
        self.drawn = self.right = self.true = self.found = 0

    def add(self, truth: Tensor, drawing: Tensor) -> None:
        """Drawings [N, 1, H, W], 0 paper to 1 ink."""
        true, drawn = (truth > INK).float(), (drawing > INK).float()
        self.drawn += int(drawn.sum())
        self.true += int(true.sum())
        self.right += int((drawn * self._grow(true)).sum())
        self.found += int((true * self._grow(drawn)).sum())

    def _grow(self, ink: Tensor) -> Tensor:
        return F.max_pool2d(ink, 2 * self.tolerance + 1, stride=1, padding=self.tolerance)

    @property
    def precision(self) -> float:
        """1 where nothing was drawn: nothing is wrong."""
        return self.right / self.drawn if self.drawn else 1.0

    @property
    def recall(self) -> float:
        """1 where there is nothing to draw."""
        return self.found / self.true if self.true else 1.0

    @property
    def f_score(self) -> float:
        """Harmonic mean of both, 0..1."""
        total = self.precision + self.recall
        return 2.0 * self.precision * self.recall / total if total > 0.0 else 0.0
