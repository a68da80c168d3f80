"""`wend train perception`: from a world to a published set of networks that look at its pictures."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from wend.cli.training_bar import open_bar, watch_training
from wend.settings import Settings

if TYPE_CHECKING:
    from rich.progress import Progress

    from wend.training.perception.run import PerceptionRun, Stage


def train_perception(
    data: Annotated[str | None, typer.Option(help="a world of heads [default: portraits]")] = None,
    name: Annotated[str, typer.Option(help="id of the set to publish")] = "my-eyes",
    run: Annotated[Path | None, typer.Option(help="folder of the run [default: DATA-DIR/runs/NAME]")] = None,
    only: Annotated[
        str | None, typer.Option(help="train for one role: factors, labels, lines, features")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="folder of sets [default: DATA-DIR/perception]")] = None,
    seed: Annotated[int | None, typer.Option(min=0)] = None,
    device: Annotated[
        str | None, typer.Option(help="cpu, cuda, cuda:1, ...; default: a GPU if there is one")
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1)] = None,
    interval: Annotated[float, typer.Option(min=1.0, help="seconds between checkpoints")] = 180.0,
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="your own sets and runs [default: data]")
    ] = None,
) -> None:
    """Draw a world's pictures, train networks that read them, measure them and publish them as a set.

    Run the same command again after a stop, a kill or a crash: it goes on where it was. With --only, it
    publishes once the other roles are trained too.
    """
    import torch

    from wend.errors import InvalidInput
    from wend.training.perception.recipe import PerceptionRecipe
    from wend.training.perception.run import ROLES, STAGES, PerceptionRun, settle_recipe
    from wend.worlds.registry import open_world

    roles = {str(role): stages for role, stages in ROLES.items()}
    if only is not None and only not in roles:
        raise InvalidInput(f"--only takes one of {', '.join(roles)}, not {only!r}.")
    settings = Settings.load(os.environ, {"data_dir": data_dir})
    chosen = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    if threads is not None:
        torch.set_num_threads(threads)
    folder = run or settings.data_dir / "runs" / name
    recipe = settle_recipe(folder, PerceptionRecipe(), data=data, seed=seed)
    work = PerceptionRun(folder, recipe, open_world(recipe.data), chosen)
    console = Console(stderr=True)
    with open_bar(console) as bar:
        drawing = bar.add_task("pictures", total=None)
        work.prepare(lambda n, m: bar.update(drawing, completed=n, total=m))
        for stage in STAGES if only is None else roles[only]:
            _train(work, stage, interval, bar=bar, console=console)
    missing = [stage for stage in STAGES if not work.is_done(stage)]
    if missing:
        console.print(f"Not published: {', '.join(missing)} is still to be trained.")
        return
    console.print(f"Published {_publish(work, (out or settings.data_dir / 'perception') / name)}")


def _train(work: "PerceptionRun", stage: "Stage", interval: float, bar: "Progress", console: Console) -> None:
    trainer = work.open(stage)
    watch_training(
        lambda report, should_stop: work.train(trainer, stage, report, should_stop, interval),
        stage, trainer.total_images, bar, console,
    )  # fmt: skip
    if not trainer.is_done:
        console.print(f"Saved {stage} at {trainer.images_seen} images. Run the same command again to go on.")
        raise typer.Exit(130)


def _publish(work: "PerceptionRun", folder: Path) -> Path:
    """Publish with what `wend measure perception --quick` measures of it."""
    from wend.cli.measure.answer import watch
    from wend.cli.measure.perception import SEED
    from wend.measure.perception_truth import QUICK, measure_perception
    from wend.training.perception.publish import publish_perception

    networks, features = work.networks()
    truth = watch(
        measure_perception(networks, features, work.world, QUICK, SEED), QUICK.slices(), "measuring"
    )
    return publish_perception(work, folder, truth.summary(), truth.unsure(2)).folder
