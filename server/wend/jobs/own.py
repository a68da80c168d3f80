"""Own: the record of a job that this very process runs, so that servers on its data folder show it."""

import logging
import time
from collections.abc import Mapping
from dataclasses import replace

from wend.engine.request import WorkProgress
from wend.errors import JobElsewhere, JobNotFound, StorageError, WendError
from wend.jobs import ending
from wend.jobs.clock import Clock
from wend.jobs.folder import JobFolder
from wend.jobs.live import KEEP_S, Live
from wend.jobs.record import JobRecord
from wend.jobs.store import Change, JobStore

LEASE_S = 30.0
RENEWALS = 3  # of a lease, before it would expire
TRIES = 3  # of the last write, each as long as the database waits
PAUSING = "Pausing: its state is being kept"

_log = logging.getLogger(__name__)


class OwnJob:
    """Claimed when made; tells the database how far it is once a second, and what became of it.

    A database that is busy or full does not stop the work, only the first and the last write must succeed.
    Raises there: DiskFull, DatabaseBusy; everywhere: DatabaseInvalid.
    """

    def __init__(
        self,
        store: JobStore,
        record: JobRecord,
        folder: JobFolder,
        versions: Mapping[str, str],
        device: str,
        clock: Clock,
        is_anew: bool = False,
        lease_s: float = LEASE_S,
    ) -> None:
        """Go on with a job of this id, or begin it; is_anew: from scratch, whatever there is; lease_s: after
        so long without a sign of life another process may go on with it.

        Raises: JobElsewhere where another process runs it.
        """
        self._store, self._folder, self._clock, self._lease_s = store, folder, clock, lease_s
        self._is_pausing = False
        self._lost: WendError | None = None
        now = clock.wall()
        claimed = store.claim_or_add(
            replace(record, created_at=now, queued_at=now),
            lease_s,
            lambda kept: _queued(kept, now, is_anew).begin(versions, device),
            lambda begun: f"{'Begun' if begun.is_fresh else 'Goes on'}, by a command on {device}.",
        )
        if claimed.is_fresh:
            folder.begin_anew()
            claimed = store.change(record.id, lambda kept: replace(kept, is_fresh=False))
        self._live = Live(claimed, clock.steady())
        self._renewed = clock.steady()

    @property
    def is_lost(self) -> bool:
        """Whether another process has taken the job over, or deleted it: the work should stop."""
        return self._lost is not None

    def hear(self, report: WorkProgress) -> None:
        """How far it is; written once a second. What cannot be written is tried again a second later."""
        live, now = self._live, self._clock.steady()
        live.hear(report)
        if live.ended is not None or self.is_lost or now - live.kept_at < KEEP_S:
            return
        self._write(now)

    def pause(self) -> None:
        """It is asked to stop, and will go on when the command is run again."""
        self._is_pausing = True
        self._write(self._clock.steady())

    def leave(self) -> None:
        """This process gives it up without a last report; whoever comes next goes on from its checkpoint."""
        self._close(
            lambda kept: kept.pause() if kept.state == "running" else kept,
            "The command that ran it broke off.",
        )

    def end(self, report: WorkProgress) -> None:
        """Its last report. Raises: JobElsewhere, JobNotFound, WendError where the job was lost on the way."""
        live = self._live
        live.hear(report)
        live.refresh(self._clock.steady(), self._folder.preview_count())
        live.record = self._paused(live.record)
        found = ending.end(live, report, self._folder, self._clock.wall())
        self._close(lambda kept: found.change(self._paused(live.carried_to(kept))), found.event)
        if isinstance(self._lost, JobNotFound):
            self._folder.remove()  # it was deleted while the work still wrote there
        if self._lost is not None:
            raise self._lost

    def _write(self, now: float) -> None:
        live = self._live
        live.kept_at = now
        live.refresh(now, self._folder.preview_count())
        try:
            if now - self._renewed > self._lease_s / RENEWALS:
                self._renew(now)
            kept = self._store.keep(live.record.id, lambda kept: self._paused(live.carried_to(kept)))
            if kept is None:
                raise self._taken()
            live.record = kept
        except StorageError as error:
            _log.warning("job %s: %s", live.record.id, error)
        except WendError as error:
            self._lost = error

    def _renew(self, now: float) -> None:
        job = self._live.record.id
        if job not in self._store.renew((job,), self._lease_s):
            raise self._taken()
        self._renewed = now

    def _taken(self) -> WendError:
        """Why it is no longer this process's own: it stood still for longer than its lease."""
        job = self._live.record.id
        lease = self._store.get(job).lease
        if lease is not None:
            return JobElsewhere(job, lease.owner.machine, lease.owner.pid)
        return WendError("Another process has gone on with this job while this one stood still.")

    def _paused(self, record: JobRecord) -> JobRecord:
        """As asked, once."""
        return record.pause(PAUSING) if self._is_pausing and record.state == "running" else record

    def _close(self, change: Change, event: str) -> None:
        """Tried a few times: what is not written then is found by whoever opens the data folder next."""
        for left in reversed(range(TRIES)):
            try:
                self._store.close(self._live.record.id, change, event)
                return
            except JobNotFound as error:
                self._lost = self._lost or error
                return
            except StorageError as error:
                if not left:
                    raise
                _log.warning("job %s has ended, which cannot be written yet: %s", self._live.record.id, error)
                time.sleep(KEEP_S)


def _queued(kept: JobRecord, now: float, is_anew: bool) -> JobRecord:
    """From whatever state it is in to queued. What is done begins anew: its result may be gone."""
    if kept.state == "running":
        kept = kept.interrupt()  # the process that ran it is gone
    if is_anew and kept.state in ("queued", "paused"):
        kept = kept.cancel(now)
    if kept.state in ("done", "cancelled") or (is_anew and kept.state == "failed"):
        return kept.restart(now)
    return kept if kept.state == "queued" else kept.resume(now)
