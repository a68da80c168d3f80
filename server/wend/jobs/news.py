"""News: what every browser is told of jobs, as messages; the newest of each is enough."""

from collections.abc import Callable

from wend.jobs.clock import Clock
from wend.jobs.queue import MEMORY_S, places
from wend.jobs.record import JobRecord
from wend.jobs.store import JobStore
from wend.jobs.summary import summarize
from wend.protocol.messages import JobChanged, JobRemoved, Message, ModelsChanged, WalksChanged

Tell = Callable[[str, Message], None]
"""Says a message to everybody, on any thread; one of the same key that still waits is replaced."""


class News:
    """Told by the runner's thread."""

    def __init__(self, store: JobStore, tell: Tell, clock: Clock) -> None:
        self._store, self._tell, self._clock = store, tell, clock

    def changed(self, record: JobRecord, *, is_here: bool = True) -> None:
        """A job is new, or has moved on."""
        if record.state == "queued":
            self.queue_changed()
        else:
            self._say(record, None, is_here=is_here)

    def queue_changed(self) -> None:
        """Who waits may have another place."""
        now = self._clock.wall()
        entries = self._store.current(now - MEMORY_S)
        place = places([entry.record for entry in entries], now)
        for entry in entries:
            if entry.record.state == "queued":
                is_here = self._store.is_here(entry)
                self._say(entry.record, place[entry.record.id], is_here=is_here)

    def removed(self, job: str) -> None:
        """A job was deleted."""
        self._tell(f"job:{job}", JobRemoved(id=job))

    def landed(self, record: JobRecord) -> None:
        """A job is done: there may be walks and a model that were not there."""
        if record.walks and record.model is not None:
            self._tell(f"walks:{record.model}", WalksChanged(model=record.model))
        if record.result_model is not None:
            self._tell("models", ModelsChanged())

    def _say(self, record: JobRecord, place: int | None, *, is_here: bool) -> None:
        self._tell(f"job:{record.id}", JobChanged(job=summarize(record, place, is_here=is_here)))
