"""Running: one piece of long work on its way through the engine, and what it reports."""

import logging
import time
from collections.abc import Callable

from wend.engine.faults import as_wend_error, is_device_lost
from wend.engine.request import EngineEvent, WorkProgress
from wend.engine.residency import Residency
from wend.engine.work import Work
from wend.generators.generator import Generator
from wend.library.shelf import Shelf

WorkBuilder = Callable[[str, Generator, Shelf], Work]
"""Makes the work from the model's id, its generator in memory and the shelf for the results."""

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
        self._began = self._reported = 0.0

    def advance(self, residency: Residency, shelf: Shelf, emit: Callable[[EngineEvent], None]) -> bool:
        """Do one slice (the first loads the model); True when nothing is left, or it broke.

        Whatever breaks is logged and reported, and nothing else stops for it. Raises: a device that is
        lost, since that is everybody's end.
        """
        try:
            is_done = self._slice(residency, shelf)
        except Exception as error:
            if is_device_lost(error):
                raise
            _log.exception("%s failed", self.name)
            self._release(residency)
            emit(self.broken(as_wend_error(error, "in use").sentence))
            return True
        now = time.monotonic()
        if is_done:
            self._release(residency)
            emit(WorkProgress(self.name, self.model, "done", 1.0, 0.0, done=True))
        elif self._work is not None and now - self._reported >= PROGRESS_S:
            self._reported = now
            emit(self._progress(self._work, now))
        return is_done

    def broken(self, why: str) -> WorkProgress:
        """The last report of work that broke; `why` is a sentence."""
        return WorkProgress(self.name, self.model, "failed", 0.0, None, done=True, failure=why)

    def _slice(self, residency: Residency, shelf: Shelf) -> bool:
        if self._work is not None:
            return self._work.run_slice()
        if not self._is_needed(self.model, shelf):
            return True
        generator = residency.get(self.model).exact
        self._work = self._build(self.model, generator, shelf)
        residency.pin(self.model)
        self._began = time.monotonic()
        return False

    def _release(self, residency: Residency) -> None:
        if self._work is not None:
            residency.unpin(self.model)
            self._work = None

    def _progress(self, work: Work, now: float) -> WorkProgress:
        fraction = min(max(work.fraction, 0.0), 1.0)
        left = (now - self._began) * (1.0 - fraction) / fraction if fraction > 0.02 else None
        return WorkProgress(self.name, self.model, work.label, fraction, left)
