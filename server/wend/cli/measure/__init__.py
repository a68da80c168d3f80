"""`wend measure`: what is true of networks, models and walks; each command one file."""

import typer

measure_app = typer.Typer(no_args_is_help=True, help="Measure models and the networks that judge them.")
