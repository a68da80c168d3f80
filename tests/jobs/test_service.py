"""The service: the runner on its thread, asked and told from others."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.library import publish_tiny
from tests.jobs.office import MODEL, RECIPES, FakeChild, FakeWorkEngine
from wend.database.database import Database
from wend.engine.request import WorkProgress
from wend.errors import RecipeNotFound, WendError
from wend.jobs.clock import SystemClock
from wend.jobs.folder import JobFolder
from wend.jobs.lease import this_process
from wend.jobs.service import JobService
from wend.jobs.store import JobStore
from wend.jobs.turns import RunnerSettings
from wend.library.models import ModelStore
from wend.optim.job import Outcome
from wend.protocol.base import Message
from wend.protocol.messages import JobChanged

PATIENCE_S = 60.0


class Bureau:
    """A service with everything real but the works."""

    def __init__(self, folder: Path) -> None:
        publish_tiny(folder / "models", MODEL, 1)
        self.folder = folder / "jobs"
        self.engine = FakeWorkEngine()
        self.threads: set[str] = set()
        self.states: list[str] = []
        self._changed = threading.Condition()
        self.database = Database(folder / "wend.db").open()
        self.store = JobStore(self.database, this_process(), SystemClock().wall)
        self.service = JobService(
            self.store,
            ModelStore((folder / "models",)),
            RECIPES,
            self.engine,
            lambda spec, hear: FakeChild(spec),
            self._tell,
            RunnerSettings(self.folder, 1, 30.0, 10.0),
        )

    def wait_for(self, state: str) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: state in self.states, PATIENCE_S), self.states

    def _tell(self, key: str, message: Message) -> None:
        self.threads.add(threading.current_thread().name)
        if isinstance(message, JobChanged):
            with self._changed:
                self.states.append(message.job.state)
                self._changed.notify_all()


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    bureau = Bureau(tmp_path)
    bureau.service.start()
    yield bureau
    for entry in bureau.store.list(("running",)):
        bureau.service.hear(last_report(entry.record.work, stopped=True))
    bureau.service.stop()
    bureau.database.close()


def last_report(work: str, stopped: bool = False) -> WorkProgress:
    return WorkProgress(work, MODEL, "Counting", 1.0, None, done=True, stopped=stopped, updates=3)


def test_a_job_is_asked_for_and_ends_on_the_runners_thread(bureau: Bureau) -> None:
    job = bureau.service.ask(lambda jobs: jobs.create("count", {}, "", "a"))
    assert job.state == "running"
    JobFolder(bureau.folder / job.id).save_outcome(Outcome())
    bureau.service.hear(last_report(job.work))
    bureau.wait_for("done")
    assert bureau.threads == {"wend-jobs"}


def test_whoever_asks_is_told_what_broke(bureau: Bureau) -> None:
    with pytest.raises(RecipeNotFound):
        bureau.service.ask(lambda jobs: jobs.create("dance", {}, "", "a"))
    assert bureau.service.ask(lambda jobs: jobs.create("count", {}, "", "a")).state == "running"


def test_reports_of_other_work_pass_by(bureau: Bureau) -> None:
    bureau.service.hear(last_report("discover:tiny"))
    bureau.service.hear(last_report("job:ffffffffffff"))
    assert bureau.service.ask(lambda jobs: jobs.create("count", {}, "", "a")).state == "running"


def test_it_takes_up_what_waits_when_it_starts(tmp_path: Path) -> None:
    bureau = Bureau(tmp_path)
    asked: list[str] = []
    asker = threading.Thread(
        target=lambda: asked.append(bureau.service.ask(lambda jobs: jobs.create("count", {}, "", "a").state))
    )
    asker.start()
    bureau.service.start()
    asker.join(PATIENCE_S)
    assert asked == ["running"]
    (entry,) = bureau.store.list()
    bureau.service.hear(last_report(entry.record.work, stopped=True))
    bureau.service.stop()
    bureau.database.close()


def test_it_ends_when_its_works_have_stopped(tmp_path: Path) -> None:
    bureau = Bureau(tmp_path)
    bureau.service.start()
    job = bureau.service.ask(lambda jobs: jobs.create("count", {}, "", "a"))
    ending = threading.Thread(target=bureau.service.stop)
    ending.start()
    while not bureau.engine.stopped:
        time.sleep(0.01)
        assert ending.is_alive()
    bureau.service.hear(last_report(job.work, stopped=True))
    ending.join(PATIENCE_S)
    assert not ending.is_alive()
    assert bureau.store.get(job.id).record.state == "queued"
    with pytest.raises(WendError, match="ending"):
        bureau.service.ask(lambda jobs: jobs.create("count", {}, "", "a"))
    bureau.database.close()
