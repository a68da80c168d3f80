"""Owner of jobs on the device: in both kinds of engine they stop, go on and end as anywhere else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.desk import Desk
from tests.jobs.test_child import toy_spec, unbroken, vector_of
from tests.jobs.toy import TOYS
from wend.engine.engine import Engine
from wend.engine.process import ProcessEngine
from wend.engine.settings import EngineSettings
from wend.jobs.folder import JobFolder
from wend.jobs.work import JobSpec, job_builder
from wend.library.models import ModelStore
from wend.library.shelf import Shelf
from wend.settings import Settings

Kind = type[Engine] | type[ProcessEngine]


@pytest.fixture(params=[Engine, ProcessEngine])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    store = ModelStore(Settings(data_dir=tmp_path).model_roots)
    shelf = Shelf(store, tmp_path / "shelf")
    kind: Kind = request.param
    desk = Desk(lambda deliver: kind(store, shelf, EngineSettings("cpu", None, 1), deliver), shelf)
    yield desk
    desk.engine.stop()


def start(desk: Desk, spec: JobSpec) -> None:
    desk.engine.add_work(spec.name, "analytic-disc", job_builder(spec, TOYS))


def test_stopped_resumed_and_done(desk: Desk, tmp_path: Path) -> None:
    spec = toy_spec(tmp_path / "job", "disc", updates=300)
    start(desk, spec)
    desk.wait(lambda: any(p.updates > 0 for p in desk.progress(spec.name)))
    desk.engine.stop_work(spec.name)
    stopped = desk.last_progress(spec.name)
    assert stopped.stopped
    assert 0 < stopped.updates < 300
    desk.events.clear()
    start(desk, spec)
    done = desk.last_progress(spec.name)
    assert (done.failure, done.stopped, done.fraction, done.updates) == (None, False, 1.0, 300)
    assert vector_of(spec.folder) == unbroken(tmp_path, updates=300)


def test_an_engine_that_stops_keeps_a_checkpoint(desk: Desk, tmp_path: Path) -> None:
    spec = toy_spec(tmp_path / "job", "disc", updates=100_000)
    start(desk, spec)
    desk.wait(lambda: any(p.updates > 0 for p in desk.progress(spec.name)))
    desk.engine.stop()
    last = desk.progress(spec.name)[-1]
    assert (last.done, last.stopped) == (True, True)
    state = JobFolder(spec.folder).load_checkpoint()
    assert state is not None
    report = state["report"]
    assert isinstance(report, dict)
    assert report["updates"] == last.updates


def test_a_damaged_checkpoint_is_told_by_its_code(desk: Desk, tmp_path: Path) -> None:
    spec = toy_spec(tmp_path / "job", "disc", updates=10)
    spec.folder.mkdir()
    (spec.folder / "checkpoint.safetensors").write_bytes(b"no checkpoint")
    start(desk, spec)
    assert desk.last_progress(spec.name).code == "checkpoint_invalid"
    assert desk.last_progress(spec.name).failure is not None
