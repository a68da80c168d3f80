"""Owner of whose slice is next, and of the share that long work has while renders wait."""

import pytest

from wend.engine.running import Running
from wend.engine.works import MAX_DUE_S, SHARE, Works
from wend.methods.discover import DiscoverWalks
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


@pytest.mark.parametrize("slice_s", [0.001, 0.03, 0.2])
@pytest.mark.parametrize("snapshot_s", [0.004, 0.04, 0.5])
def test_slices_have_their_share_while_renders_never_cease(slice_s: float, snapshot_s: float) -> None:
    works = queued("a")
    rendered = worked = 0.0
    for _ in range(2000):
        works.rendered(snapshot_s)
        rendered += snapshot_s
        while turn(works, is_idle=False) is not None:
            works.spent(slice_s, is_idle=False)
            worked += slice_s
    share = worked / (worked + rendered)
    assert 0.2 <= share <= SHARE + 0.05


def test_a_long_render_is_followed_by_no_long_burst() -> None:
    works = queued("a")
    works.rendered(600.0)
    worked = 0.0
    while turn(works, is_idle=False) is not None:
        works.spent(0.03, is_idle=False)
        worked += 0.03
    assert worked <= MAX_DUE_S + 0.03


def test_drained_works_are_gone() -> None:
    works = queued("a", "b")
    assert [work.name for work in works.drain()] == ["a", "b"]
    assert turn(works) is None
