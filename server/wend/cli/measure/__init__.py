"""`wend measure`: what is true of networks, models and walks; each command one file."""

import typer

from wend.cli.measure.classes import measure_classes
from wend.cli.measure.factor import measure_factor
from wend.cli.measure.inversion import measure_inversion
from wend.cli.measure.latents import measure_latents
from wend.cli.measure.manifold import measure_manifold
from wend.cli.measure.model import measure_model
from wend.cli.measure.parts import measure_parts
from wend.cli.measure.perception import measure_perception
from wend.cli.measure.pictures import measure_pictures
from wend.cli.measure.sketch import measure_sketch
from wend.cli.measure.sliders import measure_sliders
from wend.cli.measure.smoothness import measure_smoothness
from wend.cli.measure.survey import measure_survey
from wend.cli.measure.walk import measure_walk
from wend.cli.measure.world import measure_world

measure_app = typer.Typer(no_args_is_help=True, help="Measure models and the networks that judge them.")
measure_app.command("classes")(measure_classes)
measure_app.command("factor")(measure_factor)
measure_app.command("inversion")(measure_inversion)
measure_app.command("latents")(measure_latents)
measure_app.command("manifold")(measure_manifold)
measure_app.command("model")(measure_model)
measure_app.command("parts")(measure_parts)
measure_app.command("perception")(measure_perception)
measure_app.command("pictures")(measure_pictures)
measure_app.command("sketch")(measure_sketch)
measure_app.command("sliders")(measure_sliders)
measure_app.command("smoothness")(measure_smoothness)
measure_app.command("survey")(measure_survey)
measure_app.command("walk")(measure_walk)
measure_app.command("world")(measure_world)
