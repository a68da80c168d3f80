"""Owner of the child process: its death is answered, its end is clean, its refusal is heard."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from tests.engine.desk import Desk, Viewer
from tests.engine.library import build_library
from wend.engine.process import ProcessEngine
from wend.engine.request import RenderResult
from wend.engine.running import WAITING
from wend.engine.settings import EngineSettings
from wend.errors import EngineError
from wend.methods.discover.job import DiscoverWalks
from wend.methods.workbench import Workbench


def children() -> set[int]:
    return {child.pid for child in multiprocessing.active_children() if child.pid is not None}


def test_a_killed_child_is_answered_for_and_replaced(tmp_path: Path) -> None:
    store, shelf = build_library(tmp_path)
    before = children()
    desk = Desk(lambda deliver: ProcessEngine(store, shelf, EngineSettings("cpu", None, 1), deliver), shelf)
    try:
        (child,) = children() - before
        viewer = desk.viewer()
        viewer.watch(overlay="difference")
        first = viewer.frame(viewer.ask(quality="final")).payload
        desk.close_gate()
        pending = viewer.ask(seed=1)
        os.kill(child, signal.SIGKILL)
        assert viewer.failure(pending).code == "engine_restarting"
        assert desk.last_progress("gate").failure is not None
        assert desk.last_progress("gate").code == "engine_restarting"
        assert desk.last_progress("gate").label in ("gate", WAITING)
        desk.remove_gate()
        # The same bytes from the next child, and without asking twice: it waits until there is one.
        assert viewer.frame(viewer.ask(quality="final")).payload == first
        assert desk.engine.status().counters.restarts == 1
        # It was told what is watched, too.
        viewer.overlay(viewer.ask(seed=2, quality="final"))
    finally:
        desk.engine.stop()
    assert children() == before


def test_work_that_cannot_cross_is_refused_at_once(tmp_path: Path) -> None:
    store, shelf = build_library(tmp_path)
    engine = ProcessEngine(store, shelf, EngineSettings("cpu", None, 1), lambda event: None)

    def local(bench: Workbench) -> DiscoverWalks:
        return DiscoverWalks(bench.model, bench.generator, bench.shelf)

    with pytest.raises(EngineError, match="job:1"):
        engine.add_work("job:1", "tiny", local)


def insist(viewer: Viewer) -> RenderResult:
    """Ask until there is a frame, as a page does while the engine restarts."""
    while True:
        answer = viewer.answer(viewer.ask(alpha=1.0))
        if isinstance(answer, RenderResult):
            return answer
        assert answer.code == "engine_restarting"


def test_a_lost_device_is_answered_and_comes_back(tmp_path: Path) -> None:
    store, shelf = build_library(tmp_path)
    desk = Desk(lambda deliver: ProcessEngine(store, shelf, EngineSettings("cpu", None, 1), deliver), shelf)
    try:
        viewer, other = desk.viewer("faulty"), desk.viewer()
        viewer.frame(viewer.ask())  # served longest ago, so its turn comes first and the other still waits
        other.frame(other.ask())
        desk.close_gate()
        viewer.ask(alpha=1.0, quality="final")
        other.ask(quality="final")
        (desk.folder / "lost").touch()
        desk.open_gate()
        assert viewer.failure(2).code == "engine_restarting"
        assert other.failure(2).code == "engine_restarting"
        insist(viewer)
        insist(other)
        assert desk.engine.status().counters.restarts == 1
    finally:
        desk.engine.stop()


def test_a_device_that_is_not_there_is_refused(tmp_path: Path) -> None:
    store, shelf = build_library(tmp_path)
    before = children()
    engine = ProcessEngine(store, shelf, EngineSettings("cuda:77", None, 1), lambda event: None)
    with pytest.raises(EngineError, match="cuda:77"):
        engine.start()
    assert children() == before
