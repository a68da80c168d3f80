"""Job work: a job of the one optimisation loop behind the engine's Work, its files kept as it goes."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from pydantic import BaseModel, JsonValue

from wend import __version__
from wend.engine.running import WorkBuilder
from wend.errors import CheckpointInvalid
from wend.imaging.contact_sheet import sheet_jpeg
from wend.jobs.folder import CHECKPOINT_FILE, HistoryPoint, JobFolder
from wend.jobs.lock import FolderLock, holder
from wend.jobs.nested import copied, size_of
from wend.jobs.recipe import Recipe
from wend.jobs.recipes import RECIPES, find_recipe
from wend.jobs.writer import FileWriter
from wend.methods.workbench import Workbench
from wend.optim.job import EndsEarly, Job, SliceReport

CHECKPOINT_S = 10.0
CHECKPOINT_RATE = 4 * 2**20
"""Bytes a second that checkpoints write on an average at most: 700 MB, of 1024 px, every three minutes."""
HISTORY_S = 1.0
PREVIEW_S = 2.0
PREVIEW_SHARE = 0.05  # of a job's time at most, where a preview takes long to draw
WAIT_S = 0.005  # for the disk, or for another process, in one slice
PREPARING = "Preparing"
THEN = ", then "
NEARLY = 0.999  # the fraction shown until the outcome is on disk

Clock = Callable[[], float]


@dataclass(frozen=True)
class JobSpec:
    """All that a job is made from: a value that crosses to another process, and that repeats the job.

    params: as the recipe's model dumps them to JSON; folder: of its files; checkpoint_s: seconds between
    two checkpoints, more where these would write more than checkpoint_rate bytes a second.
    """

    id: str
    kind: str
    params: dict[str, JsonValue]
    folder: Path
    model: str | None
    seed: int
    checkpoint_s: float = CHECKPOINT_S
    checkpoint_rate: float = CHECKPOINT_RATE

    @property
    def name(self) -> str:
        """Of its work in the engine."""
        return f"job:{self.id}"


class JobWork:
    """Builds the job, goes on from its checkpoint, and does one step a slice.

    It keeps a checkpoint every `checkpoint_s` seconds, a large one more seldom, between two updates only, and
    at every stop; a row of history at most once a second; a preview at most every two. A job found finished
    in its folder is done at once: it may have been killed after the last step. clock: seconds, any start.
    """

    def __init__(self, spec: JobSpec, build: Callable[[], Job], clock: Clock = time.monotonic) -> None:
        self._spec = spec
        self._build = build
        self._clock = clock
        self._folder = JobFolder(spec.folder)
        self._writer = FileWriter(spec.id)
        self._lock: FolderLock | None = None
        self._kept: Future[None] | None = None  # the checkpoint written last
        self._job: Job | None = None
        self._report = SliceReport(0.0, PREPARING)
        self._is_asked_to_stop = self._is_draining = self._is_finished = False
        self._is_finishing = False
        self._began = self._checkpointed = clock()
        self._pause_s = spec.checkpoint_s  # between two checkpoints
        self._charted = self._shown = float("-inf")
        self._seconds_before = self._preview_cost = 0.0
        self._threads = ""  # of one torch operation, those of earlier sessions first

    @property
    def name(self) -> str:
        return self._spec.name

    @property
    def model(self) -> str:
        return self._spec.model or ""

    @property
    def label(self) -> str:
        return self._report.label

    @property
    def fraction(self) -> float:
        """1 only when the outcome is on disk."""
        return 1.0 if self._is_finished else min(self._report.fraction, NEARLY)

    @property
    def updates(self) -> int:
        return self._report.updates

    @property
    def losses(self) -> Mapping[str, float]:
        return self._report.losses

    @property
    def seconds(self) -> float:
        """Time the job has run, over all sessions."""
        return self._seconds_before + (self._clock() - self._began)

    def stop(self) -> None:
        """Keep a checkpoint between two updates, and end; a job at its end is finished instead."""
        self._is_asked_to_stop = True

    def close(self) -> None:
        """Give thread and lock back; keep nothing more. At its end, and when it breaks, it does so itself."""
        self._job = None
        self._writer.close()
        if self._lock is not None:
            self._lock.free()

    def run_slice(self) -> bool:
        """One step, or one of what surrounds them.

        Raises: DiskFull, CheckpointInvalid, and what the job does.
        """
        try:
            is_over = self._run_slice()
        except BaseException:
            self.close()
            raise
        if is_over:
            self.close()
        return is_over

    def _run_slice(self) -> bool:
        self._writer.check()
        if self._is_draining:
            is_over = self._writer.wait(WAIT_S)
            self._is_finished |= is_over and self._is_finishing
            return is_over
        if self._lock is None:
            return self._take()
        if self._job is None:
            return self._open()
        if self._report.is_done:
            self._finish(self._job)
        elif self._is_asked_to_stop and self._job.is_at_rest:
            self._keep(self._job)
            self._is_draining = True
        elif isinstance(self._job, EndsEarly) and self._is_enough and self._job.is_at_rest:
            self._report = self._job.end_early()
            self._keep(self._job)
        elif self._is_preview_due():
            self._show(self._job)
        else:
            self._step(self._job)
        return False

    # -- one slice of each kind -------------------------------------------------------------------

    def _take(self) -> bool:
        if self._is_asked_to_stop:
            return True
        self._folder.create()
        self._lock = FolderLock.take(self._folder.path)
        if self._lock is None:
            # Of a server that was killed: it keeps its state, after a step that may take long.
            self._report = SliceReport(0.0, f"Waiting: {holder(self._folder.path)} still writes its files")
            time.sleep(WAIT_S)
            return False
        self._report = SliceReport(0.0, PREPARING)
        if self._folder.is_anew:
            self._folder.drop_checkpoint()
        return False

    def _open(self) -> bool:
        self._is_finished = self._folder.outcome() is not None
        if self._is_finished or self._is_asked_to_stop:
            return True
        job, self._threads = self._build(), str(torch.get_num_threads())
        state = self._folder.load_checkpoint()
        if state is not None:
            self._restore(job, state)
        self._folder.cut_history(self._report.updates)
        self._job = job
        self._began = self._checkpointed = self._clock()
        return False

    def _step(self, job: Job) -> None:
        before = self._report.updates
        self._report = job.step()
        now = self._clock()
        is_new = self._report.updates > before and bool(self._report.losses)
        if is_new and (now - self._charted >= HISTORY_S or self._report.is_done):
            self._charted = now
            point = HistoryPoint(self._report.updates, self.seconds, dict(self._report.losses))
            self._writer.put(lambda: self._folder.append_history([point]))
        is_due = now - self._checkpointed >= self._pause_s or self._report.is_done
        if is_due and job.is_at_rest and (self._kept is None or self._kept.done() or self._report.is_done):
            self._keep(job)

    def _finish(self, job: Job) -> None:
        """On the writer's thread: the device goes on with others while pages are made and flushed."""
        self._show(job)
        self._report = replace(self._report, label="Writing down what was found")
        self._writer.put(lambda: self._save_outcome(job))
        self._is_finishing = self._is_draining = True

    def _save_outcome(self, job: Job) -> None:
        outcome = job.finish(self._folder.artifacts_folder)
        if THEN in self._threads:
            # The sums of other threads differ in their last bits: it is not repeated by either.
            outcome = replace(outcome, facts={**outcome.facts, "threads": self._threads})
        self._folder.save_outcome(outcome)

    # -- files ------------------------------------------------------------------------------------

    def _keep(self, job: Job) -> None:
        """A checkpoint, of a copy: the job goes on while it is written."""
        self._checkpointed = self._clock()
        report, spec = self._report, self._spec
        state: dict[str, object] = {
            "kind": spec.kind,
            "params": spec.params,
            "seed": spec.seed,
            "versions": {"wend": __version__, "torch": torch.__version__},
            "threads": self._threads,
            "seconds": self.seconds,
            "report": {
                "fraction": report.fraction,
                "label": report.label,
                "is_done": report.is_done,
                "updates": report.updates,
                "losses": dict(report.losses),
            },
            "job": copied(job.state_dict()),
        }
        self._pause_s = max(spec.checkpoint_s, size_of(state) / spec.checkpoint_rate)
        self._kept = self._writer.put(lambda: self._folder.save_checkpoint(state))

    def _restore(self, job: Job, state: dict[str, object]) -> None:
        try:
            if state["kind"] != self._spec.kind or state["params"] != self._spec.params:
                raise ValueError("it is of other settings")
            inner, report, seconds = state["job"], state["report"], state["seconds"]
            if not isinstance(inner, dict) or not isinstance(report, dict):
                raise ValueError("it is no checkpoint of a job")
            job.load_state_dict(inner)
            self._report = SliceReport(**report)
            self._seconds_before = float(str(seconds))
            before = str(state["threads"])
            if before.rsplit(THEN, maxsplit=1)[-1] != self._threads:
                self._threads = f"{before}{THEN}{self._threads}"
        except (KeyError, RuntimeError, ValueError, TypeError) as error:
            raise CheckpointInvalid(CHECKPOINT_FILE, str(error)) from error

    @property
    def _is_enough(self) -> bool:
        """Asked to end with what it has, which is something."""
        return self._report.updates > 0 and self._folder.is_enough

    def _is_preview_due(self) -> bool:
        pause = max(PREVIEW_S, self._preview_cost / PREVIEW_SHARE)
        return not self._is_asked_to_stop and self._clock() - self._shown >= pause

    def _show(self, job: Job) -> None:
        began = self._clock()
        preview = job.preview()
        if preview is not None:
            images, columns = preview[0].detach().float().cpu().clone(), preview[1]
            self._writer.put(lambda: self._folder.save_preview(sheet_jpeg(images, columns)))
        self._shown = self._clock()
        self._preview_cost = self._shown - began


@dataclass(frozen=True)
class BuildJob:
    """Makes the work of a job from a workbench; pickled by the names of its parts."""

    spec: JobSpec
    params: BaseModel
    build: Callable[[BaseModel, Workbench], Job]

    def __call__(self, bench: Workbench) -> JobWork:
        return JobWork(self.spec, lambda: self.build(self.params, bench))


def job_builder(spec: JobSpec, recipes: Mapping[str, Recipe[BaseModel]] = RECIPES) -> WorkBuilder:
    """What `Engine.add_work` takes, with the spec's name and model. Raises: RecipeNotFound, InvalidParams."""
    recipe = find_recipe(spec.kind, recipes)
    assert recipe.runs == "device", f"{spec.kind} runs in a process of its own"
    return BuildJob(spec, recipe.parse(spec.params), recipe.build)
