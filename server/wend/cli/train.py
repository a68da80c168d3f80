"""`wend train`: recipes that make models, resumable after anything; Ctrl-C saves and stops."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from wend.cli.train_classes import train_classes
from wend.cli.train_encoder import train_encoder
from wend.cli.train_perception import train_perception
from wend.cli.train_vae import train_sprites_vae
from wend.cli.training_bar import open_bar, watch_training
from wend.settings import Settings

if TYPE_CHECKING:
    from wend.training.run import TrainingRun
    from wend.worlds.world import World

train_app = typer.Typer(
    no_args_is_help=True, help="Train generators and networks that look; stop and resume at will."
)
train_app.command("classes")(train_classes)
train_app.command("encoder")(train_encoder)
train_app.command("perception")(train_perception)
train_app.command("sprites-vae")(train_sprites_vae)


ModelsOption = Annotated[Path | None, typer.Option("--models", help="folder of shipped models")]
DataDirOption = Annotated[
    Path | None, typer.Option("--data-dir", help="your own models and runs [default: data]")
]


@train_app.command("gan")
def train_gan(
    data: Annotated[
        str | None,
        typer.Option(
            help="a world or a variant of one (portraits:tilt.sd=2x), or pictures: a folder, a zip, IDX "
            "files such as MNIST's, the sprites' npz [default: portraits]"
        ),
    ] = None,
    name: Annotated[str, typer.Option(help="id of the model to publish")] = "my-gan",
    run: Annotated[Path | None, typer.Option(help="folder of the run [default: DATA-DIR/runs/NAME]")] = None,
    start: Annotated[str | None, typer.Option("--from", help="model to start from")] = None,
    architecture: Annotated[
        str | None,
        typer.Option(
            help="stylegan2, progressive or residual (WGAN-GP); biggan or dcgan (digits) for classes; "
            "student or chain-student (a chain): shown what a world draws from the same latent"
        ),
    ] = None,
    images: Annotated[int | None, typer.Option(min=1, help="images to see in all")] = None,
    pictures: Annotated[int | None, typer.Option(min=1, help="training pictures drawn from a world")] = None,
    resolution: Annotated[int | None, typer.Option(help="side in pixels, a power of two")] = None,
    batch: Annotated[int | None, typer.Option(min=2)] = None,
    mirror: Annotated[
        bool | None,
        typer.Option(help="show every picture flipped too; not for digits or one-sided things"),
    ] = None,
    judge: Annotated[
        str | None, typer.Option(help="perception set that judges too, e.g. portraits: parts come sooner")
    ] = None,
    variety: Annotated[
        bool | None,
        typer.Option(help="with --judge: pictures must also differ as much, and as freely, as the real ones"),
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0)] = None,
    device: Annotated[
        str | None, typer.Option(help="cpu, cuda, cuda:1, ...; default: a GPU if there is one")
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1)] = None,
    interval: Annotated[float, typer.Option(min=1.0, help="seconds between checkpoints")] = 180.0,
    models: ModelsOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Train a GAN on a world or your own pictures and publish it as a model.

    Run the same command again after a stop, a kill or a crash: it goes on from the last checkpoint.
    """
    import torch

    from wend.library.models import ModelStore
    from wend.library.perception import PerceptionStore
    from wend.perception.trust import Trust
    from wend.training.build import fresh_recipe
    from wend.training.publish import load_start, start_from
    from wend.training.recipe import MOMENTS
    from wend.training.run import TrainingRun, settle_recipe
    from wend.worlds.registry import is_world, open_world, world_text

    data = data if data is None else world_text(data)
    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data_dir})
    chosen = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    if threads is not None:
        torch.set_num_threads(threads)
    store = ModelStore(settings.model_roots)
    fresh = fresh_recipe(architecture or "stylegan2", chosen)
    shown = data if data is None or is_world(data) else Path(data).name
    if start is not None:
        # What is shown decides what of a student is kept.
        fresh = replace(fresh, data=fresh.data if shown is None else shown)
        fresh = start_from(store, start, fresh)
    given = {
        "architecture": architecture,
        "data": shown,
        "total_images": images,
        "pictures": pictures,
        "resolution": resolution,
        "batch": batch,
        "mirror": mirror,
        "judge": judge,
        "judge_variety": variety,
        "moments": None if variety is None else MOMENTS * variety,
        "seed": seed,
    }
    folder = run or settings.data_dir / "runs" / name
    recipe = settle_recipe(folder, fresh, {k: v for k, v in given.items() if v is not None})
    world = open_world(recipe.data) if is_world(recipe.data) else None
    work = TrainingRun(folder, recipe, chosen, PerceptionStore(settings.perception_roots, Trust.of(settings)))
    console = Console(stderr=True)
    with open_bar(console) as bar:
        loading = bar.add_task("training pictures", total=None)
        source = Path(data) if world is None and data is not None else None
        work.prepare(world, source, lambda n, m: bar.update(loading, completed=n, total=m))
        bar.remove_task(loading)
        if start is not None and work.trainer is not None and work.trainer.images_seen == 0:
            load_start(store, start, work)
        watch_training(
            lambda report, should_stop: work.train(report, should_stop, interval),
            "images", recipe.total_images, bar, console,
        )  # fmt: skip
    assert work.trainer is not None
    if not work.trainer.is_done:
        console.print(f"Saved at {work.trainer.images_seen} images. Run the same command again to go on.")
        raise typer.Exit(130)
    console.print(f"Published {_publish(work, world, settings.data_dir / 'models' / name)}")


@train_app.command("publish")
def train_publish(
    run: Annotated[Path, typer.Argument(help="folder of the run")],
    name: Annotated[str, typer.Option(help="id of the model")],
    out: Annotated[Path | None, typer.Option(help="folder of models [default: DATA-DIR/models]")] = None,
    data_dir: DataDirOption = None,
) -> None:
    """Publish a run as it stands at its last checkpoint, finished or not."""
    import torch

    from wend.errors import CheckpointInvalid
    from wend.library.perception import PerceptionStore
    from wend.perception.trust import Trust
    from wend.training.build import read_recipe
    from wend.training.run import CHECKPOINT_FILE, RECIPE_FILE, TrainingRun
    from wend.worlds.registry import is_world, open_world

    if not (run / CHECKPOINT_FILE).exists():
        raise CheckpointInvalid(str(run / CHECKPOINT_FILE), "there is none yet")
    settings = Settings.load(os.environ, {"data_dir": data_dir})
    sets = PerceptionStore(settings.perception_roots, Trust.of(settings))
    work = TrainingRun(run, read_recipe(run / RECIPE_FILE), torch.device("cpu"), sets)
    world = open_world(work.recipe.data) if is_world(work.recipe.data) else None
    work.prepare(world, None, lambda _done, _total: None)
    folder = (out or settings.data_dir / "models") / name
    Console(stderr=True).print(f"Published {_publish(work, world, folder)}")


def _publish(run: "TrainingRun", world: "World | None", folder: Path) -> Path:
    """Publish with the live error measured here, on this machine's own live format."""
    from wend.engine.precision import choose_live
    from wend.training.publish import publish_run

    assert run.trainer is not None
    _, live = choose_live(run.trainer.average)
    return publish_run(run, world, folder, round(live.max_error, 2)).folder
