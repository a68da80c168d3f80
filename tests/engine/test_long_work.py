"""Owner of long work in both kinds of engine: reports, turns, a clean stop, and the share it always has."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.desk import Desk
from tests.engine.library import build_library
from wend.api.engine_port import EnginePort
from wend.engine.engine import Engine
from wend.engine.process import ProcessEngine
from wend.engine.settings import EngineSettings
from wend.methods.workbench import Workbench

SLICE_S = 0.004


class Learning:
    """Work without an end that keeps a file when it is stopped, two slices later."""

    def __init__(self, name: str, kept: Path, slice_s: float) -> None:
        self.name = name
        self.model, self.label = "tiny", "learning"
        self.updates = 0
        self._kept = kept
        self._slice_s = slice_s
        self._slices_left: int | None = None

    @property
    def fraction(self) -> float:
        return min(0.9, self.updates / 1000)

    @property
    def losses(self) -> Mapping[str, float]:
        return {"total": 1.0 / self.updates} if self.updates else {}

    def stop(self) -> None:
        self._slices_left = 2 if self._slices_left is None else self._slices_left

    def run_slice(self) -> bool:
        if self._slices_left is not None:
            self._slices_left -= 1
            if self._slices_left == 0:
                self._kept.write_text(str(self.updates))
                return True
            return False
        time.sleep(self._slice_s)
        self.updates += 1
        return False


@dataclass(frozen=True)
class Learn:
    """Builds it; `name` also names the file beside the shelf."""

    name: str
    slice_s: float = SLICE_S

    def __call__(self, bench: Workbench) -> Learning:
        return Learning(self.name, bench.shelf.folder.parent / f"kept-{self.name}", self.slice_s)


@pytest.fixture
def own_desk(desk: Desk) -> Iterator[Desk]:
    """The shared desk, and nothing of a test left running on it."""
    yield desk
    for work in {e.work for e in list(desk.events) if hasattr(e, "work")}:
        desk.engine.stop_work(work)


@contextmanager
def desk_of(kind: type[Engine] | type[ProcessEngine], folder: Path) -> Iterator[Desk]:
    store, shelf = build_library(folder)
    desk = Desk(lambda deliver: kind(store, shelf, EngineSettings("cpu", None, 1), deliver), shelf)
    try:
        yield desk
    finally:
        desk.engine.stop()


def start(engine: EnginePort, desk: Desk, name: str, slice_s: float = SLICE_S) -> None:
    """Begin work, and wait until a report says that it does its updates."""
    engine.add_work(name, "tiny", Learn(name, slice_s))
    desk.wait(lambda: any(p.updates > 0 for p in desk.progress(name)))


def test_reports_carry_updates_and_losses(own_desk: Desk) -> None:
    start(own_desk.engine, own_desk, "reported")
    last = next(p for p in own_desk.progress("reported") if p.updates > 0)
    assert last.losses == (("total", 1.0 / last.updates),)
    assert not last.done


def test_stopped_work_keeps_what_it_has_and_says_so(own_desk: Desk) -> None:
    start(own_desk.engine, own_desk, "stopped")
    own_desk.engine.stop_work("stopped")
    last = own_desk.last_progress("stopped")
    assert (last.stopped, last.failure, last.label) == (True, None, "learning")
    assert (own_desk.folder / "kept-stopped").read_text() == str(last.updates)
    own_desk.engine.stop_work("stopped")  # once more: there is nothing to say
    viewer = own_desk.viewer()
    viewer.frame(viewer.ask())
    assert sum(p.done for p in own_desk.progress("stopped")) == 1


def test_work_not_begun_is_dropped_at_once(own_desk: Desk) -> None:
    own_desk.close_gate()
    own_desk.engine.add_work("dropped", "tiny", Learn("dropped"))
    own_desk.engine.stop_work("dropped")
    own_desk.open_gate()
    last = own_desk.last_progress("dropped")
    assert (last.stopped, last.fraction, last.updates) == (True, 0.0, 0)
    assert not (own_desk.folder / "kept-dropped").exists()


def test_stopped_work_may_begin_again(own_desk: Desk) -> None:
    start(own_desk.engine, own_desk, "twice")
    own_desk.engine.stop_work("twice")
    own_desk.last_progress("twice")
    own_desk.events.clear()
    start(own_desk.engine, own_desk, "twice")


def test_works_go_side_by_side(own_desk: Desk) -> None:
    for name in ("left", "right"):
        own_desk.engine.add_work(name, "tiny", Learn(name))
    own_desk.wait(lambda: all(any(p.updates > 20 for p in own_desk.progress(n)) for n in ("left", "right")))
    left, right = (own_desk.progress(name)[-1].updates for name in ("left", "right"))
    assert abs(left - right) < max(left, right)


@pytest.mark.parametrize("kind", [Engine, ProcessEngine])
def test_an_engine_that_stops_lets_works_keep_what_they_have(
    kind: type[Engine] | type[ProcessEngine], tmp_path: Path
) -> None:
    with desk_of(kind, tmp_path) as desk:
        for name in ("one", "two"):
            start(desk.engine, desk, name)
        desk.engine.stop()
        for name in ("one", "two"):
            last = desk.progress(name)[-1]
            assert (last.done, last.stopped, last.failure) == (True, True, None)
            assert (tmp_path / f"kept-{name}").read_text() == str(last.updates)


def test_work_goes_on_under_clients_that_never_cease(tmp_path: Path) -> None:
    with desk_of(Engine, tmp_path) as desk:
        start(desk.engine, desk, "busy", slice_s=0.001)
        viewers = [desk.viewer() for _ in range(4)]
        for viewer in viewers:
            viewer.frame(viewer.ask())
        updates = desk.progress("busy")[-1].updates
        for turn in range(30):
            for viewer in viewers:
                viewer.ask(alpha=turn / 30)
            for viewer in viewers:
                viewer.frame(viewer.revision)
        desk.engine.stop_work("busy")
        done = desk.last_progress("busy").updates - updates
    # 120 frames, each longer than a slice of a third of a millisecond would be.
    assert done >= 15
