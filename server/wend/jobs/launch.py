"""Launch: how a job's work begins - in the engine, or in a process of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from wend import __version__
from wend.engine.request import WorkProgress
from wend.engine.running import WorkBuilder
from wend.engine.status import EngineStatus
from wend.errors import CardInvalid, ModelChanged, ModelNotFound, WendError
from wend.jobs.folder import JobFolder
from wend.jobs.live import Halt
from wend.jobs.recipe import Recipe
from wend.jobs.record import JobRecord
from wend.jobs.work import JobSpec, job_builder
from wend.library.models import ModelStore

Hear = Callable[[WorkProgress], None]
GENERATOR = "generator"
"""Among the versions of a record: the hash of the weights it works on."""


class WorkEngine(Protocol):
    """What jobs need of an engine, in this process or in another. Its reports come by another way."""

    def add_work(self, name: str, model_id: str, build: WorkBuilder) -> None: ...

    def stop_work(self, name: str) -> None: ...

    def status(self) -> EngineStatus: ...


class Child(Halt, Protocol):
    """A job in a process of its own, such as `child.ChildProcess`."""

    def start(self) -> None: ...


ChildMaker = Callable[[JobSpec, Hear], Child]


@dataclass(frozen=True)
class EngineWork:
    """A work in the engine, by its name."""

    engine: WorkEngine
    name: str

    def stop(self) -> None:
        self.engine.stop_work(self.name)

    def kill(self) -> None:
        """The engine ends by itself soon, and its works with it."""


class Launcher:
    """Begins works. hear: gets the reports of processes, on any thread."""

    def __init__(
        self,
        models: ModelStore,
        recipes: Mapping[str, Recipe[Any]],  # Any: each has parameters of its own
        engine: WorkEngine,
        make_child: ChildMaker,
        hear: Hear,
        folder: Path,
        checkpoint_s: float,
    ) -> None:
        self._models, self._recipes, self._engine = models, recipes, engine
        self._make_child, self._hear = make_child, hear
        self._folder, self._checkpoint_s = folder, checkpoint_s

    def hash_of(self, model: str) -> str:
        """Of the weights on disk now. Raises: ModelNotFound, CardInvalid."""
        return self._models.get(model).card.hash

    def has_model(self, name: str) -> bool:
        """Whether a model of this name is on disk, damaged ones included."""
        try:
            self.hash_of(name)
        except ModelNotFound:
            return False
        except CardInvalid:
            return True
        return True

    def versions(self, record: JobRecord) -> Mapping[str, str]:
        """Of what a job that begins now runs on; without the generator where that cannot be read."""
        found = {"wend": __version__, "torch": version("torch")}
        try:
            return found if record.model is None else {**found, GENERATOR: self.hash_of(record.model)}
        except WendError:
            return found

    def device(self, record: JobRecord) -> str:
        """What a job that begins now runs on, in words, with threads and precision."""
        where = "a process of its own, " if record.runs == "process" else ""
        return f"{where}{self._engine.status().device}, float32"

    def leaves_something(self, record: JobRecord) -> bool:
        """Whether it can end before its end and has begun."""
        recipe = self._recipes.get(record.kind)
        return recipe is not None and recipe.ends_early and record.updates > 0

    def say_enough(self, job: str) -> None:
        """Whoever runs it sees it between two updates. Raises: JobNotFound, DiskFull."""
        JobFolder(self._folder / job).say_enough()

    def launch(self, record: JobRecord) -> Halt:
        """Begin, or go on from the checkpoint in its folder.

        Raises: ModelNotFound, CardInvalid, ModelChanged, RecipeNotFound, InvalidParams, DiskFull.
        """
        if record.model is not None and self.hash_of(record.model) != record.versions.get(GENERATOR):
            raise ModelChanged(record.model)
        spec = JobSpec(
            id=record.id,
            kind=record.kind,
            params=record.params,
            folder=self._folder / record.id,
            model=record.model,
            seed=record.seed,
            checkpoint_s=self._checkpoint_s,
        )
        JobFolder(spec.folder).create()
        if record.runs == "process":
            child = self._make_child(spec, self._hear)
            child.start()
            return child
        assert record.model is not None, "a job of the device works on a model"
        self._engine.add_work(record.work, record.model, job_builder(spec, self._recipes))
        return EngineWork(self._engine, record.work)
