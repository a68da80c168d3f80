"""An office for jobs: a real database and folders, a runner without its thread, and fakes that do the work.

Time stands still until a test moves it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from tests.engine.library import publish_tiny
from wend.database.database import Database
from wend.engine.request import WorkProgress
from wend.engine.running import WorkBuilder
from wend.engine.status import Counters, EngineStatus
from wend.jobs.commands import JobCommands
from wend.jobs.folder import JobFolder
from wend.jobs.launch import Hear, Launcher
from wend.jobs.lease import Owner, this_process
from wend.jobs.news import News
from wend.jobs.recipe import InProcess, OnDevice, Recipe
from wend.jobs.record import JobRecord
from wend.jobs.rows import Entry
from wend.jobs.runner import JobRunner
from wend.jobs.store import JobStore
from wend.jobs.turns import RunnerSettings
from wend.jobs.work import JobSpec
from wend.library.models import ModelStore
from wend.methods.process_bench import ProcessBench
from wend.methods.workbench import Workbench
from wend.optim.job import Job, Outcome
from wend.protocol.base import Message
from wend.protocol.messages import JobChanged, JobRemoved, JobSummary

LEASE_S = 30.0
MODEL = "tiny"
ID = "0123456789ab"
DONE = Outcome({"cos": "0.99"}, ("steer-shift/x",), None)
STRANGER = Owner("elsewhere/1/2", 4242, "77", "x")

M = TypeVar("M", bound=Message)


class Params(BaseModel):
    """Parameters of the recipes below."""

    model_config = ConfigDict(extra="forbid")

    model: str = MODEL
    steps: int = Field(default=10, ge=1, le=1000)
    seed: int = 0


def never_built(params: Params, bench: Workbench | ProcessBench) -> Job:
    """Fakes do the work: whoever builds a job here has taken the wrong way."""
    raise NotImplementedError


RECIPES: dict[str, Recipe[Params]] = {
    "count": Recipe(
        "count",
        "Count",
        "Counts steps on a device.",
        Params,
        OnDevice(never_built),
        lambda params: params.model,
        lambda params: f"Count to {params.steps}",
        lambda params: params.seed,
        {"long": {"steps": 1000}},
    ),
    "train": Recipe(
        "train",
        "Train",
        "Counts steps in a process.",
        Params,
        InProcess(never_built),
        lambda params: None,
        lambda params: f"Train {params.steps}",
        lambda params: params.seed,
        ends_early=True,
    ),
    "teach": Recipe(
        "teach",
        "Teach",
        "Counts steps in a process, with a model in its memory.",
        Params,
        InProcess(never_built),
        lambda params: params.model,
        lambda params: f"Teach {params.steps}",
        lambda params: params.seed,
        ends_early=True,
    ),
}


class FakeClock:
    """Both times, moved by hand."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def wall(self) -> float:
        return self.now

    def steady(self) -> float:
        return self.now


class FakeWorkEngine:
    """Remembers what it was asked for; reports nothing by itself."""

    def __init__(self) -> None:
        self.added: list[str] = []
        self.stopped: list[str] = []

    def add_work(self, name: str, model_id: str, build: WorkBuilder) -> None:
        self.added.append(name)

    def stop_work(self, name: str) -> None:
        self.stopped.append(name)

    def status(self) -> EngineStatus:
        return EngineStatus("fake, 1 thread", 1, "float32", (), (), Counters())


class FakeChild:
    """A process of a job that never was one."""

    def __init__(self, spec: JobSpec) -> None:
        self.spec = spec
        self.calls: list[str] = []

    def start(self) -> None:
        self.calls.append("start")

    def stop(self) -> None:
        self.calls.append("stop")

    def kill(self) -> None:
        self.calls.append("kill")


class Office:
    """One server's part of a data folder. `owner`: who it is; offices of one folder share a clock."""

    def __init__(
        self,
        folder: Path,
        clock: FakeClock,
        at_once: int = 1,
        owner: Owner | None = None,
        database: Database | None = None,
    ) -> None:
        self.clock = clock
        self.folder = folder / "jobs"
        self.models_dir = folder / "models"
        if not (self.models_dir / MODEL).exists():
            publish_tiny(self.models_dir, MODEL, 1)
        self.engine = FakeWorkEngine()
        self.child: type[FakeChild] = FakeChild
        self.children: list[FakeChild] = []
        self.told: list[tuple[str, Message]] = []
        self.database = database or Database(folder / "wend.db").open()
        self.store = JobStore(self.database, owner or this_process(), clock.wall, clock.steady)
        launcher = self._launcher = Launcher(
            ModelStore((self.models_dir,)),
            RECIPES,
            self.engine,
            self._make_child,
            self.hear,
            self.folder,
            10.0,
        )
        news = News(self.store, lambda key, message: self.told.append((key, message)))
        self.runner = JobRunner(
            self.store, launcher, news, RunnerSettings(self.folder, at_once, LEASE_S, 10.0), clock
        )
        self.commands = JobCommands(self.store, RECIPES, launcher, self.runner, clock)

    def close(self) -> None:
        self.database.close()

    def commands_of(self, recipes: Mapping[str, Recipe[Any]]) -> JobCommands:
        """Commands that know these recipes, too. Any: each has parameters of its own."""
        return JobCommands(self.store, recipes, self._launcher, self.runner, self.clock)

    def hear(self, report: WorkProgress) -> None:
        self.runner.hear(report)

    def create(self, kind: str = "count", browser: str = "a", **params: int | str) -> JobRecord:
        return self.commands.create(kind, dict(params), "", browser)

    def wait(self, seconds: float, tick_s: float = 1.0) -> None:
        """Let time pass, with the runner awake all along."""
        end = self.clock.now + seconds
        while self.clock.now < end:
            self.clock.now = min(self.clock.now + tick_s, end)
            self.runner.advance()

    def report(self, record: JobRecord, fraction: float, updates: int, **more: object) -> None:
        """Its work says how far it is."""
        report = WorkProgress(record.work, MODEL, "Counting", fraction, 12.0, updates=updates)
        changes = {"losses": (("total", 1.0 / (1 + updates)),), **more}
        self.hear(replace(report, **changes))  # type: ignore[arg-type] # names are checked at run time
        self.runner.advance()

    def end(self, record: JobRecord, outcome: Outcome | None = None, **more: object) -> None:
        """Its work gives its last report, having left this outcome."""
        if outcome is not None:
            self.files(record).save_outcome(outcome)
        fraction, updates = (1.0, 10) if outcome is not None else (0.5, 5)
        self.report(record, fraction, updates, done=True, **more)

    def files(self, record: JobRecord) -> JobFolder:
        return JobFolder(self.folder / record.id)

    def entry(self, record: JobRecord) -> Entry:
        return self.store.get(record.id)

    def now(self, record: JobRecord) -> JobRecord:
        return self.entry(record).record

    def events(self, record: JobRecord) -> str:
        """Everything that happened, one line each."""
        return "\n".join(event.text for event in self.store.events(record.id))

    def last_told(self, record: JobRecord) -> JobSummary | None:
        """The newest message on a job; None when that says it is gone."""
        message = [message for key, message in self.told if key == f"job:{record.id}"][-1]
        if isinstance(message, JobRemoved):
            return None
        assert isinstance(message, JobChanged)
        return message.job

    def heard(self, kind: type[M]) -> list[M]:
        return [message for _, message in self.told if isinstance(message, kind)]

    def _make_child(self, spec: JobSpec, hear: Hear) -> FakeChild:
        self.children.append(self.child(spec))
        return self.children[-1]


OpenOffice = Callable[..., Office]


def a_record(job: str = ID, **changes: object) -> JobRecord:
    record = JobRecord(
        id=job,
        kind="count",
        title="Count to 10",
        model=MODEL,
        runs="device",
        browser="a",
        params={"steps": 10},
        seed=3,
        created_at=1.0,
        queued_at=1.0,
    )
    return replace(record, **changes)  # type: ignore[arg-type] # names are checked at run time
