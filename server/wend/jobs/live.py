"""Live: one job that this process runs now, between its claim and its work's last report."""

from dataclasses import dataclass, replace
from typing import Protocol

from wend.engine.request import WorkProgress
from wend.errors import WendError
from wend.jobs.record import JobRecord
from wend.jobs.summary import finite

TELL_S = 0.2
"""Between two messages on one job: what an eye can follow."""
KEEP_S = 1.0
"""Between two writes of one record; the time left is told anew as often."""


class Halt(Protocol):
    """How a running work is ended: satisfied by `child.ChildProcess`, and by a name in the engine."""

    def stop(self) -> None:
        """Keep the state and end; a last report follows."""
        ...

    def kill(self) -> None:
        """End without another word, if that can be done."""
        ...


@dataclass
class Live:
    """Used by the runner's thread alone. Times are steady seconds.

    record: as the database has it, or newer; ended: the last report, to be settled; reason: why the
    runner itself stopped it; is_void: whatever it still reports is nobody's, since the job was restarted
    or another process has it; misses: looks in a row that found its model gone; is_to_end: it was asked to
    end with what it has for that.
    """

    record: JobRecord
    began: float
    work: Halt | None = None
    ended: WorkProgress | None = None
    reason: WendError | None = None
    is_stopping: bool = False
    is_void: bool = False
    has_news: bool = False
    misses: int = 0
    is_to_end: bool = False
    told_at: float = float("-inf")
    kept_at: float = float("-inf")
    settle_at: float = float("-inf")

    def __post_init__(self) -> None:
        self._seconds_before = self.record.seconds
        self._seconds_left: float | None = None

    def stop(self) -> None:
        """Ask the work, once."""
        if self.is_stopping:
            return
        self.is_stopping = True
        if self.work is not None:
            self.work.stop()

    def hear(self, report: WorkProgress) -> None:
        """Take in a report. Of a job that was paused or cancelled meanwhile only the numbers count."""
        if report.done:
            self.ended = report
        self.has_news = True
        self._seconds_left = report.seconds_left
        if self.record.state == "running" and not report.done:
            self.record = replace(self.record, label=report.label)
        # A resumed work reports nothing done before it has read its checkpoint.
        if report.updates > 0 or report.fraction > 0.0:
            losses = {name: finite(value) for name, value in report.losses}
            self.record = replace(
                self.record,
                fraction=min(max(report.fraction, 0.0), 1.0),
                updates=report.updates,
                losses=losses or self.record.losses,
            )

    def refresh(self, now: float, preview: int) -> None:
        """Once a second: the time it has run, the time left, the number of its newest preview."""
        self.record = replace(
            self.record,
            seconds=self._seconds_before + max(now - self.began, 0.0),
            seconds_left=finite(self._seconds_left) if self.record.state == "running" else None,
            preview=preview,
        )
        mine = self.record
        # What was reached before is no progress: a job that always dies at one place makes it every time.
        if mine.updates > mine.reached_updates or mine.fraction > mine.reached_fraction:
            self.record = replace(
                mine,
                deaths=0,
                reached_updates=max(mine.updates, mine.reached_updates),
                reached_fraction=max(mine.fraction, mine.reached_fraction),
            )

    def carried_to(self, kept: JobRecord) -> JobRecord:
        """The database's record with the numbers of this one: title and notes may be newer there."""
        mine = self.record
        return replace(
            kept,
            label=mine.label if kept.state == "running" else kept.label,
            fraction=mine.fraction,
            seconds=mine.seconds,
            seconds_left=mine.seconds_left,
            updates=mine.updates,
            losses=mine.losses,
            preview=mine.preview,
            deaths=mine.deaths,
            reached_updates=mine.reached_updates,
            reached_fraction=mine.reached_fraction,
            is_fresh=mine.is_fresh,
        )
