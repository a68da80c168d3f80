"""`wend steer`, `wend factor`, `wend limits` and `wend widen`: the jobs of the page, run here."""

import typer

from wend.cli.recipe_command import run_recipe


def steer(context: typer.Context) -> None:
    """Learn a walk: `wend steer MODEL EDIT [options]`; Ctrl-C keeps its state; --help has more."""
    run_recipe("steer", ("model", "edit"), list(context.args), "wend steer")


def factor(context: typer.Context) -> None:
    """Find a factor, to put pictures at values: `wend factor MODEL EDIT [options]`."""
    run_recipe("factor", ("model", "edit"), list(context.args), "wend factor")


def limits(context: typer.Context) -> None:
    """How far can a walk go? `wend limits MODEL WALK [options]`."""
    run_recipe("limits", ("model", "walk"), list(context.args), "wend limits")


def widen(context: typer.Context) -> None:
    """Train a model and a walk together, to reach further: `wend widen MODEL NAME EDIT [options]`."""
    run_recipe("widen", ("model", "name", "edit"), list(context.args), "wend widen")
