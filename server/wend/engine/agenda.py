"""Agenda: which watched view is looked at next, and when; renders come first."""

from collections.abc import Callable
from dataclasses import dataclass

from wend.engine.request import ViewKey

INTERVAL_S = 0.2
"""Between two looks at one view while its pictures are live: what an eye can read."""
FRAMES = 6
"""Live pictures rendered between two slices. A slice may delay one frame, by what is left of it: five
frames of six come as without looks, so the median stays where it was; the 95th percentile may not."""
SHARE = 0.15
"""Of the device's time for looks at live pictures, where one slice takes longer than several frames."""
QUIET_S = 0.3
"""A hand that holds still sends no more pictures: the last one is looked at all the same."""
MAX_REST_S = 0.5
"""One slice may be slow for another reason, such as weights read from a cold disk."""
OVERDUE_S = 1.0
"""A look this late gets one slice though renders wait: many saturating clients blind nobody."""


@dataclass
class _Due:
    """A view's newest picture is to be looked at: `since` when (s), and whether the hand has let go."""

    since: float
    is_final: bool


class Agenda:
    """Times in seconds of one clock. Used by the engine's thread alone.

    A picture in final quality is looked at at once. A live one is when its view was not looked at for
    INTERVAL_S, FRAMES were rendered since the last slice (or none came for QUIET_S), and looks have used
    no more than their SHARE. Newer pictures of a view replace what waits and do not put it off.
    """

    def __init__(self) -> None:
        self._due: dict[ViewKey, _Due] = {}
        self._ended: dict[ViewKey, float] = {}
        self._asked: dict[ViewKey, float] = {}
        self._resting_until = 0.0
        self._frames = FRAMES
        self._noted = 0.0

    def __len__(self) -> int:
        return len(self._due)

    def note(self, key: ViewKey, is_final: bool, now: float) -> None:
        """The view has a new picture."""
        self._frames += 1
        self._noted = now
        due = self._due.get(key)
        if due is None or is_final:
            self._due[key] = _Due(now, is_final)
        else:
            due.is_final = False

    def ask(self, key: ViewKey, now: float, is_restart: bool = False) -> None:
        """Something else is wanted of the picture the view shows: at once, but not within INTERVAL_S of the
        last time, so that a client that changes its mind all the time gets no more than a drag does.

        is_restart: a look at the picture has begun, and begins anew.
        """
        due = self._due.get(key)
        if due is not None and due.is_final and not is_restart:
            return
        since = max(now, self._asked.get(key, float("-inf")) + INTERVAL_S)
        self._asked[key] = since
        self._due[key] = _Due(since, is_final=True)

    def next(self, now: float, is_idle: bool, may_look: Callable[[ViewKey], bool]) -> ViewKey | None:
        """The view whose turn it is; None when there is none now.

        is_idle: no render waits; may_look: whether the view's last frame has left.
        """
        late = 0.0 if is_idle else OVERDUE_S
        times = {key: self._time(key) for key in self._due if may_look(key)}
        ready = [key for key, time in times.items() if time + late <= now]
        return min(ready, key=lambda key: times[key], default=None)

    def wait_s(self, now: float, may_look: Callable[[ViewKey], bool]) -> float | None:
        """Seconds until `next` may have an answer on an idle device; None: not by waiting alone."""
        times = [self._time(key) for key in self._due if may_look(key)]
        return max(0.0, min(times) - now) if times else None

    def spent(self, seconds: float, now: float) -> None:
        """A slice of so many seconds has just ended."""
        self._frames = 0
        self._resting_until = now + min(MAX_REST_S, seconds * (1.0 / SHARE - 1.0))

    def ended(self, key: ViewKey, now: float) -> None:
        """The look at the view's newest picture is complete."""
        self._due.pop(key, None)
        self._ended[key] = now

    def forget(self, key: ViewKey) -> None:
        self._due.pop(key, None)
        self._ended.pop(key, None)
        self._asked.pop(key, None)

    def _time(self, key: ViewKey) -> float:
        due = self._due[key]
        if due.is_final:
            return due.since
        turn = due.since if self._frames >= FRAMES else self._noted + QUIET_S
        return max(turn, self._ended.get(key, float("-inf")) + INTERVAL_S, self._resting_until)
