"""Turns: takes up what dead processes left, and begins what has its turn."""

import errno
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from wend.engine.request import WorkProgress
from wend.errors import DiskFull, JobElsewhere, JobNotFound, JobStateInvalid, WendError
from wend.jobs import ending
from wend.jobs.clock import Clock
from wend.jobs.folder import JobFolder
from wend.jobs.launch import Launcher
from wend.jobs.live import Live
from wend.jobs.news import News
from wend.jobs.queue import in_order
from wend.jobs.record import JobRecord, Runs
from wend.jobs.rows import Entry
from wend.jobs.store import JobStore


@dataclass(frozen=True)
class RunnerSettings:
    """folder: of the jobs' folders; at_once: jobs of each kind, device and process, that run together;
    lease_s: after so long without a sign of life another process may go on with a job; checkpoint_s: between
    two checkpoints of a job."""

    folder: Path
    at_once: int
    lease_s: float
    checkpoint_s: float


class Turns:
    """On the runner's thread; `live` is the runner's, and what begins comes into it.

    Raises, everywhere: DiskFull, DatabaseBusy, DatabaseInvalid.
    """

    def __init__(
        self,
        store: JobStore,
        launcher: Launcher,
        news: News,
        settings: RunnerSettings,
        clock: Clock,
        live: dict[str, Live],
    ) -> None:
        self._store, self._launcher, self._news = store, launcher, news
        self._settings, self._clock, self._live = settings, clock, live

    def adopt(self) -> None:
        """Jobs whose process is gone come back into the queue; those it was pausing stand still."""
        for entry in self._store.list(("running", "paused")):
            is_settled = entry.record.state == "paused" and entry.lease is None
            if is_settled or entry.record.id in self._live or not self._store.is_here(entry):
                continue
            end = ending.die(entry.record, _who(entry), self._folder(entry.record.id), self._clock.wall())
            try:
                record = self._store.adopt(entry.record.id, end.change, end.event)
            except (JobElsewhere, JobStateInvalid, JobNotFound):
                continue  # another process was first
            self._news.changed(record)

    def begin(self) -> None:
        """As many of the jobs that wait as may run together."""
        wall = self._clock.wall()
        records = [entry.record for entry in self._store.list(("queued",))]
        records = [record for record in records if not record.rests(wall)]
        seconds = self._store.used()
        for runs in ("device", "process"):
            for record in in_order(self._waiting(records, runs), seconds):
                if sum(live.record.runs == runs for live in self._live.values()) >= self._settings.at_once:
                    break
                self._begin(record)

    def _waiting(self, records: Iterable[JobRecord], runs: Runs) -> Iterable[JobRecord]:
        """A job whose last work is still stopping begins when that has ended."""
        return (record for record in records if record.runs == runs and record.id not in self._live)

    def _begin(self, queued: JobRecord) -> None:
        versions, device = self._launcher.versions(queued), self._launcher.device(queued)
        verb = "Begun" if queued.is_fresh else "Goes on"
        event = f"{verb} on {device}; wend {versions['wend']}, torch {versions['torch']}."
        try:
            record = self._store.claim(
                queued.id, self._settings.lease_s, lambda kept: kept.begin(versions, device), event
            )
        except (JobElsewhere, JobStateInvalid, JobNotFound):
            return  # another process was first, or somebody has just paused it
        live = self._live[record.id] = Live(record, self._clock.steady())
        try:
            if record.is_fresh:
                self._folder(record.id).begin_anew()
                # Written with its first numbers; whoever finds it without them begins anew once more.
                live.record = replace(record, is_fresh=False)
            live.work = self._launcher.launch(live.record)
        except WendError as error:
            live.ended = _broken(record, error)
        except OSError as error:
            # Of its folder, of its log, or of a process that could not be made.
            live.ended = _broken(record, _told(error))
        self._news.changed(live.record)

    def _folder(self, job: str) -> JobFolder:
        return JobFolder(self._settings.folder / job)


def _who(entry: Entry) -> str:
    if entry.lease is None:
        return "Its process"
    return f"Process {entry.lease.owner.pid} on {entry.lease.owner.machine}"


def _told(error: OSError) -> WendError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(Path(str(error.filename or "")).name or "its folder", str(error.strerror).lower())
    return WendError(f"The job could not begin: {error}.")


def _broken(record: JobRecord, error: WendError) -> WorkProgress:
    """The last report of a work that could not begin."""
    return WorkProgress(
        record.work,
        record.model or "",
        record.label,
        record.fraction,
        None,
        done=True,
        failure=error.sentence,
        code=error.code,
        updates=record.updates,
    )
