"""Catalog: what can be read of jobs, on any thread, without asking the runner."""

from collections.abc import Mapping
from pathlib import Path

from wend.errors import AssetNotFound
from wend.jobs.folder import JobFolder, media_type
from wend.jobs.queue import places
from wend.jobs.rows import Entry
from wend.jobs.store import JobStore
from wend.jobs.summary import iso, summarize
from wend.protocol.messages import JobSummary
from wend.protocol.resources import Artifact, JobDetail, JobList, LossPoint

HISTORY_POINTS = 500
WHOLE_BYTES = 16 * 2**20
"""Artifacts up to this size are read whole before they are sent; ours are far smaller."""


class JobCatalog:
    """Waits for the disk. Of a running job numbers may be a second old."""

    def __init__(self, store: JobStore, folder: Path) -> None:
        self._store, self._folder = store, folder

    def list(self, ended: int | None = None, before: str | None = None) -> JobList:
        """Jobs, newest first: all that have not ended, and of the others the newest, `ended` of them.

        before: the `ended` that are older than this job, and nothing else. None: no bound. Raises:
        JobNotFound where `before` is no job.
        """
        entries = self._store.page(ended, before)
        place = self._places()
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
        return self._of(job).artifact(name), media_type(name)

    def artifact_bytes(self, job: str, name: str) -> bytes | None:
        """The whole of it, so that it may be replaced or dropped while it is sent; None: it is larger than
        WHOLE_BYTES. Raises: JobNotFound, AssetNotFound."""
        path, _ = self.artifact(job, name)
        try:
            return path.read_bytes() if path.stat().st_size <= WHOLE_BYTES else None
        except FileNotFoundError as error:
            raise AssetNotFound(name) from error

    def _of(self, job: str) -> JobFolder:
        # The id that the database has, never the client's text.
        return JobFolder(self._folder / self._store.get(job).record.id)

    def _artifacts(self, folder: JobFolder) -> tuple[Artifact, ...]:
        try:
            files = folder.artifacts()
        except FileNotFoundError:
            files = ()  # they are being dropped: the job begins anew, or is deleted
        return tuple(
            Artifact(name=found.name, bytes=found.size_bytes, media_type=found.media_type) for found in files
        )

    def _summary_of(self, entry: Entry) -> JobSummary:
        if entry.record.state != "queued":
            return self._summary(entry, None)
        return self._summary(entry, self._places().get(entry.record.id))

    def _places(self) -> Mapping[str, int]:
        return places([entry.record for entry in self._store.list(("queued",))], self._store.used())

    def _summary(self, entry: Entry, place: int | None) -> JobSummary:
        return summarize(entry.record, place, is_here=self._store.is_here(entry))
