"""Running: one piece of long work on its way through the engine, and what it reports."""

import logging
import time
from collections.abc import Callable

from wend.engine.faults import as_wend_error, is_device_lost
from wend.engine.pace import PROGRESS_S, WAITING, Pace
from wend.engine.request import EngineEvent, WorkProgress
from wend.engine.residency import Residency
from wend.engine.work import Work
from wend.errors import WendError
from wend.generators.generator import Generator
from wend.library.images import ImageStore
from wend.library.perception import PerceptionStore
from wend.library.shelf import Shelf
from wend.methods.workbench import Workbench

__all__ = ["PROGRESS_S", "WAITING", "Running", "WorkBuilder", "always"]

WorkBuilder = Callable[[Workbench], Work]
"""Makes the work, with the model's generator in memory; module-level, so that it can be pickled."""

_log = logging.getLogger(__name__)


def always(model: str, shelf: Shelf) -> bool:  # noqa: ARG001 - one kind of `is_needed`
    """Work that is wanted whatever the shelf holds."""
    return True


def as_it_is(progress: WorkProgress) -> EngineEvent | None:
    """Progress as what is told of it."""
    return progress


class Running:
    """Work from its queueing to its last report. Built, run and dropped by the device thread.

    say: what is told of its progress, if anything; is_urgent: somebody waits for it, and it is short.
    """

    def __init__(
        self,
        name: str,
        model: str,
        build: WorkBuilder,
        is_needed: Callable[[str, Shelf], bool] = always,
        clock: Callable[[], float] = time.monotonic,
        say: Callable[[WorkProgress], EngineEvent | None] = as_it_is,
        is_urgent: bool = False,
    ) -> None:
        self.name = name
        self.model = model
        self.is_stopping = False
        self.is_urgent = is_urgent
        self.say = say
        self._build = build
        self._is_needed = is_needed
        self._work: Work | None = None
        self._pace = Pace(name, model, clock)
        self._lent: str | None = None

    def advance(
        self,
        residency: Residency,
        shelf: Shelf,
        perception: PerceptionStore,
        images: ImageStore | None = None,
    ) -> WorkProgress | None:
        """Do one slice (the first loads the model); the report on it, if one is due.

        `done` is set on the report when nothing is left, or it has stopped as asked, or broke. Work that was
        asked to stop before its first slice is never built. Whatever breaks is logged, and nothing else
        stops for it. Raises: a device that is lost, since that is everybody's end.
        """
        try:
            is_done = self._slice(residency, shelf, perception, images)
        except Exception as error:
            if is_device_lost(error):
                raise
            _log.exception("%s failed", self.name)
            self._release(residency)
            return self.broken(as_wend_error(error, "in use"))
        if not is_done:
            return self._pace.report()
        self._release(residency)
        return self._pace.stopped() if self.is_stopping else self._pace.done()

    def broken(self, error: WendError) -> WorkProgress:
        """The last report of work that broke; its label is what it was doing."""
        return self._pace.broken(error)

    def _slice(
        self, residency: Residency, shelf: Shelf, perception: PerceptionStore, images: ImageStore | None
    ) -> bool:
        if self._work is not None:
            if self.is_stopping:
                self._work.stop()
            is_done = self._work.run_slice()
            self._pace.note(self._work)
            return is_done
        if self.is_stopping or not self._is_needed(self.model, shelf):
            return True
        self._pace.say(f"Loading {self.model}")
        generator = residency.get(self.model).exact
        bench = Workbench(
            self.model, generator, shelf, perception, images, lambda name: self._lend(residency, name)
        )
        self._work = self._build(bench)
        self._pace.note(self._work)
        residency.pin(self.model)
        return False

    def _lend(self, residency: Residency, model: str) -> Generator:
        """Another model beside the work's own, pinned until the next one is lent, or the work is over."""
        self._take_back(residency)
        generator = residency.get(model).exact
        residency.pin(model)
        self._lent = model
        return generator

    def _take_back(self, residency: Residency) -> None:
        if self._lent is not None:
            residency.unpin(self._lent)
            self._lent = None

    def _release(self, residency: Residency) -> None:
        self._take_back(residency)
        if self._work is not None:
            residency.unpin(self.model)
            self._work = None
