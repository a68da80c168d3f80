"""Sheet: the same latents before and after, drawings beside them, to watch a training by.

drawing | the parent's pictures ...
drawing | the child's pictures of the same latents ...
drawing | what the computer draws of these ...
"""

import torch
from torch import Tensor

from wend.methods.sketch.judges import colored
from wend.methods.sketch.match import drawn_with
from wend.methods.sketch.training import SketchTraining

COLUMNS = 7
SEEDS = tuple(range(COLUMNS - 1))
"""Those that a page shows first."""


class LiveSheet:
    """Draws from no random state: looking changes nothing."""

    def __init__(self, training: SketchTraining) -> None:
        self._training = training
        self._before = drawn_with(training.parent, list(SEEDS))
        self._drawings = colored(training.drawn.maps)

    @torch.no_grad()
    def images(self) -> Tensor:
        """The three rows, float32 [3 * COLUMNS, 3, R, R] in [-1, 1]."""
        training = self._training
        newest = training.pupil.weights()
        training.take_last()  # averaged, as it would be published
        after = drawn_with(training.pupil.generator, list(SEEDS))
        training.pupil.take(newest)
        seen = colored(training.extractor.maps(after))
        rows = (self._before, after, seen)
        drawings = self._drawings
        beside = [drawings[row % len(drawings)][None] for row in range(len(rows))]
        return torch.cat([part for pair in zip(beside, rows, strict=True) for part in pair])
