"""Recipe options: arguments and options of a command, made from the parameters of a kind of job."""

import inspect
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wend.cli.presets import LIST, list_presets

if TYPE_CHECKING:
    from wend.jobs.recipe import Recipe

Schema = Mapping[str, Any]  # Any: a JSON schema, as pydantic writes it

_TYPES: Mapping[str, type] = {"integer": int, "number": float, "boolean": bool, "string": str}
_CALLED = {"sketches": "DRAWINGS"}
"""Arguments that bear another name than their parameter, upper case."""
_FIRST = ("name", "title", "minutes", "iterations", "updates", "samples")
"""Options that most runs are given, in this order."""
_MORE, _OF_ALL = "More options", "Options of every job"
COMMON: Mapping[str, tuple[object, object]] = {
    "preset": (str | None, None),
    "set_": (
        Annotated[
            list[str] | None,
            typer.Option(
                "--set",
                metavar="NAME=JSON",
                help="any parameter, e.g. patience=null",
                rich_help_panel=_OF_ALL,
            ),
        ],
        None,
    ),
    "anew": (
        Annotated[
            bool,
            typer.Option(
                "--anew", help="from scratch, whatever an earlier run left", rich_help_panel=_OF_ALL
            ),
        ],
        False,
    ),
    "data": (
        Annotated[
            Path | None,
            typer.Option("--data", help="your models, shelf and jobs", rich_help_panel=_OF_ALL),
        ],
        None,
    ),
    "models": (
        Annotated[
            Path | None, typer.Option("--models", help="folder of shipped models", rich_help_panel=_OF_ALL)
        ],
        None,
    ),
    "device": (
        Annotated[
            str | None, typer.Option("--device", help="cpu, cuda, cuda:1, ...", rich_help_panel=_OF_ALL)
        ],
        None,
    ),
    "threads": (
        Annotated[
            int | None,
            typer.Option("--threads", help="of one operation on the CPU", rich_help_panel=_OF_ALL),
        ],
        None,
    ),
    "json_": (
        Annotated[
            bool, typer.Option("--json", help="print one JSON object on stdout", rich_help_panel=_OF_ALL)
        ],
        False,
    ),
}
"""Name -> type and default of what the command of any job takes."""


def parameters_of(recipe: "Recipe[Any]", positional: Sequence[str]) -> list[inspect.Parameter]:
    """Arguments, then an option for every parameter, the usual ones first, advanced ones in a box of their
    own, and those that all jobs have. `--preset ?` lists presets and ends, whatever else is given or not."""
    properties: Schema = recipe.params.model_json_schema()["properties"]
    known = [name for name in _FIRST if name in properties]
    names = [name for name in (*known, *properties) if name not in positional]
    common = {**COMMON, "preset": (_preset_of(recipe), None)}
    return [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=kind)
        for name, kind, default in (
            *(_argument(name, properties[name]) for name in positional),
            *(_option(name, properties[name], name in known) for name in dict.fromkeys(names)),
            *((name, kind, default) for name, (kind, default) in common.items()),
        )
    ]


def typed(field: str, recipe: "Recipe[Any]", positional: Sequence[str]) -> str:
    """How a parameter is typed at a terminal: DRAWINGS, --image-weight; as it is where nobody typed it."""
    name, _, rest = field.partition(".")
    if name in positional:
        return _called(name)
    return _flag(name) if name in recipe.params.model_fields and not rest else field


def _called(name: str) -> str:
    return _CALLED.get(name, name.upper())


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _preset_of(recipe: "Recipe[Any]") -> object:
    def heard(value: str | None) -> str | None:
        if value is not None and value.strip() == LIST:
            list_presets(recipe)
            raise typer.Exit
        return value

    text = f"a named set of parameters; {LIST} lists them"
    return Annotated[
        str | None,
        typer.Option("--preset", help=text, is_eager=True, callback=heard, rich_help_panel=_OF_ALL),
    ]


def _argument(name: str, schema: Schema) -> tuple[str, object, object]:
    text = ", ".join(str(value) for value in schema.get("enum", ()))
    described = str(schema.get("description", "")) + (f": {text}" if text else "")
    shown = typer.Argument(help=described, metavar=_called(name))
    return name, Annotated[_type_of(schema), shown], inspect.Parameter.empty


def _option(name: str, schema: Schema, is_usual: bool) -> tuple[str, object, object]:
    """An option that says nothing unless it is given: what is left out is the preset's or the recipe's."""
    flag = _flag(name)
    declared = f"{flag}/--no-{flag[2:]}" if schema.get("type") == "boolean" else flag
    panel = _MORE if schema.get("advanced") and not is_usual else None
    shown = typer.Option(declared, help=_help_of(schema), rich_help_panel=panel)
    return name, Annotated[_type_of(schema) | None, shown], None


def _type_of(schema: Schema) -> Any:  # noqa: ANN401 - a type that has no name for mypy
    for part in schema.get("anyOf", (schema,)):
        if part.get("type") == "array" and "prefixItems" in part:
            return tuple[tuple(_TYPES[item["type"]] for item in part["prefixItems"])]  # type: ignore[misc]  # made here
        if part.get("type") in _TYPES:
            return _TYPES[part["type"]]
    return str


def _help_of(schema: Schema) -> str:
    choices = "|".join(str(value) for value in schema.get("enum", ()))
    unit, default = schema.get("unit"), schema.get("default")
    bits = [f"in {unit}" if unit else "", choices]
    bits.append("" if default is None or default == "" else f"default: {json.dumps(default).strip(chr(34))}")
    tail = "; ".join(bit for bit in bits if bit)
    return f"{schema.get('description', '')}" + (f" ({tail})" if tail else "")
