"""Summary: a job's record as lists and messages show it."""

import math
from datetime import UTC, datetime

from wend.errors import WendError, all_errors
from wend.jobs.record import JobRecord
from wend.protocol.messages import JobFact, JobSummary, Loss

_HINTS = {cls.code: cls.hint for cls in all_errors()}


def summarize(record: JobRecord, place: int | None, *, is_here: bool) -> JobSummary:
    """place: jobs before it in the queue, where it is in one."""
    return JobSummary(
        id=record.id,
        kind=record.kind,
        title=record.title,
        model=record.model,
        state=record.state,
        label=record.label,
        fraction=min(max(record.fraction, 0.0), 1.0),
        seconds_left=finite(record.seconds_left),
        updates=record.updates,
        losses=tuple(Loss(name=name, value=finite(value)) for name, value in record.losses.items()),
        place=place if record.state == "queued" else None,
        created=iso(record.created_at),
        ended=None if record.ended_at is None else iso(record.ended_at),
        seconds=record.seconds,
        failure=record.failure,
        hint=None if record.failure is None else _hint(record.failure_code),
        preview=record.preview,
        facts=tuple(JobFact(name=name, value=value) for name, value in record.facts.items()),
        walks=record.walks,
        result_model=record.result_model,
        notes=record.notes,
        is_here=is_here,
    )


def iso(seconds: float) -> str:
    """Seconds since 1970 as ISO 8601 in UTC, whole seconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def finite(value: float | None) -> float | None:
    """The value, or None where JSON has no word for it."""
    return value if value is not None and math.isfinite(value) else None


def _hint(code: str | None) -> str:
    return _HINTS.get(code or "", WendError.hint)
