"""Presets: named sets of a recipe's parameters, found by their words, and listed."""

import json
from typing import TYPE_CHECKING, Any

import typer

from wend.errors import InvalidParams

if TYPE_CHECKING:
    from pydantic import JsonValue

    from wend.jobs.recipe import Recipe

LIST = "?"
"""In the place of a preset's name."""


def preset_named(recipe: "Recipe[Any]", text: str, edit: object) -> "dict[str, JsonValue]":
    """The preset with all these words in its name, of this edit if one was given.

    Raises: InvalidParams where there is none, or several, naming them.
    """
    words = text.lower().split()
    exact = [name for name in recipe.presets if name.lower() == text.lower()]
    found = exact or [name for name in recipe.presets if all(word in name.lower() for word in words)]
    if edit is not None and not exact:
        found = [name for name in found if recipe.presets[name].get("edit", edit) == edit]
    if len(found) != 1:
        names = "; ".join(found or recipe.presets) or "it has none"
        why = f"{text!r} {'may be each of' if found else 'is none of'}: {names}"
        raise InvalidParams("--preset", why)
    return recipe.presets[found[0]]


def list_presets(recipe: "Recipe[Any]") -> None:
    """Each by its name, with what it sets."""
    if not recipe.presets:
        typer.echo("It has no presets: what --help names as defaults is what it runs with.")
        return
    for name, values in recipe.presets.items():
        told = ", ".join(f"{key}={json.dumps(value)}" for key, value in values.items())
        typer.echo(f"{name}\n    {told}")
    typer.echo("Without --preset: the defaults that --help names.")
