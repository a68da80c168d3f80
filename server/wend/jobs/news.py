"""News: what every browser is told of jobs, as messages; the newest of each is enough."""

from collections.abc import Callable

from wend.jobs.queue import places
from wend.jobs.record import JobRecord
from wend.jobs.store import JobStore
from wend.jobs.summary import summarize
from wend.protocol.base import Message
from wend.protocol.messages import JobChanged, JobRemoved, JobSummary, ModelsChanged, WalksChanged

Tell = Callable[[str, Message], None]
"""Says a message to everybody, on any thread; one of the same key that still waits is replaced."""


class News:
    """Told by the runner's thread. Of the queue only what has changed is told, once for all that was done
    meanwhile: one job more may move every other, and a hundred jobs a hundred times."""

    def __init__(self, store: JobStore, tell: Tell) -> None:
        self._store, self._tell = store, tell
        self._is_queue_new = True
        self._waiting: dict[str, JobSummary] = {}  # as told last

    def changed(self, record: JobRecord, *, is_here: bool = True) -> None:
        """A job is new, or has moved on; of one that waits `tell_queue` tells."""
        if record.state == "queued":
            self.queue_changed()
        else:
            self._waiting.pop(record.id, None)
            self._tell(f"job:{record.id}", JobChanged(job=summarize(record, None, is_here=is_here)))

    def queue_changed(self) -> None:
        """Who waits may have another place."""
        self._is_queue_new = True

    def tell_queue(self) -> None:
        """Jobs that wait, with their places, as far as they are not as told last. Raises: DatabaseInvalid."""
        if not self._is_queue_new:
            return
        entries = self._store.list(("queued",))
        place = places([entry.record for entry in entries], self._store.used())
        before, self._waiting = self._waiting, {}
        for entry in entries:
            job = entry.record.id
            summary = summarize(entry.record, place[job], is_here=self._store.is_here(entry))
            self._waiting[job] = summary
            if before.get(job) != summary:
                self._tell(f"job:{job}", JobChanged(job=summary))
        self._is_queue_new = False

    def removed(self, job: str) -> None:
        """A job was deleted."""
        self._waiting.pop(job, None)
        self._tell(f"job:{job}", JobRemoved(id=job))

    def landed(self, record: JobRecord) -> None:
        """A job is done: there may be walks and a model that were not there. The walks of a job that has
        published a model are on that one's shelf."""
        model = record.result_model or record.model
        if record.walks and model is not None:
            self._tell(f"walks:{model}", WalksChanged(model=model))
        if record.result_model is not None:
            self._tell("models", ModelsChanged())
