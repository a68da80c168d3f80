"""Line score: how well a line drawing's ink lies on the true one's."""

import torch
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


def f_scores(truths: Tensor, drawings: Tensor, tolerance: int = 1) -> Tensor:
    """The F-score of every drawing [A, 1, H, W] on every truth [B, 1, H, W], 0 paper to 1 ink: [A, B], 0..1.

    As `LineScore` of that pair alone, all pairs at once; 0 where one of them has no ink, and the other does.
    """
    true, drawn = (truths > INK).float(), (drawings > INK).float()
    reach = 2 * tolerance + 1
    near_true, near_drawn = (F.max_pool2d(ink, reach, stride=1, padding=tolerance) for ink in (true, drawn))
    right = drawn.flatten(1) @ near_true.flatten(1).T
    found = near_drawn.flatten(1) @ true.flatten(1).T
    of_drawn, of_true = drawn.flatten(1).sum(1)[:, None], true.flatten(1).sum(1)[None]
    precision = torch.where(of_drawn > 0, right / of_drawn.clamp_min(1.0), 1.0)
    recall = torch.where(of_true > 0, found / of_true.clamp_min(1.0), 1.0)
    return 2.0 * precision * recall / (precision + recall).clamp_min(1e-12)
