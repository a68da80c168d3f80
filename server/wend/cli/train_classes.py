"""`wend train classes`: a small network that tells the classes of a world apart, trained in one go."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wend.cli.training_bar import open_bar
from wend.settings import Settings


def train_classes(
    data: Annotated[str, typer.Option(help="a world with classes")] = "portraits-cast",
    name: Annotated[str | None, typer.Option(help="id of the set to publish [default: the world]")] = None,
    out: Annotated[Path | None, typer.Option(help="folder of sets [default: DATA-DIR/perception]")] = None,
    pictures: Annotated[int | None, typer.Option(min=100, help="training pictures to draw")] = None,
    images: Annotated[int | None, typer.Option(min=100, help="images to see in all")] = None,
    data_dir: Annotated[Path | None, typer.Option("--data-dir", help="your own sets [default: data]")] = None,
) -> None:
    """Train a network that tells a world's classes and publish it, with its accuracy: minutes, in one go."""
    from wend.training.perception.classes import ClassRecipe
    from wend.training.perception.classes import train_classes as train
    from wend.worlds.registry import open_world

    settings = Settings.load(os.environ, {"data_dir": data_dir})
    given = {"pictures": pictures, "images": images}
    recipe = replace(ClassRecipe(), **{k: v for k, v in given.items() if v is not None})
    folder = (out or settings.data_dir / "perception") / (name or data)
    console = Console(stderr=True)
    with open_bar(console) as bar:
        drawing = bar.add_task("pictures", total=None)
        learning = bar.add_task("images", total=recipe.images)
        found = train(
            open_world(data),
            folder,
            recipe,
            lambda done, total: bar.update(drawing, completed=done, total=total),
            lambda p: bar.update(learning, completed=p.images_seen, description=f"images  {p.losses}"),
        )
    measured = found.card.networks[0].measured
    console.print(f"Published {found.folder}: {measured['accuracy']} of {measured['held_out']} told right.")
