"""`wend train`: recipes that make models, resumable after anything; Ctrl-C saves and stops."""

import signal
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from wend.cli.threads import wait_passively

if TYPE_CHECKING:
    from wend.training.run import TrainingRun
    from wend.worlds.world import World

train_app = typer.Typer(no_args_is_help=True, help="Train generators; stop and resume at will.")


@train_app.command("gan")
def train_gan(
    data: Annotated[str, typer.Option(help="name of a world, or a folder or zip of pictures")] = "portraits",
    name: Annotated[str, typer.Option(help="id of the model to publish")] = "my-gan",
    out: Annotated[Path, typer.Option(help="folder that receives the model")] = Path("data/models"),
    run: Annotated[Path | None, typer.Option(help="folder of the run; default data/runs/NAME")] = None,
    start: Annotated[str | None, typer.Option("--from", help="model to start from")] = None,
    images: Annotated[int | None, typer.Option(min=1, help="images to see in all")] = None,
    resolution: Annotated[int | None, typer.Option(help="side in pixels, a power of two")] = None,
    batch: Annotated[int | None, typer.Option(min=2)] = None,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    device: Annotated[
        str | None, typer.Option(help="cpu, cuda, cuda:1, ...; default: a GPU if there is one")
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1)] = None,
    interval: Annotated[float, typer.Option(min=1.0, help="seconds between checkpoints")] = 180.0,
    models: Annotated[Path, typer.Option(help="folder of shipped models")] = Path("models/generators"),
) -> None:
    """Train a GAN on a world or your own pictures and publish it as a model.

    Run the same command again after a stop, a kill or a crash: it goes on from the last checkpoint.
    """
    wait_passively()
    import torch

    from wend.errors import InvalidInput
    from wend.library.models import ModelStore
    from wend.training.publish import load_start, start_from
    from wend.training.recipe import GanRecipe
    from wend.training.run import TrainingProgress, TrainingRun
    from wend.worlds.registry import WORLDS, open_world

    chosen = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    if threads is not None:
        torch.set_num_threads(threads)
    recipe = GanRecipe(data=data if data in WORLDS else Path(data).name, seed=seed)
    if chosen.type == "cuda":
        recipe = recipe.on_gpu()
    recipe = replace(
        recipe,
        resolution=resolution or recipe.resolution,
        batch=batch or recipe.batch,
        total_images=images or recipe.total_images,
    )
    if recipe.resolution < 16 or recipe.resolution & (recipe.resolution - 1):
        raise InvalidInput(f"The resolution must be a power of two from 16 up, not {recipe.resolution}.")
    world = open_world(data) if data in WORLDS else None
    store = ModelStore([models, out])
    console = Console(stderr=True)
    if start is not None:
        recipe = start_from(store, start, recipe)
    work = TrainingRun(run or Path("data/runs") / name, recipe, chosen)

    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        loading = bar.add_task("training pictures", total=None)
        work.prepare(
            world, None if world else Path(data), lambda n, m: bar.update(loading, completed=n, total=m)
        )
        bar.remove_task(loading)
        if start is not None and work.trainer is not None and work.trainer.images_seen == 0:
            load_start(store, start, work)
        task = bar.add_task("images", total=work.recipe.total_images)

        def report(p: TrainingProgress) -> None:
            text = f"images  {p.images_per_s:5.1f}/s  {p.losses}"
            bar.update(task, completed=min(p.images_seen, p.total_images), description=text)

        work.train(report, lambda: stopping, interval)
    assert work.trainer is not None
    if not work.trainer.is_done:
        console.print(f"Saved at {work.trainer.images_seen} images. Run the same command again to go on.")
        raise typer.Exit(130)
    console.print(f"Published {_publish(work, world, out / name)}")


@train_app.command("publish")
def train_publish(
    run: Annotated[Path, typer.Argument(help="folder of the run")],
    name: Annotated[str, typer.Option(help="id of the model")],
    out: Annotated[Path, typer.Option(help="folder that receives the model")] = Path("data/models"),
) -> None:
    """Publish a run as it stands at its last checkpoint, finished or not."""
    import torch

    from wend.training.run import TrainingRun, read_recipe
    from wend.worlds.registry import WORLDS, open_world

    work = TrainingRun(run, read_recipe(run / "recipe.json"), torch.device("cpu"))
    world = open_world(work.recipe.data) if work.recipe.data in WORLDS else None
    work.prepare(world, None, lambda _done, _total: None)
    Console(stderr=True).print(f"Published {_publish(work, world, out / name)}")


def _publish(run: "TrainingRun", world: "World | None", folder: Path) -> Path:
    """Publish with the live error measured here, on this machine's own live format."""
    from wend.engine.precision import choose_live
    from wend.training.publish import publish_run

    assert run.trainer is not None
    _, live = choose_live(run.trainer.average)
    return publish_run(run, world, folder, round(live.max_error, 2)).folder
