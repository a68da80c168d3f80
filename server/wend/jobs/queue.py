"""Queue: whose turn is next. Fair among browsers: who has used least goes first, then who waits longest."""

from collections.abc import Iterable, Mapping, Sequence

from wend.jobs.record import JobRecord

TURN_S = 60.0
"""What a turn is taken to cost when the order of a whole queue is told; nobody knows before."""


def in_order(queued: Iterable[JobRecord], seconds: Mapping[str, float]) -> tuple[JobRecord, ...]:
    """Queued jobs as their turns come; seconds: used by each browser.

    The first is the next; the rest supposes turns of equal length.
    """
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


def places(records: Sequence[JobRecord], seconds: Mapping[str, float]) -> Mapping[str, int]:
    """For each queued job, how many are before it; jobs of the device and of processes queue apart."""
    found: dict[str, int] = {}
    for runs in ("device", "process"):
        waiting = (record for record in records if record.state == "queued" and record.runs == runs)
        found |= {record.id: place for place, record in enumerate(in_order(waiting, seconds))}
    return found
