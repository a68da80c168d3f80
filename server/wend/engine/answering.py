"""Answering: a question of a view, worked out in slices, behind the engine's Work."""

from collections.abc import Callable
from typing import Generic, TypeVar

import torch

from wend.errors import InvalidInput, NotFound, WendError
from wend.measure.slices import Sliced, WithoutUpdates

T = TypeVar("T")


class AnsweringWork(WithoutUpdates, Generic[T]):
    """Slices that end in an answer, or in words about why there is none.

    answer: told of what came out; refuse: told of what cannot be done, which is an answer and no fault:
    nobody should read of it in the log.
    """

    def __init__(
        self,
        name: str,
        model: str,
        label: str,
        slices: Sliced[T],
        answer: Callable[[T], None],
        refuse: Callable[[WendError], None],
    ) -> None:
        self._name, self._model, self._label = name, model, label
        self._slices, self._answer, self._refuse = slices, answer, refuse
        self._is_stopped = False

    @property
    def name(self) -> str:
        return self._name

    @property
    def model(self) -> str:
        return self._model

    @property
    def label(self) -> str:
        return self._label

    @property
    def fraction(self) -> float:
        """Its answers say how far it is."""
        return 0.0

    def stop(self) -> None:
        """Nobody wants the answer any more."""
        self._is_stopped = True
        self._slices.close()

    def run_slice(self) -> bool:
        """A picture drawn, or looked at. Raises what breaks."""
        with torch.inference_mode():
            try:
                next(self._slices)
            except StopIteration as stop:
                if not self._is_stopped:
                    self._answer(stop.value)
                return True
            except (InvalidInput, NotFound) as error:
                self._refuse(error)
                return True
        return False
