"""Region preparation: what searches need to know of a model, measured before anybody paints."""

import torch

from wend.engine.request import WorkProgress
from wend.measure.slices import WithoutUpdates
from wend.methods.region.ground import Grounding


class RegionPreparation(WithoutUpdates):
    """Measures a model's ground as the engine's Work. A search that comes meanwhile goes on with it."""

    def __init__(self, model: str, grounding: Grounding) -> None:
        self._model = model
        self._grounding = grounding
        self._is_stopped = False

    @property
    def name(self) -> str:
        return f"prepare:{self._model}"

    @property
    def model(self) -> str:
        return self._model

    @property
    def label(self) -> str:
        return "Looking at the generator's own pictures"

    @property
    def fraction(self) -> float:
        """Nobody is told of it."""
        return 0.0

    def stop(self) -> None:
        """A search goes on with it when it needs it."""
        self._is_stopped = True

    def run_slice(self) -> bool:
        with torch.no_grad():
            return self._is_stopped or self._grounding.advance()


def nothing_said(progress: WorkProgress) -> None:
    """A preparation is nobody's request; one that broke is done by the search that needs it."""
