"""`wend manifold`: the job that animates a region, run here, with a picture and a mask from files."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from wend.cli.recipe_command import carry_out, command_of
from wend.errors import InvalidParams

if TYPE_CHECKING:
    from pydantic import JsonValue

    from wend.jobs.recipe import Recipe

_LONGEST_JSON = 1_000_000


def manifold(context: typer.Context) -> None:
    """Animate a region: `wend manifold PICTURE.json --mask MASK.png [options]`; Ctrl-C keeps its state."""
    from wend.jobs.recipes import find_recipe

    recipe = find_recipe("manifold")
    app = typer.Typer(add_completion=False, rich_markup_mode="markdown", pretty_exceptions_enable=False)
    app.command(help=f"{recipe.summary} PICTURE: a file, JSON, or MODEL:SEED; --mask: a file, or its hash.")(
        command_of(recipe, ("picture",), _carry_out)
    )
    app(list(context.args), prog_name="wend manifold")


def _carry_out(recipe: "Recipe[Any]", params: "dict[str, JsonValue]", common: dict[str, Any]) -> None:
    """Put files in the place of their names."""
    from wend.cli.recipe_command import settings_of
    from wend.library.images import IMAGES_FOLDER, ImageStore

    values = {**params, "picture": read_picture(str(params["picture"]))}
    mask = values.get("mask")
    if isinstance(mask, str) and Path(mask).is_file():
        store = ImageStore(settings_of(common).data_dir / IMAGES_FOLDER)
        values["mask"] = store.put(Path(mask).read_bytes(), "mask").id
    carry_out(recipe, values, common)


def read_picture(text: str) -> "JsonValue":
    """A picture from the name of a file, from JSON, or from MODEL:SEED. Raises: InvalidParams."""
    model, separator, seed = text.rpartition(":")
    if separator and seed.isdecimal() and not text.lstrip().startswith("{"):
        return {"model": model, "latent": {"kind": "seed", "seed": int(seed)}}
    try:
        if not text.lstrip().startswith("{"):
            path = Path(text)
            if path.stat().st_size > _LONGEST_JSON:
                raise InvalidParams("picture", f"{path.name} is too long for a picture")
            text = path.read_text(encoding="utf-8")
        value: JsonValue = json.loads(text)
    except (OSError, ValueError) as error:
        raise InvalidParams("picture", f"it is no file and no JSON: {error}") from error
    if isinstance(value, dict) and isinstance(value.get("picture"), dict):
        return value["picture"]  # a document holds its picture
    return value
