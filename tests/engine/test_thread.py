"""Owner of what happens inside one engine: slices between renders, eviction, receivers that break."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.engine.desk import PATIENCE_S, Desk
from tests.engine.library import build_library
from wend.engine.engine import Engine
from wend.engine.request import EngineEvent, RenderResult, WorkProgress
from wend.engine.settings import EngineSettings
from wend.errors import EngineError
from wend.methods.workbench import Workbench


@contextmanager
def thread_desk(folder: Path, memory_bytes: int | None = None) -> Iterator[Desk]:
    store, shelf = build_library(folder)
    settings = EngineSettings("cpu", memory_bytes, 1)
    desk = Desk(lambda deliver: Engine(store, shelf, settings, deliver), shelf)
    try:
        yield desk
    finally:
        desk.engine.stop()


class Steps:
    """Work of a fixed number of slices that records when they ran."""

    model = "tiny"
    label = "stepping"
    updates = 0
    losses: Mapping[str, float] = MappingProxyType({})

    def __init__(self, name: str, count: int, note: Callable[[str], None]) -> None:
        self.name = name
        self._left = self._count = count
        self._note = note

    def build(self, bench: Workbench) -> "Steps":
        assert bench.generator.spec.num_ws == 6
        return self

    @property
    def fraction(self) -> float:
        return 1.0 - self._left / self._count

    def stop(self) -> None:
        self._left = 1

    def run_slice(self) -> bool:
        self._note(self.name)
        self._left -= 1
        return self._left == 0


def test_slices_and_renders_take_turns(tmp_path: Path) -> None:
    rendered: list[int] = []
    with thread_desk(tmp_path) as desk:

        def ask(name: str) -> None:
            # Every slice leaves a render waiting: exactly one is drawn before the next slice.
            rendered.append(desk.engine.status().counters.rendered)
            desk.viewer().ask(alpha=len(rendered) / 50)

        desk.engine.add_work("steps", "tiny", Steps("steps", 12, ask).build)
        last = desk.last_progress("steps")
    assert rendered == list(range(12))
    assert last.fraction == 1.0
    assert last.failure is None


def test_renders_come_before_slices(tmp_path: Path) -> None:
    order: list[str] = []
    with thread_desk(tmp_path) as desk:
        viewers = [desk.viewer() for _ in range(3)]
        for viewer in viewers:
            viewer.frame(viewer.ask())
        desk.close_gate()

        def note(name: str) -> None:
            done = desk.engine.status().counters.rendered - 3
            order.append(f"{name} after {done}")
            time.sleep(0.01)

        desk.engine.add_work("steps", "tiny", Steps("steps", 2, note).build)
        for viewer in viewers:
            viewer.ask(alpha=1.0, quality="final")
        desk.open_gate()
        desk.last_progress("steps")
    assert order == ["steps after 3", "steps after 3"]


def test_work_is_queued_once_and_all_of_it_is_done(tmp_path: Path) -> None:
    ran: list[str] = []
    with thread_desk(tmp_path) as desk:
        desk.close_gate()
        for name in ("a", "b", "a"):
            desk.engine.add_work(name, "tiny", Steps(name, 2, ran.append).build)
        assert desk.engine.status().counters.works == 3  # with the gate
        desk.open_gate()
        desk.last_progress("b")
    assert sorted(ran) == ["a", "a", "b", "b"]


def test_work_that_breaks_is_reported_and_the_next_runs(tmp_path: Path) -> None:
    def fail(name: str) -> None:
        raise ValueError("no such luck")

    ran: list[str] = []
    with thread_desk(tmp_path) as desk:
        desk.engine.add_work("broken", "tiny", Steps("broken", 2, fail).build)
        desk.engine.add_work("whole", "tiny", Steps("whole", 1, ran.append).build)
        failure = desk.last_progress("broken").failure
        assert failure is not None
        assert "no such luck" in failure
        assert desk.last_progress("whole").failure is None
        viewer = desk.viewer()
        viewer.frame(viewer.ask())
    assert ran == ["whole"]


def test_work_asked_for_in_reply_to_its_end_runs_again(tmp_path: Path) -> None:
    store, shelf = build_library(tmp_path)
    ran: list[str] = []
    ends = threading.Semaphore(0)

    def deliver(event: EngineEvent) -> None:
        if isinstance(event, WorkProgress) and event.done:
            if len(ran) == 1:
                engine.add_work("again", "tiny", Steps("again", 1, ran.append).build)
            ends.release()

    engine = Engine(store, shelf, EngineSettings("cpu", None, 1), deliver)
    engine.start()
    try:
        engine.add_work("again", "tiny", Steps("again", 1, ran.append).build)
        assert ends.acquire(timeout=PATIENCE_S)
        assert ends.acquire(timeout=PATIENCE_S), "what was asked for in reply was swallowed"
    finally:
        engine.stop()
    assert ran == ["again", "again"]


def test_the_last_report_of_broken_work_says_what_it_was_doing(tmp_path: Path) -> None:
    def fail(name: str) -> None:
        raise ValueError("no such luck")

    with thread_desk(tmp_path) as desk:
        desk.engine.add_work("broken", "tiny", Steps("broken", 2, fail).build)
        assert desk.last_progress("broken").label == "stepping"
        desk.engine.add_work("nowhere", "nobody", Steps("nowhere", 1, fail).build)
        assert desk.last_progress("nowhere").label == "Loading nobody"


def test_the_least_recently_used_model_leaves(tmp_path: Path) -> None:
    with thread_desk(tmp_path, memory_bytes=1) as desk:
        for model in ("tiny", "other", "tiny"):
            viewer = desk.viewer(model)
            viewer.frame(viewer.ask())
            assert desk.engine.status().resident == (model,)
        assert desk.engine.status().counters.evicted == 2


def test_models_within_the_budget_stay(tmp_path: Path) -> None:
    with thread_desk(tmp_path, memory_bytes=50_000_000) as desk:
        for model in ("tiny", "other", "third", "tiny"):
            viewer = desk.viewer(model)
            viewer.frame(viewer.ask())
        assert desk.engine.status().resident == ("other", "third", "tiny")
        assert desk.engine.status().counters.evicted == 0


def test_a_receiver_that_raises_stops_nothing(tmp_path: Path) -> None:
    store, shelf = build_library(tmp_path)
    seen: list[EngineEvent] = []

    def deliver(event: EngineEvent) -> None:
        seen.append(event)
        raise RuntimeError("the receiver is broken")

    engine = Engine(store, shelf, EngineSettings("cpu", None, 1), deliver)
    desk = Desk(lambda _: engine, shelf)
    viewer = desk.viewer()
    for alpha in (0.1, 0.2, 0.3):
        revision = viewer.ask(alpha=alpha)
        deadline = time.monotonic() + PATIENCE_S
        while not any(isinstance(e, RenderResult) and e.revision == revision for e in seen):
            assert time.monotonic() < deadline
            time.sleep(0.002)
        engine.delivered(viewer.key)
    engine.stop()


def test_a_device_that_is_not_there_is_refused(tmp_path: Path) -> None:
    store, shelf = build_library(tmp_path)
    for name in ("cuda:77", "tea", "meta"):
        engine = Engine(store, shelf, EngineSettings(name, None, 1), lambda event: None)
        with pytest.raises(EngineError, match=name):
            engine.start()
        engine.stop()


def test_a_lost_device_stays_lost_in_its_process_and_is_said_so(tmp_path: Path) -> None:
    store, shelf = build_library(tmp_path)
    losses: list[str] = []
    settings = EngineSettings("cpu", None, 1)
    desk = Desk(lambda deliver: Engine(store, shelf, settings, deliver, lambda: losses.append("lost")), shelf)
    try:
        viewer, other = desk.viewer("faulty"), desk.viewer()
        viewer.frame(viewer.ask())
        other.frame(other.ask())
        (desk.folder / "lost").touch()
        assert viewer.failure(viewer.ask(alpha=1.0)).code == "engine_restarting"
        assert other.failure(other.ask(quality="final")).code == "engine_restarting"
        desk.engine.add_work("steps", "tiny", Steps("steps", 1, losses.append).build)
        assert desk.last_progress("steps").failure is not None
        assert losses[:2] == ["lost", "lost"]
    finally:
        desk.engine.stop()


def test_stop_ends_every_thread_and_may_be_repeated(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with thread_desk(tmp_path) as desk:
        viewers = [desk.viewer() for _ in range(6)]
        for viewer in viewers:
            viewer.ask(codec="png")
        viewers[0].frame(1)
        desk.engine.stop()
        answered = len(desk.events)
        assert set(threading.enumerate()) == before
        viewers[0].ask(alpha=1.0)
        assert len(desk.events) == answered
