"""`wend sketch`: teach a model a pose by a folder of drawings, as the page's board does."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from wend.cli.recipe_command import carry_out, check_file, command_of
from wend.errors import InvalidParams

if TYPE_CHECKING:
    from pydantic import JsonValue

    from wend.jobs.recipe import Recipe
    from wend.library.images import ImageStore
    from wend.library.sketch_sets import SketchContent

_ID = re.compile(r"[0-9a-f]{12}")
_POSES = 'such as [[{"name": "head", "x": 0.5, "y": 0.4}, ...], ...]: a list of points for each drawing'
_PICTURES = (".png", ".jpg", ".jpeg", ".webp")


def sketch(context: typer.Context) -> None:
    """Learn from drawings: `wend sketch MODEL DRAWINGS --name NAME`; Ctrl-C keeps its state."""
    words = list(context.args)
    check_file(words, "DRAWINGS", _ID, "folder", "id of a set")

    from wend.jobs.recipes import find_recipe

    recipe = find_recipe("sketch")
    app = typer.Typer(add_completion=False, rich_markup_mode="markdown", pretty_exceptions_enable=False)
    app.command(
        help=f"{recipe.summary} DRAWINGS: a folder of drawings on white paper, with --extractor labels of "
        "painted label maps, with --extractor pose a JSON file of lists of points, each with name, x and y "
        "(0 to 1, from the upper left corner); or the id of a set."
    )(command_of(recipe, ("model", "sketches"), _carry_out))
    app(words, prog_name="wend sketch")


def _carry_out(recipe: "Recipe[Any]", params: "dict[str, JsonValue]", common: dict[str, Any]) -> None:
    """Make a set of the folder, or find the one that was made of it: the same command is the same job."""
    from wend.cli.recipe_command import settings_of
    from wend.library.images import IMAGES_FOLDER, ImageStore
    from wend.library.sketch_sets import SKETCHES_FOLDER, SketchContent, SketchSets

    path = Path(str(params["sketches"]))
    if path.exists():
        data = settings_of(common).data_dir
        images = ImageStore(data / IMAGES_FOLDER)
        sets = SketchSets(data / SKETCHES_FOLDER, images)
        content = content_of(path, str(params.get("extractor") or "lines"), images)
        fields = set(SketchContent.model_fields)
        made = [each for each in sets.list() if each.model_dump(include=fields) == content.model_dump()]
        params = {**params, "sketches": (made[0] if made else sets.add(content)).id}
    elif _ID.fullmatch(str(path)) is None:
        raise InvalidParams("sketches", f"there is no folder {params['sketches']}, and it is no id of a set")
    carry_out(recipe, params, common)


def content_of(path: Path, extractor: str, images: "ImageStore") -> "SketchContent":
    """The drawings of a folder, by name, or the poses of a JSON file, kept among the images.

    Raises: InvalidParams for a folder without any; ImageInvalid, SketchEmpty, SketchFull, SketchIsPhoto,
    DiskFull.
    """
    from pydantic import ValidationError

    from wend.library.sketch_sets import SketchContent

    name = path.stem[:80] or "drawings"
    if extractor == "pose":
        try:
            poses = json.loads(path.read_text(encoding="utf-8"))
            return SketchContent.model_validate({"name": name, "kind": "pose", "poses": poses})
        except (OSError, ValueError, ValidationError) as error:
            raise InvalidParams("sketches", f"{path.name} is no JSON file of poses, {_POSES}") from error
    files = sorted(each for each in path.rglob("*") if each.suffix.lower() in _PICTURES and each.is_file())
    if not files:
        raise InvalidParams("sketches", f"{path.name} holds no drawing ({', '.join(_PICTURES)})")
    is_labels = extractor == "labels"
    hashes = [images.put(file.read_bytes(), "labels" if is_labels else "sketch").id for file in files]
    return SketchContent.model_validate(
        {"name": name, "kind": "labels" if is_labels else "lines", "drawings": hashes}
    )
