"""Ending: what becomes of a job when its work has given its last report."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from wend.engine.request import WorkProgress
from wend.errors import CheckpointInvalid, CodesFull, DiskFull, EngineRestarting, JobProcessDied, WendError
from wend.jobs.folder import JobFolder
from wend.jobs.live import Live
from wend.jobs.record import JobRecord
from wend.optim.job import Outcome

MAX_DEATHS = 12
"""In a row and without coming further than ever, a job may end its process; then it stands still, or a
server that is always started again would do nothing else."""

Change = Callable[[JobRecord], JobRecord]
_LOST = (EngineRestarting.code, JobProcessDied.code)


@dataclass(frozen=True)
class Ending:
    """The change of the record, what its events say, and what the job left, if it is done."""

    change: Change
    event: str
    outcome: Outcome | None = None


def end(live: Live, report: WorkProgress, folder: JobFolder, now: float) -> Ending:
    """How to settle a job; now: seconds since 1970."""
    if live.is_void:
        return Ending(_same, "")
    failure, code = report.failure, report.code
    try:
        # It may be there though the work broke: a job is done from its outcome on, whatever comes after.
        outcome = None if live.record.is_fresh else folder.outcome()
    except CheckpointInvalid as error:
        outcome = None
        if failure is None:
            failure, code = error.sentence, error.code
    if outcome is not None:
        return _finished(live.record, outcome, now)
    if failure is not None:
        return _broken(live.record, failure, code, now)
    if live.reason is not None:
        return _broken(live.record, live.reason.sentence, live.reason.code, now)
    if report.stopped:
        return _stopped(live.record, folder)
    return _broken(live.record, "The job ended and left no outcome.", WendError.code, now)


def die(record: JobRecord, who: str, folder: JobFolder, now: float) -> Ending:
    """How to settle a job whose process is gone without a word; who: that process, in words; now: seconds
    since 1970."""
    died = f"{who} ended while it ran this job, {_done(record)}"
    if record.state == "paused":
        return Ending(
            lambda kept: replace(kept, label="Paused"), f"{died}. Resumed, it goes on {_from(folder)}."
        )
    if record.deaths + 1 >= MAX_DEATHS:
        why = f"Its process ended {MAX_DEATHS} times in a row before it got anywhere: resume it to try again"
        return Ending(lambda kept: replace(kept.pause(why), deaths=0), f"{died}. {why}.")
    return Ending(
        lambda kept: kept.lose(now),
        f"{died}. It goes on {_from(folder)}.",
    )


def _finished(record: JobRecord, outcome: Outcome, now: float) -> Ending:
    event = {
        "running": "Done",
        "queued": "Done",
        "paused": "It was done before it could be paused",
        "cancelled": "It was done before it could be cancelled",
    }[record.state]
    return Ending(
        lambda kept: kept.finish(now, outcome.facts, outcome.walks, outcome.model), f"{event}.", outcome
    )


def _stopped(record: JobRecord, folder: JobFolder) -> Ending:
    if record.state == "running":
        # Nobody asked for this job alone: the server ends.
        return Ending(
            lambda kept: kept.interrupt(),
            f"The server ended, {_done(record)}. It goes on {_from(folder)}.",
        )
    if record.state == "paused":
        return Ending(lambda kept: replace(kept, label="Paused"), f"Stopped, {_done(record)}.")
    return Ending(_same, f"Stopped, {_done(record)}.")


def _broken(record: JobRecord, sentence: str, code: str | None, now: float) -> Ending:
    if record.state == "cancelled":
        return Ending(_same, f"While it was stopped: {sentence}")
    if code in (DiskFull.code, CodesFull.code):
        return Ending(
            lambda kept: _stand_still(kept, sentence), f"{sentence} Paused; its last checkpoint is whole."
        )
    if code in _LOST and record.state == "paused":
        return Ending(lambda kept: replace(kept, label="Paused"), f"While it was stopped: {sentence}")
    if code in _LOST and record.state == "queued":
        return Ending(_same, f"While it was stopped: {sentence}")
    if code in _LOST and record.deaths + 1 < MAX_DEATHS:
        return Ending(lambda kept: kept.lose(now), f"{sentence} It goes on by itself.")
    return Ending(lambda kept: kept.fail(now, sentence, code), sentence)


def _stand_still(record: JobRecord, sentence: str) -> JobRecord:
    return replace(record, label=sentence) if record.state == "paused" else record.pause(sentence)


def _same(record: JobRecord) -> JobRecord:
    return record


def _done(record: JobRecord) -> str:
    return f"after {record.updates} updates" if record.updates else f"at {record.fraction:.0%}"


def _from(folder: JobFolder) -> str:
    return "from its last checkpoint" if folder.has_checkpoint() else "from the beginning"
