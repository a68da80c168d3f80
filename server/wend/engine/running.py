"""Running: one piece of long work on its way through the engine, and what it reports."""

import logging
import time
from collections.abc import Callable

from wend.engine.faults import as_wend_error, is_device_lost
from wend.engine.request import WorkProgress
from wend.engine.residency import Residency
from wend.engine.work import Work
from wend.generators.generator import Generator
from wend.library.shelf import Shelf

WorkBuilder = Callable[[str, Generator, Shelf], Work]
"""Makes the work from the model's id, its generator in memory and the shelf for the results."""

WAITING = "Waiting its turn"
"""The label of work whose first slice has not begun."""
PROGRESS_S = 0.2  # between two reports: what an eye can follow

_log = logging.getLogger(__name__)


def always(model: str, shelf: Shelf) -> bool:  # noqa: ARG001 - one kind of `is_needed`
    """Work that is wanted whatever the shelf holds."""
    return True


class Running:
    """Work from its queueing to its last report. Built, run and dropped by the device thread."""

    def __init__(
        self,
        name: str,
        model: str,
        build: WorkBuilder,
        is_needed: Callable[[str, Shelf], bool] = always,
    ) -> None:
        self.name = name
        self.model = model
        self._build = build
        self._is_needed = is_needed
        self._work: Work | None = None
        self._label = WAITING
        self._fraction = 0.0
        self._began = self._reported = 0.0

    def advance(self, residency: Residency, shelf: Shelf) -> WorkProgress | None:
        """Do one slice (the first loads the model); the report on it, if one is due.

        `done` is set on the report when nothing is left, or it broke. Whatever breaks is logged, and
        nothing else stops for it. Raises: a device that is lost, since that is everybody's end.
        """
        try:
            is_done = self._slice(residency, shelf)
        except Exception as error:
            if is_device_lost(error):
                raise
            _log.exception("%s failed", self.name)
            self._release(residency)
            return self.broken(as_wend_error(error, "in use").sentence)
        now = time.monotonic()
        if is_done:
            self._release(residency)
            return WorkProgress(self.name, self.model, "done", 1.0, 0.0, done=True)
        if now - self._reported < PROGRESS_S:
            return None
        self._reported = now
        return WorkProgress(self.name, self.model, self._label, self._fraction, self._seconds_left(now))

    def broken(self, why: str) -> WorkProgress:
        """The last report of work that broke; `why` is a sentence, the label what it was doing."""
        return WorkProgress(self.name, self.model, self._label, self._fraction, None, done=True, failure=why)

    def _slice(self, residency: Residency, shelf: Shelf) -> bool:
        if self._work is not None:
            is_done = self._work.run_slice()
            self._note(self._work)
            return is_done
        if not self._is_needed(self.model, shelf):
            return True
        self._label = f"Loading {self.model}"
        generator = residency.get(self.model).exact
        self._work = self._build(self.model, generator, shelf)
        self._note(self._work)
        residency.pin(self.model)
        self._began = time.monotonic()
        return False

    def _note(self, work: Work) -> None:
        self._label = work.label
        self._fraction = min(max(work.fraction, 0.0), 1.0)

    def _release(self, residency: Residency) -> None:
        if self._work is not None:
            residency.unpin(self.model)
            self._work = None

    def _seconds_left(self, now: float) -> float | None:
        if self._fraction <= 0.02:
            return None
        return (now - self._began) * (1.0 - self._fraction) / self._fraction
