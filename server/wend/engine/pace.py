"""Pace: how far long work is, what is said of it and when, and how long it still takes."""

import time
from collections.abc import Callable, Mapping
from typing import Protocol

from wend.engine.request import WorkProgress
from wend.errors import WendError

WAITING = "Waiting its turn"
"""The label of work whose first slice has not begun."""
PROGRESS_S = 0.2  # between two reports: what an eye can follow
TELLING = 0.02  # of the whole must be done before its pace says how long the rest takes


class Going(Protocol):
    """What a pace looks at: the part of Work that says how far it is."""

    @property
    def label(self) -> str: ...

    @property
    def fraction(self) -> float: ...

    @property
    def updates(self) -> int: ...

    @property
    def losses(self) -> Mapping[str, float]: ...


class Pace:
    """One piece of work, from its queueing to its last report. clock: seconds, any start.

    Time left is that of what has been done here, stretched over the rest: what a job did in an earlier
    session took its time there, and loading is no part of it.
    """

    def __init__(self, work: str, model: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._last = WorkProgress(work, model, WAITING, 0.0, None)
        self._clock = clock
        self._began: tuple[float, float] | None = None  # (time, fraction) after the first slice
        self._reported = float("-inf")

    def say(self, label: str) -> None:
        """What is being done before there is work to look at."""
        self._last = WorkProgress(self._last.work, self._last.model, label, 0.0, None)

    def note(self, going: Going) -> None:
        """A slice has ended."""
        fraction = min(max(going.fraction, 0.0), 1.0)
        if self._began is None and fraction > 0.0:
            self._began = self._clock(), fraction
        self._last = WorkProgress(
            self._last.work,
            self._last.model,
            going.label,
            fraction,
            self._seconds_left(fraction),
            updates=going.updates,
            losses=tuple(going.losses.items()),
        )

    def report(self) -> WorkProgress | None:
        """The report on the last slice, if one is due."""
        now = self._clock()
        if now - self._reported < PROGRESS_S:
            return None
        self._reported = now
        return self._last

    def done(self) -> WorkProgress:
        """The last report of work that is complete."""
        return self._ended("done", 1.0, seconds_left=0.0)

    def stopped(self) -> WorkProgress:
        """The last report of work that was asked to stop, and has."""
        return self._ended(self._last.label, self._last.fraction, stopped=True)

    def broken(self, error: WendError) -> WorkProgress:
        """The last report of work that broke; its label is what it was doing."""
        label, fraction = self._last.label, self._last.fraction
        return self._ended(label, fraction, failure=error.sentence, code=error.code, hint=error.hint)

    def _ended(
        self,
        label: str,
        fraction: float,
        *,
        seconds_left: float | None = None,
        stopped: bool = False,
        failure: str | None = None,
        code: str | None = None,
        hint: str | None = None,
    ) -> WorkProgress:
        last = self._last
        return WorkProgress(
            last.work,
            last.model,
            label,
            fraction,
            seconds_left,
            done=True,
            failure=failure,
            code=code,
            stopped=stopped,
            updates=last.updates,
            losses=last.losses,
            hint=hint,
        )

    def _seconds_left(self, fraction: float) -> float | None:
        if self._began is None or fraction - self._began[1] < TELLING:
            return None
        elapsed = self._clock() - self._began[0]
        return elapsed * (1.0 - fraction) / (fraction - self._began[1])
