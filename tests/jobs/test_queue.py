"""Whose turn is next."""

from tests.jobs.office import a_record
from wend.jobs.queue import TURN_S, in_order, places
from wend.jobs.record import JobRecord


def waiting(job: str, browser: str, queued_at: float, runs: str = "device") -> JobRecord:
    return a_record(job, browser=browser, queued_at=queued_at, runs=runs)


def test_of_one_browser_the_oldest_goes_first() -> None:
    queued = [waiting("b", "x", 2.0), waiting("a", "x", 1.0), waiting("c", "x", 3.0)]
    assert [record.id for record in in_order(queued, {})] == ["a", "b", "c"]


def test_who_has_used_least_goes_first_though_he_came_last() -> None:
    queued = [waiting("a", "x", 1.0), waiting("b", "y", 2.0), waiting("c", "z", 3.0)]
    assert [record.id for record in in_order(queued, {"x": 500.0, "y": 100.0})] == ["c", "b", "a"]


def test_many_jobs_of_one_browser_do_not_hold_another_up() -> None:
    queued = [waiting(f"x{n}", "x", n) for n in range(4)] + [
        waiting("y0", "y", 9.0),
        waiting("y1", "y", 10.0),
    ]
    assert [record.id for record in in_order(queued, {})] == ["x0", "y0", "x1", "y1", "x2", "x3"]
    assert [record.id for record in in_order(queued, {"y": TURN_S / 2})] == [
        "x0",
        "y0",
        "x1",
        "y1",
        "x2",
        "x3",
    ]


def test_device_and_processes_queue_apart() -> None:
    records = [
        waiting("a", "x", 1.0),
        waiting("b", "x", 2.0),
        waiting("c", "x", 3.0, runs="process"),
        a_record("d", state="running"),
    ]
    assert places(records, {}) == {"a": 0, "b": 1, "c": 0}
