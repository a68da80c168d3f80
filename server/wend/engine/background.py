"""Background: measuring the sliders of the models people look at, while nobody wants the device."""

import time
from collections.abc import Callable

from wend.engine.request import RenderRequest, ViewKey, WorkProgress
from wend.engine.running import Running
from wend.library.shelf import Shelf
from wend.methods.footprints import MeasureFootprints, lacking
from wend.methods.workbench import Workbench

FOOTPRINTS_PREFIX = "footprints:"
"""Of the names of works that measure walks."""
QUIET_S = 1.5
"""After a picture was asked for or drawn: a hand that moves, pauses and moves again is not interrupted."""


class _Told:
    """One such work: nothing is told of it until something has been measured."""

    def __init__(self) -> None:
        self._work: MeasureFootprints | None = None

    def build(self, bench: Workbench) -> MeasureFootprints:
        self._work = MeasureFootprints(bench)
        return self._work

    def say(self, progress: WorkProgress) -> WorkProgress | None:
        return None if self._work is None or self._work.measured == 0 else progress


def measuring(model_id: str) -> Running:
    """The work that measures a model's walks; done at once where nothing is missing."""
    told = _Told()
    return Running(f"{FOOTPRINTS_PREFIX}{model_id}", model_id, told.build, _lacks, say=told.say)


def _lacks(model_id: str, shelf: Shelf) -> bool:
    return bool(lacking(shelf, model_id))


class Background:
    """Which model is measured, and when. Not thread-safe; the engine holds its lock. clock: seconds.

    A model is measured while a view looks at it, one at a time, once no picture has been asked for or drawn
    for QUIET_S and no other work waits; what is measured when all its views have left is put down. One whose
    measuring broke is left alone until the server starts again. is_on: False measures nothing.
    """

    def __init__(self, is_on: bool = True, clock: Callable[[], float] = time.monotonic) -> None:
        self._is_on = is_on
        self._clock = clock
        self._views: dict[ViewKey, str] = {}
        self._wanted: set[str] = set()
        self._given_up: set[str] = set()
        self._running: Running | None = None
        self._quiet_from = float("-inf")

    def asked(self, request: RenderRequest) -> None:
        """A view wants a picture: of a model that may have more walks by now."""
        self.rest()
        self._views[request.key] = request.picture.model
        if request.picture.model not in self._given_up:
            self._wanted.add(request.picture.model)

    def rest(self) -> None:
        """The device serves people."""
        self._quiet_from = self._clock() + QUIET_S

    def forget(self, session: str) -> None:
        for key in [key for key in self._views if key.session == session]:
            del self._views[key]

    def wait_s(self, at_most: float | None) -> float | None:
        """Seconds until `next` has an answer, or as given; None: not by waiting alone."""
        if self._is_left():
            return 0.0
        if self._running is None and self._next_model() is None:
            return at_most
        own = max(0.0, self._quiet_from - self._clock())
        return own if at_most is None else min(own, at_most)

    def next(self, is_free: bool) -> Running | None:
        """What has the next slice. Work on a model that was left is given one to end in, at once.

        is_free: neither renders nor other work wait.
        """
        if self._running is not None and self._is_left():
            self._running.is_stopping = True
            return self._running
        if not is_free or self._clock() < self._quiet_from:
            return None
        if self._running is None and (model := self._next_model()) is not None:
            self._running = measuring(model)
        return self._running

    def ended(self, report: WorkProgress) -> None:
        """It is done, broke, or was stopped."""
        self._running = None
        if not report.stopped:
            self._wanted.discard(report.model)
        if report.failure is not None:
            self._given_up.add(report.model)

    def reset(self) -> None:
        """The device is lost, and what was being measured with it."""
        self._running = None

    def _is_left(self) -> bool:
        """Whether what is being measured is on no view any more."""
        return self._running is not None and self._running.model not in self._views.values()

    def _next_model(self) -> str | None:
        """Of those looked at, one that may lack something."""
        if not self._is_on:
            return None
        return next((model for model in self._views.values() if model in self._wanted), None)
