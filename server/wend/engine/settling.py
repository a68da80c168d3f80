"""Settling: what is worked out of pictures with still masks after they are shown, one of a view at a time."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from wend.engine.faults import as_wend_error, is_device_lost
from wend.engine.request import EngineEvent, RenderRequest, ViewKey, WorkProgress
from wend.engine.running import Running
from wend.errors import RenderFailed, WendError
from wend.measure.slices import WithoutUpdates
from wend.methods.workbench import Workbench
from wend.pictures.still import Pending

SETTLING_PREFIX = "still:"
"""Of the names of works that settle a view's picture; nobody is told of their progress but by `Drift`."""


@dataclass(frozen=True)
class _Wanted:
    request: RenderRequest
    pending: Pending


class Settling:
    """The newest picture of each view that is not worked out yet. Used by the engine's thread alone.

    A picture waits for nothing: as far as it is known it is shown at once, in `live` quality, and again when
    it is worked out. The newest of a view wins, and so a drag that pauses is worked out where it stands. add:
    queues work; again: asks for a request once more, unless a newer one waits; fail: answers requests that
    cannot be worked out.
    """

    def __init__(
        self,
        add: Callable[[Running], None],
        again: Callable[[RenderRequest], None],
        fail: Callable[[list[RenderRequest], WendError], None],
    ) -> None:
        self._add = add
        self._again = again
        self._fail = fail
        self._wanted: dict[ViewKey, _Wanted] = {}
        self._followers: dict[ViewKey, _Wanted] = {}
        self._at_work: set[ViewKey] = set()
        self._numbers = itertools.count()

    def want(self, request: RenderRequest, pending: Pending) -> None:
        """Work it out in the place of what the view wanted before. A live one waits for a live one to be
        done: what is worked out along a drag serves all of it."""
        key, newest = request.key, _Wanted(request, pending)
        before = self._wanted.get(key)
        if before is not None and before.request.quality == request.quality == "live":
            self._followers[key] = newest
            return
        self._followers.pop(key, None)
        self._wanted[key] = newest
        if key not in self._at_work:
            self._at_work.add(key)
            name = f"{SETTLING_PREFIX}{key.session}:{key.view}:{next(self._numbers)}"
            model = request.picture.model
            say = partial(self._hear, key)
            self._add(Running(name, model, lambda bench: SettlingWork(name, bench, self, key), say=say))

    def drop(self, key: ViewKey) -> None:
        """The view shows a picture that needs nothing, or none."""
        self._wanted.pop(key, None)
        self._followers.pop(key, None)

    def forget(self, session: str) -> None:
        for key in [key for key in self._wanted if key.session == session]:
            self.drop(key)

    def clear(self) -> list[RenderRequest]:
        """The device is lost: nothing of it may be held. The final pictures that somebody waits for."""
        left = [wanted.request for wanted in self._wanted.values() if wanted.request.quality == "final"]
        self._wanted.clear()
        self._followers.clear()
        self._at_work.clear()
        return left

    def advance(self, key: ViewKey) -> bool:
        """One slice for a view; True when it wants nothing more."""
        wanted = self._wanted.get(key)
        if wanted is not None:
            try:
                is_done = wanted.pending.advance()
            except Exception as error:
                self._end(key)
                if not is_device_lost(error) and wanted.request.quality == "final":
                    self._fail([wanted.request], as_wend_error(error, "in use"))
                raise
            if is_done and self._wanted.get(key) is wanted:
                del self._wanted[key]
                follower = self._followers.pop(key, None)
                if follower is None:
                    self._again(wanted.request)
                else:
                    self._wanted[key] = follower
        if key in self._wanted:
            return False
        self._end(key)
        return True

    def _hear(self, key: ViewKey, progress: WorkProgress) -> EngineEvent | None:
        """Nobody is told of progress but by `Drift`, with the picture. Work that cannot begin is answered."""
        wanted = self._wanted.get(key)
        if progress.done:
            self._end(key)
            if progress.failure is not None and wanted is not None and wanted.request.quality == "final":
                self._fail([wanted.request], RenderFailed(progress.failure))
        return None

    def _end(self, key: ViewKey) -> None:
        self.drop(key)
        self._at_work.discard(key)

    def stop(self, key: ViewKey) -> None:
        """The engine ends."""
        self._end(key)


class SettlingWork(WithoutUpdates):
    """One view's, as the engine's Work."""

    def __init__(self, name: str, bench: Workbench, settling: Settling, key: ViewKey) -> None:
        self._name = name
        self._model = bench.model
        self._settling = settling
        self._key = key

    @property
    def name(self) -> str:
        return self._name

    @property
    def model(self) -> str:
        return self._model

    @property
    def label(self) -> str:
        return "Keeping a region still"

    @property
    def fraction(self) -> float:
        """Nobody is told of it."""
        return 0.0

    def stop(self) -> None:
        self._settling.stop(self._key)

    def run_slice(self) -> bool:
        return self._settling.advance(self._key)
