"""Recipe command: a command line for a kind of job, its options made from the job's own parameters."""

import inspect
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wend.cli.job_progress import STOPPED_CODE, run_watched
from wend.errors import InvalidParams
from wend.settings import Settings

if TYPE_CHECKING:
    from pydantic import JsonValue

    from wend.jobs.local import LocalRun
    from wend.jobs.recipe import Recipe

PASS_ON: dict[str, Any] = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
"""Settings of a command that leaves all its words to `run_recipe`, which first imports torch."""

Schema = Mapping[str, Any]  # Any: a JSON schema, as pydantic writes it

_TYPES: Mapping[str, type] = {"integer": int, "number": float, "boolean": bool, "string": str}
_COMMON: Mapping[str, tuple[object, object]] = {
    "preset": (
        Annotated[str | None, typer.Option("--preset", help="a named set of parameters; ? lists them")],
        None,
    ),
    "set_": (
        Annotated[
            list[str] | None,
            typer.Option("--set", metavar="NAME=JSON", help="any parameter, e.g. patience=null"),
        ],
        None,
    ),
    "anew": (
        Annotated[bool, typer.Option("--anew", help="from scratch, whatever an earlier run left")],
        False,
    ),
    "data": (Annotated[Path | None, typer.Option("--data", help="your models, shelf and jobs")], None),
    "models": (Annotated[Path | None, typer.Option("--models", help="folder of shipped models")], None),
    "device": (Annotated[str | None, typer.Option("--device", help="cpu, cuda, cuda:1, ...")], None),
    "threads": (Annotated[int | None, typer.Option("--threads", help="of one operation on the CPU")], None),
    "json_": (Annotated[bool, typer.Option("--json", help="print one JSON object on stdout")], False),
}


def run_recipe(kind: str, positional: tuple[str, ...], words: list[str], prog_name: str) -> None:
    """Read the words of a command, run the job, print its outcome. positional: parameters with no option."""
    from wend.jobs.recipes import find_recipe

    recipe = find_recipe(kind)
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command(help=recipe.summary)(command_of(recipe, positional, carry_out))
    app(words, prog_name=prog_name)


def command_of(
    recipe: "Recipe[Any]",
    positional: tuple[str, ...],
    act: "Callable[[Recipe[Any], dict[str, JsonValue], dict[str, Any]], None]",
) -> Callable[..., None]:
    """A function that typer makes a command of: an option for every parameter, and those all jobs have.

    act: gets the parameters that were given, over those of the preset, and the common options.
    """
    properties: Schema = recipe.params.model_json_schema()["properties"]

    def command(**values: Any) -> None:  # noqa: ANN401 - what typer has read, by name
        common = {name: values.pop(name) for name in _COMMON}
        given = {name: value for name, value in values.items() if value is not None}
        given = {name: list(v) if isinstance(v, tuple) else v for name, v in given.items()}
        given |= dict(assigned(text) for text in common["set_"] or ())
        preset = {} if common["preset"] is None else preset_named(recipe, common["preset"], given.get("edit"))
        act(recipe, {**preset, **given}, common)

    parameters = [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=kind)
        for name, kind, default in (
            *(_argument(name, properties[name]) for name in positional),
            *(_option(name, schema) for name, schema in properties.items() if name not in positional),
            *((name, kind, default) for name, (kind, default) in _COMMON.items()),
        )
    ]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what typer reads
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


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
        names = "; ".join(found or recipe.presets)
        raise InvalidParams("preset", f"{text!r} {'may be each of' if found else 'is none of'}: {names}")
    return recipe.presets[found[0]]


def carry_out(recipe: "Recipe[Any]", params: "dict[str, JsonValue]", common: dict[str, Any]) -> None:
    """Run the job and print what it left; a job that was stopped exits with a code of its own."""
    run = run_watched(recipe.kind, params, settings_of(common), common["anew"])
    print_run(run, common["json_"])
    if not run.is_done:
        raise typer.Exit(STOPPED_CODE)


def settings_of(common: Mapping[str, Any]) -> Settings:
    """The settings that the common options of a command ask for."""
    return Settings.load(
        os.environ,
        {
            "data_dir": common["data"],
            "models_dir": common["models"],
            "device": common["device"],
            "threads": common["threads"],
        },
    )


def print_run(run: "LocalRun", as_json: bool) -> None:
    """What a job left: for people, or as one JSON object."""
    from importlib.metadata import version

    from wend import __version__

    facts = {} if run.outcome is None else run.outcome.facts
    walks = () if run.outcome is None else run.outcome.walks
    if as_json:
        answer = {
            "id": run.id,
            "kind": run.kind,
            "done": run.is_done,
            "params": run.params,
            "facts": facts,
            "walks": list(walks),
            "result_model": None if run.outcome is None else run.outcome.model,
            "updates": run.report.updates,
            "losses": dict(run.report.losses),
            "seconds": round(run.seconds, 3),
            "folder": str(run.folder),
            "device": run.device,
            "threads": run.threads,
            "model": run.report.model or None,
            "seed": run.params.get("seed"),
            "torch": version("torch"),
            "version": __version__,
        }
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        return
    for name, value in facts.items():
        typer.echo(f"{name}: {value}")
    for walk in walks:
        typer.echo(f"on the shelf: {walk}")
    if run.outcome is not None and run.outcome.model is not None:
        typer.echo(f"new model: {run.outcome.model}")
    typer.echo(f"files: {run.folder}")


def _argument(name: str, schema: Schema) -> tuple[str, object, object]:
    text = ", ".join(str(value) for value in schema.get("enum", ()))
    described = str(schema.get("description", "")) + (f": {text}" if text else "")
    return name, Annotated[_type_of(schema), typer.Argument(help=described)], inspect.Parameter.empty


def _option(name: str, schema: Schema) -> tuple[str, object, object]:
    """An option that says nothing unless it is given: what is left out is the preset's or the recipe's."""
    flag = "--" + name.replace("_", "-")
    declared = f"{flag}/--no-{flag[2:]}" if schema.get("type") == "boolean" else flag
    return name, Annotated[_type_of(schema) | None, typer.Option(declared, help=_help_of(schema))], None


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


def assigned(text: str) -> "tuple[str, JsonValue]":
    """NAME=JSON; what is no JSON is text. Raises: InvalidParams."""
    name, separator, value = text.partition("=")
    if not separator:
        raise InvalidParams(text, "it must be NAME=JSON")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value
