"""Names of models that jobs will publish: settled and reserved before anybody trains."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel

from tests.jobs.office import RECIPES, Office
from wend.errors import InvalidParams
from wend.jobs.naming import check_name, name_of, named
from wend.jobs.recipe import InProcess, Recipe
from wend.jobs.recipes import RECIPES as OURS
from wend.methods.process_bench import ProcessBench
from wend.optim.job import Job


class Publishing(BaseModel):
    """A job with a name for its model."""

    model: str = "tiny"
    name: str | None = None


def built_elsewhere(params: Publishing, bench: ProcessBench) -> Job:
    raise NotImplementedError


PUBLISH: Recipe[Publishing] = Recipe(
    "publish", "Publish", "", Publishing, InProcess(built_elsewhere), lambda _p: None, lambda _p: "Publish",
    lambda _p: 0,
    stem="widened",
)  # fmt: skip


def test_the_first_free_name_is_given() -> None:
    taken = {"widened", "widened-2"}
    given = named(PUBLISH, Publishing(), lambda name: name not in taken)
    assert given == Publishing(name="widened-3")
    assert named(PUBLISH, Publishing(), lambda _name: True).name == "widened"
    mine = Publishing(name="mine")
    assert named(PUBLISH, mine, lambda _name: False) is mine
    check_name(PUBLISH, Publishing(), lambda _name: False)
    with pytest.raises(InvalidParams, match="there is a model mine already"):
        check_name(PUBLISH, mine, lambda _name: False)


def test_who_publishes_nothing_needs_no_name() -> None:
    silent = replace(PUBLISH, stem="")
    values = Publishing(name="x")
    assert name_of(silent, values) is None
    assert named(silent, Publishing(), lambda _name: True) == Publishing()
    assert {kind for kind, recipe in OURS.items() if recipe.stem} == {"widen", "pivotal", "sketch"}
    assert OURS["widen"].parse({"model": "m"}).name is None


def test_names_are_reserved_while_a_job_waits(office: Office) -> None:
    recipes: dict[str, Recipe[Any]] = {**RECIPES, "publish": PUBLISH}
    commands = office.commands_of(recipes)
    names = [commands.create("publish", {}, "", "a").params["name"] for _ in range(2)]
    assert names == ["widened", "widened-2"]
    with pytest.raises(InvalidParams, match="widened-2 already"):
        commands.create("publish", {"name": "widened-2"}, "", "a")
    with pytest.raises(InvalidParams, match="tiny already"):
        commands.create("publish", {"name": "tiny"}, "", "a")
    # One that was given up leaves its name to others.
    waiting = next(e.record for e in office.store.list() if e.record.params.get("name") == "widened-2")
    commands.cancel(waiting.id)
    assert commands.create("publish", {}, "", "a").params["name"] == "widened-2"
