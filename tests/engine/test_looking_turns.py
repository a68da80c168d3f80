"""Owner of when the device looks: after the renders that wait, the newest watch, within its memory."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch

from tests.engine.desk import PATIENCE_S
from tests.engine.eyes_library import DISC, publish_set
from tests.engine.watching import disc, finish_view, thread_desk
from wend.engine.device import Device, Drawn, Failed
from wend.engine.looking import Looker
from wend.engine.request import (
    OverlayResult,
    Reading,
    RenderRequest,
    ViewKey,
)
from wend.library.perception import PerceptionStore
from wend.perception.network import FactorNetwork


def test_renders_come_before_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # In the order of the device thread: encoder lanes deliver frames in their own time.
    done: list[str] = []
    draw, run_slice = Device.draw, Looker.run_slice

    def drawn(device: Device, batch: Sequence[RenderRequest]) -> list[Drawn | Failed]:
        done.extend("draw" for _ in batch)
        return draw(device, batch)

    def looked(looker: Looker, key: ViewKey) -> None:
        done.append("look")
        run_slice(looker, key)

    monkeypatch.setattr(Device, "draw", drawn)
    monkeypatch.setattr(Looker, "run_slice", looked)
    publish_set(tmp_path / "perception", "disc")
    with thread_desk(tmp_path) as desk:
        viewer, others = desk.viewer(DISC), [desk.viewer(DISC) for _ in range(4)]
        viewer.watch(factors=True, overlay="labels")
        viewer.overlay(finish_view(viewer, disc(1)))
        for _ in range(3):
            # Everybody asks at once; what has been shown is looked at when everybody has been served.
            desk.close_gate()
            done.clear()
            asked = [each.submit(disc(1, 0.5), "final") for each in (viewer, *others)]
            desk.open_gate()
            viewer.overlay(asked[0])
            assert done[:5] == ["draw"] * 5
            assert set(done[5:]) == {"look"}


def test_without_a_watch_the_device_does_not_look(tmp_path: Path) -> None:
    publish_set(tmp_path / "perception", "disc")
    with thread_desk(tmp_path) as desk:
        viewer = desk.viewer(DISC)
        for seed in range(5):
            finish_view(viewer, disc(seed, 0.5))
    # What was still to be done is done, or dropped, by the end.
    assert desk.engine.status().counters.looks == 0
    assert viewer.seen == []


def test_the_same_watch_again_disturbs_no_look(tmp_path: Path) -> None:
    publish_set(tmp_path / "perception", "disc")
    with thread_desk(tmp_path) as desk:
        viewer = desk.viewer(DISC)
        viewer.watch(factors=True)
        revision = finish_view(viewer, disc(1))
        viewer.reading(revision)
        for _ in range(50):
            viewer.watch(factors=True)
        # Another view's look, asked for after all of these, is done: theirs would be too.
        other = desk.viewer(DISC)
        other.watch(factors=True)
        other.reading(finish_view(other, disc(2)))
        assert len([e for e in viewer.seen if isinstance(e, Reading)]) == 1


def test_of_many_watches_the_newest_is_heard(tmp_path: Path) -> None:
    publish_set(tmp_path / "perception", "disc")
    with thread_desk(tmp_path) as desk:
        viewer = desk.viewer(DISC)
        revision = finish_view(viewer, disc(1, 0.5))
        desk.close_gate()
        for _ in range(200):
            viewer.watch(overlay="labels")
            viewer.watch(factors=True)
        viewer.watch(overlay="difference")
        again = viewer.submit(disc(1, 0.5), "final")
        desk.open_gate()
        viewer.overlay(again)
        assert again == revision + 1
        assert [e.overlay for e in viewer.seen if isinstance(e, OverlayResult)] == ["difference"]
        assert not any(isinstance(e, Reading) for e in viewer.seen)


def count_loads(monkeypatch: pytest.MonkeyPatch, breaks: Callable[[], bool]) -> list[str]:
    """The sets whose factor networks are loaded from now on; each load runs out of memory while it breaks."""
    loads: list[str] = []
    load = PerceptionStore.factors

    def counted(store: PerceptionStore, set_id: str, device: torch.device, which: int = 0) -> FactorNetwork:
        loads.append(set_id)
        if breaks():
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return load(store, set_id, device, which)

    monkeypatch.setattr(PerceptionStore, "factors", counted)
    return loads


def test_where_memory_runs_out_the_eyes_leave_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_set(tmp_path / "perception", "disc")
    loads = count_loads(monkeypatch, lambda: False)
    with thread_desk(tmp_path) as desk:
        viewer, faulty = desk.viewer(DISC), desk.viewer("faulty")
        viewer.watch(factors=True)
        for seed in range(2):
            viewer.reading(finish_view(viewer, disc(seed)))
        assert loads == ["disc"]
        faulty.frame(faulty.ask())
        (tmp_path / "exhausted-once").touch()
        faulty.frame(faulty.ask(alpha=1.0))
        viewer.reading(finish_view(viewer, disc(3)))
        assert loads == ["disc", "disc"]


def test_a_look_that_runs_out_of_memory_makes_room_and_then_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_set(tmp_path / "perception", "disc")
    is_exhausted = True
    loads = count_loads(monkeypatch, lambda: is_exhausted)
    with thread_desk(tmp_path) as desk:
        viewer, other = desk.viewer(DISC), desk.viewer()
        other.frame(other.ask())
        viewer.watch(factors=True)
        finish_view(viewer, disc(0))
        lack = viewer.sight().lack
        assert lack is not None
        assert "memory" in lack[0]
        finish_view(viewer, disc(1))
        assert desk.engine.status().resident == (DISC,)
        deadline = time.monotonic() + PATIENCE_S
        while len(loads) < 2:  # nothing new is said that could be waited for
            assert time.monotonic() < deadline
            time.sleep(0.002)
        # The device was alone with it and did not suffice: no picture is looked at any more.
        for seed in range(2, 6):
            finish_view(viewer, disc(seed))
        other.watch(overlay="difference")
        other.overlay(other.submit(disc(1).model_copy(update={"model": "tiny"}), "final"))
        assert len(loads) == 2
        # Asked for again, it is tried again.
        is_exhausted = False
        viewer.watch(factors=True)
        assert viewer.reading(finish_view(viewer, disc(7))).values


def test_a_saturated_engine_still_reads_now_and_then(tmp_path: Path) -> None:
    publish_set(tmp_path / "perception", "disc")
    with thread_desk(tmp_path) as desk:
        viewer, busy = desk.viewer(DISC), [desk.viewer(DISC) for _ in range(3)]
        viewer.watch(factors=True)
        revision = finish_view(viewer, disc(1))
        deadline = time.monotonic() + PATIENCE_S
        while not any(isinstance(e, Reading) for e in viewer.seen):
            assert time.monotonic() < deadline
            for other in busy:
                other.submit(disc(2, time.monotonic() % 1.0), "live")
        assert viewer.reading(revision).values
