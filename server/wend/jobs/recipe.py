"""Recipe: a kind of job, with its parameters and the way to build one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, JsonValue, ValidationError
from pydantic_core import ErrorDetails

from wend.errors import InvalidParams
from wend.jobs.record import Runs
from wend.library.card import MODEL_ID
from wend.methods.process_bench import ProcessBench
from wend.methods.workbench import Workbench
from wend.optim.job import Job

Params = TypeVar("Params", bound=BaseModel)


@dataclass(frozen=True)
class OnDevice(Generic[Params]):
    """Jobs that run in the engine, built on a resident generator."""

    build: Callable[[Params, Workbench], Job]
    runs: Runs = "device"


@dataclass(frozen=True)
class InProcess(Generic[Params]):
    """Jobs that run in a process of their own, built on what that opens."""

    build: Callable[[Params, ProcessBench], Job]
    runs: Runs = "process"


@dataclass(frozen=True)
class Recipe(Generic[Params]):
    """A kind of job. place: where its jobs run, and how one is built there.

    title: what a user does with it; summary: one or two sentences; presets: named sets of parameters;
    model_of: id of the model it works on, None where it needs none resident; stem: of the names that are
    given to the models it publishes, where its parameter `name` is left out; empty where it publishes none;
    ends_early: its jobs have something to leave before their end (`optim.job.EndsEarly`).
    """

    kind: str
    title: str
    summary: str
    params: type[Params]
    place: OnDevice[Params] | InProcess[Params]
    model_of: Callable[[Params], str | None]
    title_of: Callable[[Params], str]
    seed_of: Callable[[Params], int]
    presets: dict[str, dict[str, JsonValue]] = field(default_factory=dict)
    stem: str = ""
    ends_early: bool = False

    @property
    def runs(self) -> Runs:
        return self.place.runs

    @property
    def build(self) -> Callable[[Params, Any], Job]:  # Any: a Workbench or a ProcessBench, by `runs`
        return self.place.build

    def schema(self, own_edits: Sequence[str] = ()) -> dict[str, JsonValue]:
        """JSON schema of the parameters; own_edits: names a user's own edits have, offered beside ours."""
        schema: dict[str, Any] = self.params.model_json_schema()  # Any: as JSON schemas are
        for values in schema["properties"].values():
            if values.get("own") == "edits":
                values["enum"] = [*values["enum"], *own_edits]
        return schema

    def parse(self, values: Mapping[str, JsonValue]) -> Params:
        """Parameters from JSON. Raises: InvalidParams naming the first that cannot be used."""
        try:
            return self.params.model_validate(dict(values))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "set"
            raise InvalidParams(where, _in_words(first)) from error


def _in_words(found: ErrorDetails) -> str:
    """Why a value cannot be used. Nobody who types a name reads a pattern."""
    if found["type"] == "string_pattern_mismatch" and found.get("ctx", {}).get("pattern") == MODEL_ID:
        return "it may have letters, digits, dots, dashes and underscores, 64 at most, and no blanks"
    return found["msg"].removeprefix("Value error, ")
