"""Local: a job run in this process, for commands and notebooks - the very same work, folder and record."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel, JsonValue

from wend import __version__
from wend.engine.request import WorkProgress
from wend.errors import JobStateInvalid
from wend.jobs.bench import open_process_bench, open_workbench
from wend.jobs.clock import SystemClock
from wend.jobs.drive import drive
from wend.jobs.folder import JobFolder
from wend.jobs.interrupts import Interrupts
from wend.jobs.naming import named
from wend.jobs.own import OwnJob
from wend.jobs.place import opened_jobs
from wend.jobs.recipe import Recipe
from wend.jobs.recipes import RECIPES, find_recipe
from wend.jobs.record import JobRecord
from wend.jobs.work import JobSpec, JobWork
from wend.methods.process_bench import ProcessBench
from wend.optim.job import Job, Outcome
from wend.settings import Settings

ID_DIGITS = 12


@dataclass(frozen=True)
class LocalRun:
    """How a run ended.

    outcome: None if it was stopped; folder: of its files; params: as they were used; seconds: it has run,
    over all sessions; threads: of one torch operation.
    """

    id: str
    kind: str
    params: dict[str, JsonValue]
    folder: Path
    outcome: Outcome | None
    report: WorkProgress
    seconds: float
    device: str
    threads: int

    @property
    def is_done(self) -> bool:
        return self.outcome is not None


def run_local(
    kind: str,
    params: Mapping[str, JsonValue],
    settings: Settings,
    on_progress: Callable[[WorkProgress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    is_anew: bool = False,
    recipes: Mapping[str, Recipe[Any]] = RECIPES,  # Any: each has parameters of its own
    job: str | None = None,
) -> LocalRun:
    """Run a job to its end, or until `should_stop` says so; its state is then kept.

    The same kind and parameters on the same weights are the same job: a run that was stopped or killed goes
    on, unless `is_anew`. One that is done is done again. job: its id, where it is to be a job of its own.
    on_progress is called on this thread, a few times a second. Raises: RecipeNotFound, InvalidParams,
    ModelNotFound, JobElsewhere, and what the job raises.
    """
    recipe = find_recipe(kind, recipes)
    bench = open_process_bench(settings)
    taken = {model.card.id for model in bench.shelf.store.list().models}
    values = named(recipe, recipe.parse(params), lambda name: name not in taken)
    dumped: dict[str, JsonValue] = values.model_dump(mode="json")
    model = recipe.model_of(values)
    weights = "" if model is None else bench.shelf.store.get(model).card.hash
    seed = recipe.seed_of(values)
    with opened_jobs(settings.data_dir) as (store, root):
        job = job or job_id(kind, dumped, weights)
        folder = JobFolder(root / job)
        folder.create()
        record = JobRecord(
            id=job,
            kind=kind,
            title=recipe.title_of(values),
            model=model,
            runs=recipe.runs,
            browser="",
            params=dumped,
            seed=seed,
            created_at=0.0,
        )
        versions = {"wend": __version__, "torch": version("torch")}
        if weights:
            versions["generator"] = weights
        device = f"{bench.device}, {bench.threads} thread{'' if bench.threads == 1 else 's'}, float32"
        clock = SystemClock()
        own = OwnJob(store, record, folder, versions, device, clock, is_anew, settings.job_lease_s)
        work = JobWork(
            JobSpec(job, kind, dumped, folder.path, model, seed, settings.job_checkpoint_s),
            lambda: _build(recipe, values, bench),
        )

        def tell(report: WorkProgress) -> None:
            if not report.done:
                own.hear(report)
            if on_progress is not None:
                on_progress(report)

        def is_asked_to_stop() -> bool:
            if should_stop is not None and should_stop():
                own.pause()
                return True
            return own.is_lost

        try:
            driven = drive(work, tell, is_asked_to_stop)
        except BaseException:
            work.close()  # whoever goes on needs its lock
            own.leave()
            raise
        own.end(driven.report)
        if driven.error is not None:
            raise driven.error
        return LocalRun(
            job,
            kind,
            dumped,
            folder.path,
            folder.outcome(),
            driven.report,
            work.seconds,
            str(bench.device),
            bench.threads,
        )


def _build(recipe: Recipe[Any], params: BaseModel, bench: ProcessBench) -> Job:
    """Whatever server would run it: in its engine, or in a process of its own."""
    if recipe.runs == "process":
        return recipe.build(params, bench)
    model = recipe.model_of(params)
    assert model is not None, f"{recipe.kind} works on a model"
    return recipe.build(params, open_workbench(bench, model))


def job_id(kind: str, params: Mapping[str, JsonValue], weights: str) -> str:
    """12 hex digits of what a job is made of: the same command finds its own checkpoint."""
    text = json.dumps([kind, params, weights], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS]


def delete_job(data_dir: Path, job: str) -> None:
    """Delete a job and its files, from outside a server; one on the same data folder tells its browsers.

    Marked first, as a server does, so that nobody finds half of it. Raises: JobNotFound; JobElsewhere where
    another process runs it; DatabaseBusy, DiskFull.
    """
    with opened_jobs(data_dir) as (store, root):
        store.change(job, lambda record: record.remove(SystemClock().wall()), "Deleted.")
        JobFolder(root / job).remove()
        store.remove(job)


def end_early(data_dir: Path, job: str) -> None:
    """Whatever process runs a job sees, after its first update or a later one, that it may end with what it
    has.

    Raises: JobNotFound; JobStateInvalid where its kind does not end early, or it has ended; DiskFull.
    """
    with opened_jobs(data_dir) as (store, root):
        record = store.get(job).record
        if record.has_ended or not find_recipe(record.kind).ends_early:
            raise JobStateInvalid(job, record.state, "ended early")
        JobFolder(root / job).say_enough()


def run_job(
    kind: str,
    params: Mapping[str, JsonValue],
    data_dir: str | Path = "data",
    on_progress: Callable[[WorkProgress], None] | None = None,
    **settings: object,
) -> LocalRun:
    """Run a job from a notebook, as `wend` does: `wend.run_job("steer", {"model": "portraits-64"})`.

    Further settings by name, e.g. device="cpu". Interrupting the cell keeps its state; the same call
    goes on. Raises: as `run_local`, and KeyboardInterrupt once the state is kept.
    """
    loaded = Settings.load(os.environ, {"data_dir": Path(data_dir), **settings})
    with Interrupts() as interrupts:
        run = run_local(kind, params, loaded, on_progress, interrupts.has_come)
    if not run.is_done:
        raise KeyboardInterrupt
    return run


def learn_walk(
    model: str, edit: str = "shift_x", data_dir: str | Path = "data", **params: JsonValue
) -> LocalRun:
    """Learn a walk from a notebook: `wend.learn_walk("portraits-64", "zoom", samples=800)`.

    params: of the recipe 'steer', see `wend steer --help`. The walks' ids are in `outcome.walks`.
    """
    return run_job("steer", {"model": model, "edit": edit, **params}, data_dir)
