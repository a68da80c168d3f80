"""Runner: what runs here now, and what is done when people ask, works end and leases are lost.

All of it happens on one thread, which `service.JobService` gives it; nothing waits for a device.
"""

import logging

from wend.engine.request import WorkProgress
from wend.errors import JobNotFound, ModelNotFound, WendError
from wend.jobs import ending
from wend.jobs.clock import Clock
from wend.jobs.folder import JobFolder
from wend.jobs.launch import Launcher
from wend.jobs.live import KEEP_S, TELL_S, Live
from wend.jobs.news import News
from wend.jobs.others import Others
from wend.jobs.record import JobRecord
from wend.jobs.store import Change, JobStore
from wend.jobs.turns import RunnerSettings, Turns

POLL_S = 2.0
"""Between two looks at what other processes have put into the database."""
MODEL_CHECK_S = 5.0
RENEWALS = 3  # of a lease, before it would expire

_log = logging.getLogger(__name__)


class JobRunner:
    """Runs the jobs of a data folder, beside other processes that may do the same.

    Raises, where a method says nothing else: DiskFull, DatabaseBusy, DatabaseInvalid.
    """

    def __init__(
        self, store: JobStore, launcher: Launcher, news: News, settings: RunnerSettings, clock: Clock
    ) -> None:
        self._store, self._launcher, self._news = store, launcher, news
        self._settings, self._clock = settings, clock
        self._live: dict[str, Live] = {}
        self._turns = Turns(store, launcher, news, settings, clock, self._live)
        self._others = Others(store, news, clock)
        self._is_ending = False
        self._polled = self._renewed = self._checked = float("-inf")

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs here."""
        return not self._live

    def runs(self, job: str) -> bool:
        """Whether a work of this job runs here, or is still stopping; one that was disowned is nobody's."""
        return job in self._live and not self._live[job].is_void

    # -- for commands -----------------------------------------------------------------------------

    def change(self, job: str, change: Change, event: str, *, is_shared: bool = False) -> JobRecord:
        """Change a record and tell everybody. Raises: JobNotFound, JobElsewhere, what `change` raises."""
        live = self._live.get(job)
        carried = _unchanged if live is None or live.is_void else live.carried_to
        record = self._store.change(job, lambda kept: change(carried(kept)), event, is_shared=is_shared)
        if live is not None:
            live.record = record
        self._news.changed(record, is_here=live is not None or self._store.is_here(self._store.get(job)))
        return record

    def stop(self, job: str, change: Change, event: str) -> JobRecord:
        """Change a record so that its job does not run, and stop its work. Raises as `change`."""
        record = self.change(job, change, event)
        if job in self._live:
            self._live[job].stop()
        self._news.queue_changed()
        return record

    def disown(self, job: str) -> None:
        """Whatever a work that is still stopping says, it is no longer of this job."""
        if job in self._live:
            self._live[job].is_void = True

    def remove(self, job: str) -> None:
        """Delete a job: from here on nobody finds it. It and its files go at once, or when its work has
        stopped; the mark in its record sees to that even if this process ends before.

        Raises: JobNotFound, JobElsewhere.
        """
        live = self._live.get(job)
        carried = _unchanged if live is None or live.is_void else live.carried_to
        record = self._store.change(job, lambda kept: carried(kept).remove(self._clock.wall()), "Deleted.")
        self._others.forget(job)
        self._news.removed(job)
        self._news.queue_changed()
        if live is None:
            self._delete(job)
        else:
            live.record = record
            live.stop()

    def requeued(self) -> None:
        """The queue has changed: begin what can begin, and tell everybody their places. What cannot begin
        now is tried again: whoever changed the queue has done so."""
        self._news.queue_changed()
        if self._is_ending:
            return
        try:
            self._turns.begin()
        except WendError as error:
            _log.warning("what waits cannot begin yet: %s", error)

    # -- what happens by itself -------------------------------------------------------------------

    def hear(self, report: WorkProgress) -> None:
        """A work says how far it is."""
        live = self._live.get(report.work.removeprefix("job:"))
        if live is not None:
            live.hear(report)

    def advance(self) -> None:
        """Do what is due; called several times a second. What cannot be written is tried again."""
        now = self._clock.steady()
        for step in (
            self._keep_all,
            self._settle_all,
            self._renew,
            self._check_models,
            self._poll,
            self._tell_queue,
        ):
            try:
                step(now)
            except WendError as error:
                _log.warning("jobs: %s", error)

    def end(self) -> None:
        """The server ends: nothing new begins, and what runs keeps its state."""
        self._is_ending = True
        for live in self._live.values():
            live.stop()

    def kill(self) -> None:
        """What has not stopped in time ends without another word; the next server finds it so."""
        for live in self._live.values():
            if live.work is not None:
                live.work.kill()

    def _keep_all(self, now: float) -> None:
        for live in list(self._live.values()):
            is_nobodys = live.is_void or live.record.is_removed
            if not live.has_news or is_nobodys or now - live.told_at < TELL_S:
                continue
            is_due = now - live.kept_at >= KEEP_S
            if is_due:
                live.kept_at = now
                live.refresh(now, self._folder(live.record.id).preview_count())
            live.has_news, live.told_at = False, now
            self._news.changed(live.record)
            if is_due:
                self._keep(live)

    def _keep(self, live: Live) -> None:
        try:
            record = self._store.keep(live.record.id, live.carried_to)
        except JobNotFound:
            record = None
        if record is None:
            self._lose(live)
            return
        live.record = record
        if record.state != "running":
            live.stop()

    def _settle_all(self, now: float) -> None:
        for live in list(self._live.values()):
            if live.ended is None or now < live.settle_at:
                continue
            # What cannot be written now is tried again, and holds nobody else up.
            live.settle_at = now + KEEP_S
            try:
                self._settle(live, live.ended, now)
            except WendError as error:
                _log.warning("job %s has ended, which cannot be written yet: %s", live.record.id, error)

    def _settle(self, live: Live, report: WorkProgress, now: float) -> None:
        job, folder, wall = live.record.id, self._folder(live.record.id), self._clock.wall()
        live.refresh(now, folder.preview_count())
        end = ending.end(live, report, folder, wall)
        carried = _unchanged if live.is_void else live.carried_to
        try:
            record = self._store.close(job, lambda kept: end.change(carried(kept)), end.event)
        except JobNotFound:
            record = None
            folder.remove()  # deleted elsewhere, while this work still wrote there
        del self._live[job]
        if record is not None and not record.is_removed:
            self._news.changed(record)
        if record is not None and end.outcome is not None:
            self._news.landed(record)
        self.requeued()
        if record is not None and record.is_removed:
            self._delete(job)

    def _renew(self, now: float) -> None:
        if not self._live or now - self._renewed < self._settings.lease_s / RENEWALS:
            return
        mine = self._store.renew(tuple(self._live), self._settings.lease_s)
        self._renewed = now
        for job, live in self._live.items():
            if job not in mine:
                self._lose(live)

    def _lose(self, live: Live) -> None:
        """Another process has adopted the job, or somebody has deleted it there."""
        if not live.is_void:
            _log.warning("job %s is no longer this process's own: it stops here", live.record.id)
        live.is_void = True
        live.stop()

    def _check_models(self, now: float) -> None:
        if now - self._checked < MODEL_CHECK_S:
            return
        self._checked = now
        for live in self._live.values():
            if live.record.model is not None and not live.is_stopping:
                self._check_model(live, live.record.model)

    def _check_model(self, live: Live, model: str) -> None:
        try:
            self._launcher.hash_of(model)
        except ModelNotFound as error:
            live.misses += 1
            # One that is published anew is away for an instant.
            if live.misses < 2:
                return
            try:
                self._end_without_model(live, error)
            except WendError as lack:
                _log.warning("job %s is asked again to end with what it has: %s", live.record.id, lack)
        except WendError:
            return  # a card being written; the generator in memory is whole
        else:
            live.misses = 0

    def _end_without_model(self, live: Live, error: ModelNotFound) -> None:
        """What has its model in memory and something to leave leaves it; all else is stopped."""
        if not self._launcher.leaves_something(live.record):
            live.reason = error
            live.stop()
        elif not live.is_to_end:
            self._launcher.say_enough(live.record.id)
            self._store.note(live.record.id, f"{error.sentence} It ends with what it has.")
            live.is_to_end = True

    def _poll(self, now: float) -> None:
        if self._is_ending or now - self._polled < POLL_S:
            return
        self._polled = now
        for entry in self._store.removed():
            if entry.record.id not in self._live and self._store.is_here(entry):
                self._delete(entry.record.id)
        self._turns.adopt()
        self._others.look(self._live)
        self._turns.begin()

    def _tell_queue(self, _now: float) -> None:
        self._news.tell_queue()

    def _delete(self, job: str) -> None:
        # The record last: as long as it is there the mark is, and what is left over is not forgotten.
        self._folder(job).remove()
        self._store.remove(job)

    def _folder(self, job: str) -> JobFolder:
        return JobFolder(self._settings.folder / job)


def _unchanged(record: JobRecord) -> JobRecord:
    return record
