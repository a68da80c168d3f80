"""`wend train sprites-vae`: a beta-VAE on the sprites, resumable; Ctrl-C saves and stops."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wend.cli.training_bar import open_bar, watch_training
from wend.settings import Settings


def train_sprites_vae(
    beta: Annotated[
        float, typer.Option(min=0.0, max=1000.0, help="weight of the KL; 1 is the plain VAE")
    ] = 4.0,
    name: Annotated[
        str | None, typer.Option(help="id of the model to publish [default: my-sprites-vae-bBETA]")
    ] = None,
    run: Annotated[Path | None, typer.Option(help="folder of the run [default: DATA-DIR/runs/NAME]")] = None,
    data: Annotated[
        str | None, typer.Option(help="sprites, or a variant of it (sprites:x.low=0.3) [default: sprites]")
    ] = None,
    images: Annotated[int | None, typer.Option(min=1, help="images to see in all [default: 80000]")] = None,
    pictures: Annotated[
        int | None, typer.Option(min=1, help="training pictures drawn [default: 20000]")
    ] = None,
    batch: Annotated[int | None, typer.Option(min=1)] = None,
    seed: Annotated[int | None, typer.Option(min=0)] = None,
    device: Annotated[
        str | None, typer.Option(help="cpu, cuda, cuda:1, ...; default: a GPU if there is one")
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1)] = None,
    interval: Annotated[float, typer.Option(min=1.0, help="seconds between checkpoints")] = 30.0,
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="your own models and runs [default: data]")
    ] = None,
) -> None:
    """Train the classical convolutional VAE on white sprites and publish decoder and encoder as a model.

    Some minutes of one CPU core. Run the same command again after a stop, a kill or a crash: it goes on from
    the last checkpoint; with more --images it trains longer.
    """
    import torch

    from wend.engine.precision import choose_live
    from wend.training.publish import publish_run
    from wend.training.run import TrainingRun, settle_recipe
    from wend.training.vae_recipe import VAERecipe
    from wend.worlds.registry import open_world, world_text

    settings = Settings.load(os.environ, {"data_dir": data_dir})
    chosen = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    if threads is not None:
        torch.set_num_threads(threads)
    model = name or f"my-sprites-vae-b{beta:g}"
    given = {
        "data": None if data is None else world_text(data),
        "beta": beta,
        "total_images": images,
        "pictures": pictures,
        "batch": batch,
        "seed": seed,
    }
    folder = run or settings.data_dir / "runs" / model
    asked = {key: value for key, value in given.items() if value is not None}
    recipe = settle_recipe(folder, VAERecipe(), asked)
    world = open_world(recipe.data)
    work = TrainingRun(folder, recipe, chosen)
    console = Console(stderr=True)
    with open_bar(console) as bar:
        drawing = bar.add_task("training pictures", total=None)
        work.prepare(world, None, lambda n, m: bar.update(drawing, completed=n, total=m))
        bar.remove_task(drawing)
        watch_training(
            lambda report, should_stop: work.train(report, should_stop, interval),
            "images", recipe.total_images, bar, console,
        )  # fmt: skip
    assert work.trainer is not None
    if not work.trainer.is_done:
        console.print(f"Saved at {work.trainer.images_seen} images. Run the same command again to go on.")
        raise typer.Exit(130)
    _, live = choose_live(work.trainer.average)
    made = publish_run(work, world, settings.data_dir / "models" / model, round(live.max_error, 2))
    console.print(f"Published {made.folder}")
