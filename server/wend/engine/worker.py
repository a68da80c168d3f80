"""Worker: the device thread's side of long work - slices when they are due, and a clean end."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from wend.engine.background import Background
from wend.engine.request import EngineEvent, WorkProgress
from wend.engine.residency import Residency
from wend.engine.running import Running
from wend.engine.works import Works
from wend.errors import EngineRestarting
from wend.library.images import ImageStore
from wend.library.perception import PerceptionStore
from wend.library.shelf import Shelf

STOP_S = 5.0  # for all works to keep what they have

_log = logging.getLogger(__name__)


class Worker:
    """Made and used by the engine's thread alone; `works` are shared under `wake`.

    is_idle: whether no render waits; called with `wake` held. clock: seconds, any start.
    """

    def __init__(
        self,
        works: Works,
        wake: threading.Condition,
        is_idle: Callable[[], bool],
        residency: Residency,
        shelf: Shelf,
        perception: PerceptionStore,
        emit: Callable[[EngineEvent], None],
        clock: Callable[[], float] = time.monotonic,
        images_dir: Path | None = None,
    ) -> None:
        self._works = works
        self._wake = wake
        self._is_idle = is_idle
        self._residency = residency
        self._shelf = shelf
        self._perception = perception
        self._images = None if images_dir is None else ImageStore(images_dir)
        self._emit = emit
        self._clock = clock

    def run(self, rendered_s: float) -> None:
        """The slices that are due, after the device has served others for so many seconds.

        Raises: a device that is lost.
        """
        with self._wake:
            self._works.rendered(rendered_s)
        while True:
            with self._wake:
                is_idle = self._is_idle()
                work = self._works.next(is_idle)
            if work is None:
                return
            began = self._clock()
            self._advance(work)
            seconds = self._clock() - began
            with self._wake:
                self._works.spent(seconds, is_idle)
            if is_idle:
                return

    def run_behind(self, background: Background) -> None:
        """One slice of what is done while nobody else wants the device. Raises: a device that is lost."""
        with self._wake:
            work = background.next(is_free=self._is_idle() and not self._works)
        if work is None:
            return
        report = work.advance(self._residency, self._shelf, self._perception, self._images)
        if report is None:
            return
        if report.done:
            with self._wake:
                background.ended(report)
        self._tell(work, report)

    def end(self) -> None:
        """The engine stops: works keep what they have. One that takes too long is reported as broken."""
        deadline = self._clock() + STOP_S
        with self._wake:
            self._works.stop_all()
        while self._clock() < deadline:
            with self._wake:
                work = self._works.next(is_idle=True)
            if work is None:
                return
            began = self._clock()
            try:
                self._advance(work)
            except Exception:  # noqa: BLE001 - nothing may keep the engine from stopping
                _log.exception("works cannot end: the device is lost")
                break
            with self._wake:
                self._works.spent(self._clock() - began, is_idle=True)
        with self._wake:
            left = self._works.drain()
        for work in left:
            self._tell(work, work.broken(EngineRestarting()))

    def _advance(self, work: Running) -> None:
        report = work.advance(self._residency, self._shelf, self._perception, self._images)
        if report is None:
            return
        if report.done:
            # Before it is said: who hears of the end may queue the same work again at once.
            with self._wake:
                self._works.ended(report.work)
        self._tell(work, report)

    def _tell(self, work: Running, report: WorkProgress) -> None:
        event = work.say(report)
        if event is not None:
            self._emit(event)
