"""`wend invert`: the jobs that look for a photo inside a generator, run here, with the photo from a file."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from wend.cli.recipe_command import carry_out, check_file, command_of

_HASH = re.compile(r"[0-9a-f]{64}")

if TYPE_CHECKING:
    from pydantic import JsonValue

    from wend.jobs.recipe import Recipe


def invert(context: typer.Context) -> None:
    """Open a photo: `wend invert MODEL PHOTO [options]`; with --tune the model is tuned to it, too."""
    words = list(context.args)
    check_file([word for word in words if word != "--tune"], "PHOTO", _HASH, "file", "hash of a photo")
    if "--tune" in words:
        words.remove("--tune")
        run_with_photo("pivotal", words, "wend invert --tune")
    else:
        run_with_photo("invert", words, "wend invert")


def run_with_photo(kind: str, words: list[str], prog_name: str) -> None:
    """A kind of job whose second word is a photo's file."""
    from wend.jobs.recipes import find_recipe

    recipe = find_recipe(kind)
    app = typer.Typer(add_completion=False, rich_markup_mode="markdown", pretty_exceptions_enable=False)
    app.command(help=f"{recipe.summary} PHOTO: a file, or its hash.")(
        command_of(recipe, ("model", "photo"), _carry_out)
    )
    app(words, prog_name=prog_name)


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
