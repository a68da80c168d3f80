"""Own: the record of a job that this very process runs, so that servers on its data folder show it."""

from collections.abc import Mapping
from dataclasses import replace

from wend.engine.request import WorkProgress
from wend.jobs import ending
from wend.jobs.clock import Clock
from wend.jobs.folder import JobFolder
from wend.jobs.live import KEEP_S, Live
from wend.jobs.record import JobRecord
from wend.jobs.store import JobStore

LEASE_S = 30.0


class OwnJob:
    """Claimed when made; tells the database how far it is once a second, and what became of it.

    Raises, everywhere: DiskFull, DatabaseBusy, DatabaseInvalid.
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
    ) -> None:
        """Go on with a job of this id, or begin it; is_anew: from scratch, whatever there is.

        Raises: JobElsewhere where another process runs it.
        """
        self._store, self._folder, self._clock = store, folder, clock
        self._enqueue(record, is_anew)
        claimed = store.claim(
            record.id, LEASE_S, lambda kept: kept.begin(versions, device), f"Begun by a command on {device}."
        )
        if claimed.is_fresh:
            folder.drop_checkpoint()
            claimed = store.change(record.id, lambda kept: replace(kept, is_fresh=False))
        self._live = Live(claimed, clock.steady())
        self._renewed = clock.steady()

    def hear(self, report: WorkProgress) -> None:
        """How far it is; written once a second."""
        live, now = self._live, self._clock.steady()
        live.hear(report)
        if live.ended is not None or now - live.kept_at < KEEP_S:
            return
        live.kept_at = now
        live.refresh(now, self._folder.preview_count())
        live.record = self._store.change(live.record.id, live.carried_to)
        if now - self._renewed > LEASE_S / 3:
            self._store.renew((live.record.id,), LEASE_S)
            self._renewed = now

    def pause(self) -> None:
        """It is asked to stop, and will go on when the command is run again."""
        self._live.record = self._store.change(
            self._live.record.id, lambda kept: kept.pause("Paused: run the same command again to go on")
        )

    def leave(self) -> None:
        """This process gives it up without a last report; whoever comes next goes on from its checkpoint."""
        self._store.close(
            self._live.record.id,
            lambda kept: kept.pause() if kept.state == "running" else kept,
            "The command that ran it broke off.",
        )

    def end(self, report: WorkProgress) -> None:
        """Its last report."""
        live = self._live
        live.hear(report)
        live.refresh(self._clock.steady(), self._folder.preview_count())
        found = ending.end(live, report, self._folder, self._clock.wall())
        self._store.close(live.record.id, lambda kept: found.change(live.carried_to(kept)), found.event)

    def _enqueue(self, record: JobRecord, is_anew: bool) -> None:
        """From whatever state it is in to queued. What is done begins anew: its result may be gone."""
        now = self._clock.wall()
        kept = next((e.record for e in self._store.list() if e.record.id == record.id), None)
        if kept is None:
            self._store.add(replace(record, created_at=now, queued_at=now), "Asked for by a command.")
            return
        if kept.state == "running":
            self._store.adopt(record.id, lambda job: job.interrupt(), "The command that ran it has ended.")
            kept = self._store.get(record.id).record
        if is_anew and kept.state in ("queued", "paused"):
            kept = self._store.change(record.id, lambda job: job.cancel(now))
        if kept.state in ("done", "cancelled") or (is_anew and kept.state == "failed"):
            self._store.change(record.id, lambda job: job.restart(now), "Restarted from scratch.")
        elif kept.state in ("paused", "failed"):
            self._store.change(record.id, lambda job: job.resume(now), "Resumed by a command.")
