"""Trained: a generator that an experiment needs, trained and published once, then found where it was put."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from wend.cli.training_bar import open_bar, watch_training

if TYPE_CHECKING:
    import torch

    from wend.library.models import ModelStore
    from wend.training.build import Recipe
    from wend.worlds.world import World

SAVE_S = 60.0


def ensure_trained(
    folder: Path,
    key: str,
    title: str,
    fresh: "Recipe",
    world: "World",
    device: "torch.device",
    start: "tuple[ModelStore, str] | None" = None,
) -> None:
    """Train and publish `folder`/models/`key`, unless it is there; the run lies in `folder`/runs/`key`.

    start: a published model to begin with, whose shapes `fresh` has by `start_from`. Ctrl-C keeps a
    checkpoint and ends with code 130; the same call goes on. Raises: InvalidInput for a folder of other
    settings, WeightsInvalid.
    """
    from wend.training.publish import load_start, publish_run
    from wend.training.run import TrainingRun, settle_recipe

    model = folder / "models" / key
    recipe = settle_recipe(folder / "runs" / key, fresh, dict(fresh.as_dict()))
    if model.exists():
        return
    console = Console(stderr=True)
    run = TrainingRun(folder / "runs" / key, recipe, device)
    with open_bar(console) as bar:
        drawing = bar.add_task(f"{title}: pictures", total=None)
        run.prepare(world, None, lambda n, m: bar.update(drawing, completed=n, total=m))
        bar.remove_task(drawing)
        assert run.trainer is not None
        if start is not None and run.trainer.images_seen == 0:
            load_start(*start, run)
        watch_training(
            lambda report, should_stop: run.train(report, should_stop, SAVE_S),
            title, recipe.total_images, bar, console,
        )  # fmt: skip
    if not run.trainer.is_done:
        console.print(f"Saved in {folder}. Run the same command again to go on.")
        raise typer.Exit(130)
    publish_run(run, world, model)
