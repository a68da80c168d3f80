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
        now = clock.wall()
        claimed = store.claim_or_add(
            replace(record, created_at=now, queued_at=now),
            LEASE_S,
            lambda kept: _queued(kept, now, is_anew).begin(versions, device),
            lambda begun: f"{'Begun' if begun.is_fresh else 'Goes on'}, by a command on {device}.",
        )
        if claimed.is_fresh:
            folder.begin_anew()
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


def _queued(kept: JobRecord, now: float, is_anew: bool) -> JobRecord:
    """From whatever state it is in to queued. What is done begins anew: its result may be gone."""
    if kept.state == "running":
        kept = kept.interrupt()  # the process that ran it is gone
    if is_anew and kept.state in ("queued", "paused"):
        kept = kept.cancel(now)
    if kept.state in ("done", "cancelled") or (is_anew and kept.state == "failed"):
        return kept.restart(now)
    return kept if kept.state == "queued" else kept.resume(now)
