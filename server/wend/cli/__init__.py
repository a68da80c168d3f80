"""The command line: one file per command group; torch is imported where a command needs it, never here."""

import sys
from collections.abc import Sequence

import typer

from wend import __version__
from wend.cli.bench import bench_app
from wend.cli.export import export
from wend.cli.invert import invert
from wend.cli.jobs import jobs_app
from wend.cli.manifold import manifold
from wend.cli.measure import measure_app
from wend.cli.models import models_app
from wend.cli.perception import perception_app
from wend.cli.plain_words import in_plain_words
from wend.cli.recipe_command import PASS_ON
from wend.cli.recipes import factor, limits, steer, widen
from wend.cli.render import render
from wend.cli.reproduce import reproduce_app
from wend.cli.sample import sample
from wend.cli.schema import schema
from wend.cli.serve import serve
from wend.cli.sketch import sketch
from wend.cli.survey import survey
from wend.cli.threads import wait_passively
from wend.cli.train import train_app
from wend.cli.vanished import vanished
from wend.cli.world import world_app
from wend.errors import WendError

app = typer.Typer(
    name="wend",
    help="Drag, paint and animate the latent space of any image generator, in a browser.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
app.command()(serve)
app.command()(render)
app.command()(export)
app.command()(sample)
app.command()(schema)
app.command(context_settings=PASS_ON)(steer)
app.command(context_settings=PASS_ON)(factor)
app.command(context_settings=PASS_ON)(manifold)
app.command(context_settings=PASS_ON)(limits)
app.command(context_settings=PASS_ON)(invert)
app.command(context_settings=PASS_ON)(widen)
app.command(context_settings=PASS_ON)(sketch)
app.command()(survey)
app.command()(vanished)
app.add_typer(world_app, name="world")
app.add_typer(models_app, name="models")
app.add_typer(perception_app, name="perception")
app.add_typer(train_app, name="train")
app.add_typer(jobs_app, name="jobs")
app.add_typer(bench_app, name="bench")
app.add_typer(measure_app, name="measure")
app.add_typer(reproduce_app, name="reproduce")


@app.command()
def version() -> None:
    """The version of this package."""
    print(__version__)


def main() -> None:
    """Entry point of `wend`."""
    wait_passively()
    run()


def run(words: Sequence[str] | None = None) -> None:
    """A command, of the words this process was started with if none are given. What went wrong is a sentence
    and a hint, never a stack; exit 1, usage 2. Raises: SystemExit."""
    try:
        app(words)
    except WendError as error:
        print("\n".join(in_plain_words(error)), file=sys.stderr)
        sys.exit(1)
