"""`wend measure`: what is true of networks, models and walks; each command one file."""

import typer

from wend.cli.measure.model import measure_model
from wend.cli.measure.perception import measure_perception
from wend.cli.measure.world import measure_world

measure_app = typer.Typer(no_args_is_help=True, help="Measure models and the networks that judge them.")
measure_app.command("model")(measure_model)
measure_app.command("perception")(measure_perception)
measure_app.command("world")(measure_world)
