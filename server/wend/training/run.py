"""A training run on disk: recipe, cached pictures, checkpoint and sheets; killed and resumed at will."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import CheckpointInvalid, DatasetInvalid, InvalidInput
from wend.imaging.contact_sheet import save_sheet
from wend.latents.seed import z_of_seeds
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.training.dataset import ImageDataset, Progress, read_pictures, render_world
from wend.training.gan import GanTrainer
from wend.training.loop import INTERVAL_S, TrainingProgress, run_steps
from wend.training.recipe import GanRecipe, Setting
from wend.worlds.world import World

SHEET_SEEDS = 64
RECIPE_FILE = "recipe.json"
CHECKPOINT_FILE = "checkpoint.safetensors"


class TrainingRun:
    """One run in one folder.

    recipe.json (what), pixels.npy (training pictures), checkpoint.safetensors (everything else, written
    atomically), sheet-*.png (the same latents every time), so a kill -9 loses at most one interval.
    """

    def __init__(self, folder: Path, recipe: GanRecipe, device: torch.device) -> None:
        self.folder, self.recipe, self.device = folder, recipe, device
        self.trainer: GanTrainer | None = None

    @property
    def checkpoint_path(self) -> Path:
        return self.folder / CHECKPOINT_FILE

    def prepare(self, world: World | None, source: Path | None, progress: Progress) -> None:
        """Draw or read the training pictures (cached) and load the checkpoint if there is one.

        Exactly one of `world` and `source` (a folder or zip) is given. Raises: DatasetInvalid,
        CheckpointInvalid.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        pixels = self._pixels(world, source, progress)
        write_recipe(self.folder / RECIPE_FILE, self.recipe)
        self.trainer = GanTrainer(self.recipe, ImageDataset(pixels, self.recipe.mirror), self.device)
        if self.checkpoint_path.exists():
            state = load_checkpoint(self.checkpoint_path)
            try:
                self.trainer.load_state_dict(state)
            except (KeyError, RuntimeError, ValueError) as error:
                raise CheckpointInvalid(self.checkpoint_path.name, str(error)) from error

    def _pixels(self, world: World | None, source: Path | None, progress: Progress) -> NDArray[np.uint8]:
        cache = self.folder / "pixels.npy"
        if cache.exists():
            cached: NDArray[np.uint8] = np.load(cache, allow_pickle=False)
            return cached
        if world is not None:
            # Seed 1: training pictures never coincide with the seed 0 sheets they are compared with.
            pixels = render_world(world, self.recipe.pictures, 1, self.recipe.resolution, progress)
        elif source is not None:
            pixels = read_pictures(source, self.recipe.resolution, progress)
        else:
            raise DatasetInvalid(self.recipe.data, "names no world, folder or zip")
        partial = cache.with_name("pixels.partial.npy")
        np.save(partial, pixels)
        partial.replace(cache)
        return pixels

    def train(
        self,
        report: Callable[[TrainingProgress], None],
        should_stop: Callable[[], bool],
        interval_s: float = INTERVAL_S,
    ) -> None:
        """Train until done or asked to stop; a checkpoint and a sheet every `interval_s` and at the end."""
        run_steps(self._ready(), self.recipe.total_images, self.save, report, should_stop, interval_s)

    def save(self) -> None:
        """Write the checkpoint and a sample sheet."""
        trainer = self._ready()
        save_checkpoint(self.checkpoint_path, trainer.state_dict())
        save_sheet(
            trainer.samples(self.sheet_latents()), self.folder / f"sheet-{trainer.images_seen:09d}.png", 16
        )

    def sheet_latents(self) -> Tensor:
        """z float32 [64, z_dim] of seeds 0..63."""
        return z_of_seeds(list(range(SHEET_SEEDS)), self.recipe.z_dim)

    def _ready(self) -> GanTrainer:
        if self.trainer is None:
            raise RuntimeError("call prepare() first")
        return self.trainer


def read_recipe(path: Path) -> GanRecipe:
    """The recipe of a run. Raises: CheckpointInvalid when it is not one."""
    try:
        return GanRecipe(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise CheckpointInvalid(path.name, str(error)) from error


def write_recipe(path: Path, recipe: GanRecipe) -> None:
    """Write beside, then rename; a recipe that is there already stays untouched."""
    text = json.dumps(recipe.as_dict(), indent=2) + "\n"
    if path.exists() and path.read_text() == text:
        return
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text)
    partial.replace(path)


def settle_recipe(folder: Path, fresh: GanRecipe, asked: Mapping[str, Setting]) -> GanRecipe:
    """The recipe of the run in `folder`: the saved one if it has begun, else `fresh`, as asked.

    A run that has begun keeps its recipe; only `total_images` may be asked for anew, to train longer.
    Raises: InvalidInput naming what cannot change, CheckpointInvalid.
    """
    path = folder / RECIPE_FILE
    if not path.exists():
        return replace(fresh, **asked)  # type: ignore[arg-type]  # names and types are the recipe's own
    saved = read_recipe(path)
    for name, value in asked.items():
        if name != "total_images" and getattr(saved, name) != value:
            raise InvalidInput(
                f"The run in {folder} was begun with {name} {getattr(saved, name)}, not {value}; "
                "another --run or --name begins another."
            )
    return replace(saved, total_images=int(asked.get("total_images", saved.total_images)))
