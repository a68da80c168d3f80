"""Commands: what people ask of jobs. A command returns when the database has it; the work follows."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import JsonValue

from wend.errors import InvalidParams, JobStateInvalid, QueueFull
from wend.jobs.clock import Clock
from wend.jobs.launch import Launcher
from wend.jobs.naming import check_name, named
from wend.jobs.recipe import Recipe
from wend.jobs.recipes import find_recipe
from wend.jobs.record import JobRecord, new_id
from wend.jobs.runner import JobRunner
from wend.jobs.store import JobStore

MAX_QUEUED = 200
TITLE_LENGTH = 120


class JobCommands:
    """On the runner's thread. Raises, everywhere: DiskFull, DatabaseBusy, DatabaseInvalid."""

    def __init__(
        self,
        store: JobStore,
        recipes: Mapping[str, Recipe[Any]],  # Any: each has parameters of its own
        launcher: Launcher,
        runner: JobRunner,
        clock: Clock,
    ) -> None:
        self._store, self._recipes, self._launcher = store, recipes, launcher
        self._runner, self._clock = runner, clock

    def create(self, kind: str, params: Mapping[str, JsonValue], title: str, browser: str) -> JobRecord:
        """Queue a new job; a title that is empty is made from the parameters.

        Raises: RecipeNotFound, InvalidParams, ModelNotFound, CardInvalid, QueueFull.
        """
        recipe = find_recipe(kind, self._recipes)
        values = recipe.parse(params)
        if recipe.stem:
            check_name(recipe, values, self._is_free)
            values = named(recipe, values, self._is_free)
        model = recipe.model_of(values)
        if model is not None:
            self._launcher.hash_of(model)
        if len(self._store.list(("queued",))) >= MAX_QUEUED:
            raise QueueFull(MAX_QUEUED)
        now = self._clock.wall()
        record = JobRecord(
            id=new_id(),
            kind=kind,
            title=(title.strip() or recipe.title_of(values))[:TITLE_LENGTH],
            model=model,
            runs=recipe.runs,
            browser=browser,
            params=_finite(values.model_dump(mode="json")),
            seed=recipe.seed_of(values),
            created_at=now,
            queued_at=now,
        )
        self._store.add(record, "Queued.")
        self._runner.requeued()
        return self._store.get(record.id).record

    def _is_free(self, name: str) -> bool:
        """Whether neither a model has this name nor a job that waits or runs will publish one under it."""
        waiting = self._store.list(("queued", "running", "paused"))
        publishing = {kind for kind, recipe in self._recipes.items() if recipe.stem}
        reserved = {e.record.params.get("name") for e in waiting if e.record.kind in publishing}
        return name not in reserved and not self._launcher.has_model(name)

    def pause(self, job: str) -> JobRecord:
        """Let it stand still, with its state kept. Raises: JobNotFound, JobStateInvalid, JobElsewhere."""
        label = "Pausing: its state is being kept" if self._runner.runs(job) else "Paused"
        return self._runner.stop(job, lambda record: record.pause(label), "Paused.")

    def finish(self, job: str) -> JobRecord:
        """Let it end with what it has by now; one that stands still goes on for that.

        Raises: JobNotFound; JobStateInvalid where it has nothing to leave, or has ended; JobElsewhere.
        """
        record = self._store.get(job).record
        has_something = find_recipe(record.kind, self._recipes).ends_early and record.updates > 0
        if not has_something or record.has_ended:
            raise JobStateInvalid(job, record.state, "ended early")
        # The record first: of a job that another process runs nothing is asked.
        if record.state == "paused":
            changed = self.resume(job)
        else:
            changed = self._runner.change(job, _unchanged, "Asked to end with what it has.")
        self._launcher.say_enough(job)
        return changed

    def cancel(self, job: str) -> JobRecord:
        """End it for good. Raises: JobNotFound, JobStateInvalid, JobElsewhere."""
        return self._runner.stop(job, lambda record: record.cancel(self._clock.wall()), "Cancelled.")

    def resume(self, job: str) -> JobRecord:
        """Queue it to go on from its checkpoint. Raises: JobNotFound, JobStateInvalid, JobElsewhere."""
        self._runner.change(job, lambda record: record.resume(self._clock.wall()), "Resumed.")
        self._runner.requeued()
        return self._store.get(job).record

    def restart(self, job: str) -> JobRecord:
        """Queue it to run again from scratch. Raises: JobNotFound, JobStateInvalid, JobElsewhere."""
        self._runner.change(job, lambda record: record.restart(self._clock.wall()), "Restarted from scratch.")
        self._runner.disown(job)
        self._runner.requeued()
        return self._store.get(job).record

    def rename(self, job: str, title: str | None, notes: str | None) -> JobRecord:
        """What is None stays. Raises: JobNotFound."""

        def change(record: JobRecord) -> JobRecord:
            named = record if title is None else replace(record, title=title)
            return named if notes is None else replace(named, notes=notes)

        return self._runner.change(job, change, "", is_shared=True)

    def remove(self, job: str) -> None:
        """Delete a job and its files; one that runs stops first. Raises: JobNotFound, JobElsewhere."""
        self._runner.remove(job)


def _unchanged(record: JobRecord) -> JobRecord:
    return record


def _finite(params: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Raises: InvalidParams where JSON has no word for a number; a reader elsewhere would choke on it."""
    try:
        json.dumps(params, allow_nan=False)
    except ValueError as error:
        raise InvalidParams("set", "a number in it is not finite") from error
    return params
