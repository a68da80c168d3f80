"""Recipe command: a command line for a kind of job, its options made from the job's own parameters."""

import inspect
import json
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from wend.cli.job_progress import STOPPED_CODE, run_watched
from wend.cli.presets import preset_named
from wend.cli.recipe_options import COMMON, parameters_of, typed
from wend.errors import InvalidParams
from wend.settings import Settings

if TYPE_CHECKING:
    from pydantic import JsonValue

    from wend.jobs.local import LocalRun
    from wend.jobs.recipe import Recipe

PASS_ON: dict[str, Any] = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
"""Settings of a command that leaves all its words to `run_recipe`, which first imports torch."""


def run_recipe(kind: str, positional: tuple[str, ...], words: list[str], prog_name: str) -> None:
    """Read the words of a command, run the job, print its outcome. positional: parameters with no option."""
    from wend.jobs.recipes import find_recipe

    recipe = find_recipe(kind)
    app = typer.Typer(add_completion=False, rich_markup_mode="markdown", pretty_exceptions_enable=False)
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
    shown = parameters_of(recipe, positional)

    def command(**values: Any) -> None:  # noqa: ANN401 - what typer has read, by name
        common = {name: values.pop(name) for name in COMMON}
        given = {name: value for name, value in values.items() if value is not None}
        given = {name: list(v) if isinstance(v, tuple) else v for name, v in given.items()}
        given |= dict(assigned(text) for text in common["set_"] or ())
        preset = {} if common["preset"] is None else preset_named(recipe, common["preset"], given.get("edit"))
        try:
            act(recipe, {**preset, **given}, common)
        except InvalidParams as error:
            field, why = str(error.values["field"]), str(error.values["why"])
            raise InvalidParams(typed(field, recipe, positional), why) from error

    command.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]  # what typer reads
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in shown}
    return command


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


def assigned(text: str) -> "tuple[str, JsonValue]":
    """NAME=JSON; what is no JSON is text. Raises: InvalidParams."""
    name, separator, value = text.partition("=")
    if not separator:
        raise InvalidParams(text, "it must be NAME=JSON")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def check_file(words: Sequence[str], called: str, name: re.Pattern[str], kind: str, otherwise: str) -> None:
    """That the second word is something on the disk, or such a name as `otherwise` says: asked before the
    library is loaded, which takes seconds. Options before it are seen to later. Raises: InvalidParams.
    """
    if len(words) < 2 or any(word.startswith("-") for word in words[:2]):
        return
    if not Path(words[1]).exists() and name.fullmatch(words[1]) is None:
        raise InvalidParams(called, f"there is no {kind} {words[1]}, and it is no {otherwise}")
