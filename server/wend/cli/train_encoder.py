"""`wend train encoder`: what finds latents of pictures at once, layer by layer; Ctrl-C saves and stops."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wend.cli.training_bar import open_bar, watch_training
from wend.settings import Settings


def train_encoder(
    model: Annotated[str, typer.Argument(help="id of the model whose generator is to be inverted")],
    name: Annotated[
        str | None, typer.Option(help="id of the encoder to publish [default: MODEL-layers]")
    ] = None,
    run: Annotated[Path | None, typer.Option(help="folder of the run [default: DATA-DIR/runs/NAME]")] = None,
    layer: Annotated[
        str | None, typer.Option(help="behind which the generator is cut [default: the last of 8 px]")
    ] = None,
    apart: Annotated[
        int | None, typer.Option(min=0, help="steps of every layer's network by itself [default: 1500]")
    ] = None,
    joint: Annotated[
        int | None, typer.Option(min=0, help="steps of all of them as one [default: 3000]")
    ] = None,
    batch: Annotated[int | None, typer.Option(min=2)] = None,
    trunk: Annotated[
        int | None, typer.Option(min=4, help="channels of the first stage; 64 as published [default: 16]")
    ] = None,
    direct: Annotated[
        bool, typer.Option("--direct", help="as one network without the layers, to compare with")
    ] = False,
    published: Annotated[
        bool, typer.Option("--published", help="sizes, steps and rates of the paper: days of a CPU")
    ] = False,
    precision: Annotated[str | None, typer.Option(help="float32, or bfloat16 [default: float32]")] = None,
    seed: Annotated[int | None, typer.Option(min=0)] = None,
    device: Annotated[
        str | None, typer.Option(help="cpu, cuda, cuda:1, ...; default: a GPU if there is one")
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1)] = None,
    interval: Annotated[float, typer.Option(min=1.0, help="seconds between checkpoints")] = 120.0,
    models: Annotated[Path | None, typer.Option("--models", help="folder of shipped models")] = None,
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="your own models and runs [default: data]")
    ] = None,
) -> None:
    """Train an encoder for a generator, on pictures that it draws, and put it on the shelf.

    Run the same command again after a stop, a kill or a crash: it goes on from the last checkpoint; with more
    --joint steps it trains longer.
    """
    import torch

    from wend.library.encoders import FOLDER
    from wend.library.model_ids import check_id
    from wend.library.models import ModelStore
    from wend.training.encoder_held_out import held_out_numbers
    from wend.training.encoder_recipe import PUBLISHED, EncoderRecipe
    from wend.training.encoder_run import EncoderRun, settle_encoder

    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data_dir})
    chosen = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    if threads is not None:
        torch.set_num_threads(threads)
    store = ModelStore(settings.model_roots, settings.default_model)
    card = store.get(model).card
    encoder = name or f"{card.id}-{'direct' if direct else 'layers'}"
    check_id(encoder)
    folder = run or settings.data_dir / "runs" / encoder
    given = {
        "model": card.id,
        "generator_hash": card.hash,
        "layer": layer,
        "steps_apart": apart,
        "steps_joint": joint,
        "batch": batch,
        "trunk": trunk,
        "direct": direct,
        "precision": precision,
        "seed": seed,
    }
    asked = {key: value for key, value in given.items() if value is not None}
    fresh = EncoderRecipe()
    recipe = settle_encoder(folder, fresh, {**PUBLISHED, **asked} if published else asked)
    work = EncoderRun(folder, recipe, store.load(model, chosen))
    console = Console(stderr=True)
    with open_bar(console) as bar:
        watch_training(
            lambda report, should_stop: work.train(report, should_stop, interval),
            "pictures", recipe.total_images, bar, console,
        )  # fmt: skip
    if not work.trainer.is_done:
        console.print(f"Saved at {work.trainer.images_seen} pictures. Run the same command again to go on.")
        raise typer.Exit(130)
    world = None if card.world is None else card.world.name
    trainer = work.trainer
    extra = {} if world is None else held_out_numbers(trainer.encoder, trainer.split, world)
    made = work.publish(settings.data_dir / FOLDER / encoder, card.licence, extra)
    console.print(f"Published {made.folder}")
