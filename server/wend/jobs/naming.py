"""Naming: what a job that publishes a model will call it, settled before it is queued."""

from collections.abc import Callable
from itertools import count
from typing import TypeVar

from pydantic import BaseModel

from wend.errors import InvalidParams
from wend.jobs.recipe import Recipe

P = TypeVar("P", bound=BaseModel)


def named(recipe: Recipe[P], values: P, is_free: Callable[[str], bool]) -> P:
    """The parameters with the first free of stem, stem-2, ... for a name that was left out.

    As they are where a name was given, or where the recipe publishes nothing.
    """
    if name_of(recipe, values) is not None or not recipe.stem:
        return values
    names = (recipe.stem if k == 1 else f"{recipe.stem}-{k}" for k in count(1))
    return recipe.parse({**values.model_dump(mode="json"), "name": next(filter(is_free, names))})


def check_name(recipe: Recipe[P], values: P, is_free: Callable[[str], bool]) -> None:
    """Raises: InvalidParams where the model's name is taken; else it would be noticed after the training."""
    name = name_of(recipe, values)
    if name is not None and not is_free(name):
        raise InvalidParams("name", f"there is a model {name} already, or a job that will publish one")


def name_of(recipe: Recipe[P], values: P) -> str | None:
    """Of the model that a job with these parameters publishes; None where none was given, or it does not."""
    name = values.model_dump().get("name") if recipe.stem else None
    return None if name is None else str(name)
