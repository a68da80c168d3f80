"""Settling: what is worked out of pictures with still masks after they are shown, one of a view at a time."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from wend.engine.faults import as_wend_error, is_device_lost
from wend.engine.request import EngineEvent, RenderRequest, ViewKey, WorkProgress
from wend.engine.running import Running
from wend.errors import WendError
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

    A final picture waits for nothing: as far as it is known it is shown at once, in `live` quality, and again
    when it is worked out. add: queues work; again: asks for a request once more, unless a newer one waits;
    fail: answers a request that cannot be worked out.
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
        self._at_work: set[ViewKey] = set()
        self._numbers = itertools.count()

    def want(self, request: RenderRequest, pending: Pending) -> None:
        """Work it out. A final picture takes the place of any; a live one, which the next will follow, only
        that of none: what is worked out along a drag serves all of it."""
        if request.quality == "live" and request.key in self._wanted:
            return
        self._wanted[request.key] = _Wanted(request, pending)
        if request.key not in self._at_work:
            self._at_work.add(request.key)
            key = request.key
            name = f"{SETTLING_PREFIX}{key.session}:{key.view}:{next(self._numbers)}"
            model = request.picture.model
            self._add(Running(name, model, lambda bench: SettlingWork(name, bench, self, key), say=_nothing))

    def drop(self, key: ViewKey) -> None:
        """The view shows a picture that needs nothing."""
        self._wanted.pop(key, None)

    def forget(self, session: str) -> None:
        for key in [key for key in self._wanted if key.session == session]:
            del self._wanted[key]

    def clear(self) -> None:
        """The device's memory is given back: nothing of it may be held."""
        self._wanted.clear()
        self._at_work.clear()

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
                if wanted.request.quality == "final":
                    self._again(wanted.request)
        if key in self._wanted:
            return False
        self._end(key)
        return True

    def _end(self, key: ViewKey) -> None:
        self._wanted.pop(key, None)
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


def _nothing(progress: WorkProgress) -> EngineEvent | None:  # noqa: ARG001 - one kind of `say`
    """What is told of it: `Drift`, with the picture."""
    return None
