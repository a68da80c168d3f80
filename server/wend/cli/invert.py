"""`wend invert`: the job that looks for a photo inside a generator, run here, with the photo from a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from wend.cli.recipe_command import carry_out, command_of

if TYPE_CHECKING:
    from pydantic import JsonValue

    from wend.jobs.recipes import Recipe


def invert(context: typer.Context) -> None:
    """Open a photo: `wend invert MODEL PHOTO [options]`; Ctrl-C keeps its state."""
    from wend.jobs.recipes import find_recipe

    recipe = find_recipe("invert")
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command(help=f"{recipe.summary} PHOTO: a file, or its hash.")(
        command_of(recipe, ("model", "photo"), _carry_out)
    )
    app(list(context.args), prog_name="wend invert")


def _carry_out(recipe: "Recipe[Any]", params: "dict[str, JsonValue]", common: dict[str, Any]) -> None:
    """Put the file in the place of its name."""
    from wend.cli.recipe_command import settings_of
    from wend.library.images import IMAGES_FOLDER, ImageStore

    values, file = dict(params), Path(str(params["photo"]))
    if file.is_file():
        store = ImageStore(settings_of(common).data_dir / IMAGES_FOLDER)
        values["photo"] = store.put(file.read_bytes(), "photo").id
        values["title"] = values.get("title") or file.name[:200]
    carry_out(recipe, values, common)
