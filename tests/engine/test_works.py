"""Owner of whose slice is next, and of the share that long work has while renders wait."""

import pytest

from wend.engine.running import Running
from wend.engine.works import LEAD_S, Works
from wend.methods.discover.job import DiscoverWalks
from wend.methods.workbench import Workbench


def build(bench: Workbench) -> DiscoverWalks:
    return DiscoverWalks(bench.model, bench.generator, bench.shelf)


def queued(*names: str) -> Works:
    works = Works()
    for name in names:
        assert works.add(Running(name, "tiny", build))
    return works


def turn(works: Works, is_idle: bool = True) -> str | None:
    work = works.next(is_idle)
    return None if work is None else work.name


def test_all_take_turns() -> None:
    works = queued("a", "b", "c")
    assert [turn(works) for _ in range(6)] == ["a", "b", "c", "a", "b", "c"]
    works.ended("b")
    assert [turn(works) for _ in range(3)] == ["a", "c", "a"]


def share_out(works: Works, slices: dict[str, float], seconds: float) -> dict[str, float]:
    """Seconds that each had of so many, where a slice of theirs takes so long."""
    had = dict.fromkeys(slices, 0.0)
    while sum(had.values()) < seconds:
        name = turn(works)
        assert name is not None
        works.spent(slices[name], is_idle=True)
        had[name] += slices[name]
    return had


def test_they_share_by_time_however_long_their_slices_are() -> None:
    works = queued("short", "middle", "long")
    had = share_out(works, {"short": 0.002, "middle": 0.03, "long": 0.1}, 30.0)
    assert all(seconds == pytest.approx(10.0, abs=0.2) for seconds in had.values())


def test_a_short_slice_waits_for_one_long_one_at_most() -> None:
    works = queued("short", "long")
    slices = {"short": 0.002, "long": 0.1}
    order = []
    for _ in range(510):
        order.append(turn(works))
        works.spent(slices[str(order[-1])], is_idle=True)
    assert "longlong" not in "".join(map(str, order))
    assert order.count("short") == 500


def test_who_comes_later_starts_where_the_others_are() -> None:
    works = queued("old", "older")
    share_out(works, {"old": 0.03, "older": 0.03}, 60.0)
    assert works.add(Running("new", "tiny", build))
    had = share_out(works, {"old": 0.03, "older": 0.03, "new": 0.03}, 9.0)
    assert all(seconds == pytest.approx(3.0, abs=0.1) for seconds in had.values())


def test_who_comes_again_is_not_held_to_what_it_had() -> None:
    works = queued("a", "b")
    share_out(works, {"a": 0.4, "b": 0.001}, 0.4)
    works.ended("a")
    assert works.add(Running("a", "tiny", build))
    had = share_out(works, {"a": 0.01, "b": 0.01}, 1.0)
    assert had["a"] == pytest.approx(0.5, abs=0.03)


def test_a_slice_of_minutes_is_not_paid_back_for_minutes() -> None:
    works = queued("loads", "other")
    assert turn(works) == "loads"
    works.spent(120.0, is_idle=True)
    had = share_out(works, {"loads": 0.01, "other": 0.01}, 2.0 + LEAD_S)
    assert had["other"] - had["loads"] == pytest.approx(LEAD_S, abs=0.03)


def test_who_is_to_stop_gets_ahead_and_keeps_nobody_out() -> None:
    works = queued("a", "b", "stops")
    share_out(works, {"a": 0.01, "b": 0.01, "stops": 0.4}, 3.0)
    works.stop("stops")
    slices = {"a": 0.01, "b": 0.01, "stops": 0.01}
    assert share_out(works, slices, LEAD_S - 0.1) == {
        "a": 0.0,
        "b": 0.0,
        "stops": pytest.approx(LEAD_S - 0.1),
    }
    assert min(share_out(works, slices, 1.0).values()) > 0.2


def test_a_name_is_queued_once() -> None:
    works = queued("a")
    assert not works.add(Running("a", "tiny", build))
    assert len(works) == 1


def test_work_that_is_to_stop_goes_first() -> None:
    works = queued("a", "b", "c")
    works.stop("c")
    works.stop("nobody")
    first = works.next(is_idle=True)
    assert first is not None
    assert (first.name, first.is_stopping) == ("c", True)


def test_an_idle_device_is_theirs() -> None:
    works = queued("a")
    works.spent(10.0, is_idle=True)
    assert turn(works, is_idle=False) is None
    assert turn(works, is_idle=True) == "a"


def test_what_is_due_is_paid_on_an_idle_device_too() -> None:
    works = queued("a")
    works.rendered(0.3)
    works.spent(0.2, is_idle=True)
    assert turn(works, is_idle=False) is None


def test_drained_works_are_gone() -> None:
    works = queued("a", "b")
    assert [work.name for work in works.drain()] == ["a", "b"]
    assert turn(works) is None


def test_a_stream_of_urgent_works_keeps_nobody_waiting_for_good() -> None:
    works = queued("job")
    had = dict.fromkeys(("job", "urgent"), 0.0)
    for number in range(100):
        # There is always one before the last one ends.
        works.add(Running(f"urgent {number}", "tiny", build, is_urgent=True))
        for _ in range(4):
            name = str(turn(works))
            works.spent(0.05, is_idle=True)
            had["job" if name == "job" else "urgent"] += 0.05
        if number:
            works.ended(f"urgent {number - 1}")
    assert had["job"] > 0.2 * had["urgent"]
