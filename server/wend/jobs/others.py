"""Others: what other processes on the data folder do with jobs, told to the browsers of this one."""

from collections.abc import Container

from wend.errors import JobNotFound
from wend.jobs.clock import Clock
from wend.jobs.news import News
from wend.jobs.record import JobRecord
from wend.jobs.store import JobStore

MEMORY_S = 24 * 3600.0
"""What has ended longer ago is not looked at."""


class Others:
    """Finds them by comparing the records with those of its last look, since nobody calls from there."""

    def __init__(self, store: JobStore, news: News, clock: Clock) -> None:
        self._store, self._news, self._clock = store, news, clock
        self._seen: dict[str, JobRecord] | None = None

    def forget(self, job: str) -> None:
        """This process has deleted it, and has told so itself."""
        if self._seen is not None:
            self._seen.pop(job, None)

    def look(self, own: Container[str]) -> None:
        """Tell what has changed since the last look; of the jobs in `own` this process tells itself.

        Raises: DatabaseInvalid.
        """
        entries = self._store.current(self._clock.wall() - MEMORY_S)
        before, self._seen = self._seen, {entry.record.id: entry.record for entry in entries}
        if before is None:
            return
        for entry in entries:
            record, last = entry.record, before.get(entry.record.id)
            if record == last or record.id in own:
                continue
            self._news.changed(record, is_here=self._store.is_here(entry))
            if record.state == "done" and (last is None or last.state != "done"):
                self._news.landed(record)
        for job in before.keys() - self._seen.keys():
            # It may only have ended long ago.
            try:
                self._store.get(job)
            except JobNotFound:
                self._news.removed(job)
