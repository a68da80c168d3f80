"""Queue: whose turn is next. Fair among browsers: who has used least goes first, then who waits longest."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from wend.jobs.record import JobRecord

MEMORY_S = 24 * 3600.0
"""Use longer ago than this is forgiven."""
TURN_S = 60.0
"""What a turn is taken to cost when the order of a whole queue is told; nobody knows before."""


def used(records: Iterable[JobRecord], now: float) -> Mapping[str, float]:
    """Seconds that each browser's jobs have run, of those that have not ended long ago."""
    seconds: defaultdict[str, float] = defaultdict(float)
    for record in records:
        if record.ended_at is None or record.ended_at > now - MEMORY_S:
            seconds[record.browser] += record.seconds
    return seconds


def in_order(queued: Iterable[JobRecord], seconds: Mapping[str, float]) -> tuple[JobRecord, ...]:
    """Queued jobs as their turns come. The first is the next; the rest supposes turns of equal length."""
    waiting = sorted(queued, key=lambda record: (record.queued_at, record.created_at, record.id))
    spent = dict(seconds)
    order: list[JobRecord] = []
    while waiting:
        # `min` gives the first of equals, which has waited longest.
        chosen = min(waiting, key=lambda record: spent.get(record.browser, 0.0))
        waiting.remove(chosen)
        spent[chosen.browser] = spent.get(chosen.browser, 0.0) + TURN_S
        order.append(chosen)
    return tuple(order)


def places(records: Sequence[JobRecord], now: float) -> Mapping[str, int]:
    """For each queued job, how many are before it; jobs of the device and of processes queue apart."""
    seconds = used(records, now)
    found: dict[str, int] = {}
    for runs in ("device", "process"):
        waiting = (record for record in records if record.state == "queued" and record.runs == runs)
        found |= {record.id: place for place, record in enumerate(in_order(waiting, seconds))}
    return found
