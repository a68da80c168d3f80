"""Catalog: what can be read of jobs, on any thread, without asking the runner."""

from pathlib import Path

from wend.jobs.clock import Clock
from wend.jobs.folder import JobFolder
from wend.jobs.queue import MEMORY_S, places
from wend.jobs.rows import Entry
from wend.jobs.store import JobStore
from wend.jobs.summary import iso, summarize
from wend.protocol.messages import JobSummary
from wend.protocol.resources import Artifact, JobDetail, JobList, LossPoint

HISTORY_POINTS = 500


class JobCatalog:
    """Waits for the disk. Of a running job numbers may be a second old."""

    def __init__(self, store: JobStore, folder: Path, clock: Clock) -> None:
        self._store, self._folder, self._clock = store, folder, clock

    def list(self) -> JobList:
        """Every job, newest first."""
        entries = self._store.list()
        place = places([entry.record for entry in entries], self._clock.wall())
        return JobList(jobs=tuple(self._summary(entry, place.get(entry.record.id)) for entry in entries))

    def summary(self, job: str) -> JobSummary:
        """Raises: JobNotFound."""
        return self._summary_of(self._store.get(job))

    def detail(self, job: str) -> JobDetail:
        """All that is known of a job. Raises: JobNotFound."""
        entry = self._store.get(job)
        record, folder = entry.record, JobFolder(self._folder / entry.record.id)
        return JobDetail(
            job=self._summary_of(entry),
            params=record.params,
            seed=record.seed,
            versions=dict(record.versions),
            device=record.device,
            history=tuple(
                LossPoint(updates=point.updates, seconds=point.seconds, losses=point.losses)
                for point in folder.history(HISTORY_POINTS)
            ),
            events=tuple(f"{iso(event.at)} {event.text}" for event in self._store.events(job)),
            artifacts=self._artifacts(folder),
        )

    def artifacts(self, job: str) -> tuple[Artifact, ...]:
        """Files the job has made. Raises: JobNotFound."""
        return self._artifacts(self._of(job))

    def artifact(self, job: str, name: str) -> tuple[Path, str]:
        """One of those files and its media type. Raises: JobNotFound, AssetNotFound."""
        folder = self._of(job)
        path = folder.artifact(name)
        return path, next(found.media_type for found in folder.artifacts() if found.name == name)

    def _of(self, job: str) -> JobFolder:
        # The id that the database has, never the client's text.
        return JobFolder(self._folder / self._store.get(job).record.id)

    def _artifacts(self, folder: JobFolder) -> tuple[Artifact, ...]:
        return tuple(
            Artifact(name=found.name, bytes=found.size_bytes, media_type=found.media_type)
            for found in folder.artifacts()
        )

    def _summary_of(self, entry: Entry) -> JobSummary:
        if entry.record.state != "queued":
            return self._summary(entry, None)
        now = self._clock.wall()
        records = [other.record for other in self._store.current(now - MEMORY_S)]
        return self._summary(entry, places(records, now).get(entry.record.id))

    def _summary(self, entry: Entry, place: int | None) -> JobSummary:
        return summarize(entry.record, place, is_here=self._store.is_here(entry))
