"""A training run on disk: recipe, cached pictures, checkpoint and sheets; killed and resumed at will."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from wend.errors import CheckpointInvalid, DatasetInvalid, InvalidInput
from wend.imaging.contact_sheet import save_sheet
from wend.library.perception import PerceptionStore
from wend.measure.sample_cache import world_digest
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.training.build import Recipe, architecture_of, build_trainer, read_recipe
from wend.training.dataset import ImageDataset, read_dataset, world_dataset
from wend.training.files import Progress
from wend.training.loop import INTERVAL_S, TrainingProgress, run_steps
from wend.training.origin import Origin
from wend.training.recipe import Setting, write_recipe
from wend.training.student_recipe import TaughtRecipe
from wend.training.trainer import Trainer
from wend.training.vae_recipe import VAERecipe
from wend.worlds.world import World

RECIPE_FILE = "recipe.json"
CHECKPOINT_FILE = "checkpoint.safetensors"
# Training pictures never coincide with the seed 0 sheets they are compared with.
_SEED = 1


class TrainingRun:
    """One run in one folder.

    recipe.json (what), pixels.npy (training pictures), pixels.json (the digest of the world that drew
    them, if one did) and, where they are labelled, classes.npy and classes.json, checkpoint.safetensors
    (everything else, written atomically), sheet-*.png (the same latents every time), so a kill -9 loses
    at most one interval.
    """

    def __init__(
        self, folder: Path, recipe: Recipe, device: torch.device, sets: PerceptionStore | None = None
    ) -> None:
        """`sets`: perception sets, where the recipe's judge is looked up if it has one."""
        self.folder, self.recipe, self.device = folder, recipe, device
        self._sets = sets
        self.trainer: Trainer | None = None

    @property
    def checkpoint_path(self) -> Path:
        return self.folder / CHECKPOINT_FILE

    def prepare(self, world: World | None, source: Path | None, progress: Progress) -> None:
        """Draw or read the training pictures (cached) and load the checkpoint if there is one.

        Exactly one of `world` and `source` (a folder or zip) is given. Raises: DatasetInvalid,
        CheckpointInvalid, and what `build_trainer` raises.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        dataset = self._dataset(world, source, progress)
        if isinstance(self.recipe, TaughtRecipe) and world is not None:
            dataset.origin = Origin(world, len(dataset), _SEED, self.recipe.z_dim)
        self.trainer = build_trainer(self.recipe, dataset, self.device, self._sets)
        write_recipe(self.folder / RECIPE_FILE, self.recipe)
        if self.checkpoint_path.exists():
            state = load_checkpoint(self.checkpoint_path)
            try:
                self.trainer.load_state_dict(state)
            except (KeyError, RuntimeError, ValueError) as error:
                raise CheckpointInvalid(self.checkpoint_path.name, str(error)) from error

    def _dataset(self, world: World | None, source: Path | None, progress: Progress) -> ImageDataset:
        recipe, pixels = self.recipe, self.folder / "pixels.npy"
        classes, names = self.folder / "classes.npy", self.folder / "classes.json"
        origin = self.folder / "pixels.json"
        if pixels.exists():
            if world is not None and origin.exists():  # older runs kept no digest
                known_digest = json.loads(origin.read_text()).get("digest")
                if known_digest != self._digest(world):
                    why = f"was drawn by another {world.name}: its laws or its painter have changed"
                    raise DatasetInvalid(pixels.name, why)
            if not names.exists():
                return ImageDataset(_load(pixels, np.uint8), recipe.mirror)
            known = tuple(json.loads(names.read_text()))
            return ImageDataset(_load(pixels, np.uint8), recipe.mirror, _load(classes, np.int64), known)
        if world is not None:
            channels = recipe.image_channels if isinstance(recipe, VAERecipe) else 3
            dataset = world_dataset(
                world, recipe.pictures, _SEED, recipe.resolution, recipe.mirror, progress, channels
            )
            origin.write_text(json.dumps({"digest": self._digest(world)}) + "\n")
        elif source is not None:
            dataset = read_dataset(source, recipe.resolution, recipe.mirror, progress)
            origin.unlink(missing_ok=True)  # of a drawing that was cut off
        else:
            raise DatasetInvalid(recipe.data, "names no world, folder or zip")
        if dataset.classes is not None:
            _save(classes, dataset.classes)
            names.write_text(json.dumps(dataset.class_names) + "\n")
        _save(pixels, dataset.pixels)  # last: where it is, the classes are too
        return dataset

    def _digest(self, world: World) -> str:
        return world_digest(world, self.recipe.pictures, _SEED, self.recipe.resolution)

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
        images, columns = trainer.sheet()
        save_sheet(images, self.folder / f"sheet-{trainer.images_seen:09d}.png", columns)

    def _ready(self) -> Trainer:
        if self.trainer is None:
            raise RuntimeError("call prepare() first")
        return self.trainer


def _save(path: Path, array: NDArray[np.generic]) -> None:
    partial = path.with_name(f"{path.stem}.partial.npy")
    np.save(partial, array)
    partial.replace(path)


_Number = TypeVar("_Number", bound=np.generic)


def _load(path: Path, dtype: type[_Number]) -> NDArray[_Number]:
    array: NDArray[_Number] = np.load(path, allow_pickle=False)
    if array.dtype != dtype:
        raise DatasetInvalid(path.name, f"holds {array.dtype} instead of {np.dtype(dtype)}")
    return array


def settle_recipe(folder: Path, fresh: Recipe, asked: Mapping[str, Setting]) -> Recipe:
    """The recipe of the run in `folder`: the saved one if it has begun, else `fresh`, as asked.

    asked: settings by name, and `architecture`, which `fresh` is of already.
    A run that has begun keeps its recipe; only `total_images` may be asked for anew, to train longer.
    Raises: InvalidInput naming what cannot change, CheckpointInvalid.
    """
    path = folder / RECIPE_FILE
    wanted = {name: value for name, value in asked.items() if name != "architecture"}
    strange = sorted(set(wanted) - set(fresh.as_dict()))
    if strange:
        raise InvalidInput(f"A recipe of {architecture_of(fresh)} has no {', '.join(strange)}.")
    if not path.exists():
        return replace(fresh, **wanted)  # type: ignore[arg-type]  # names and types are the recipe's own
    saved = read_recipe(path)
    has: Mapping[str, Setting] = {"architecture": architecture_of(saved), **saved.as_dict()}
    for name, value in asked.items():
        if name != "total_images" and has[name] != value:
            raise InvalidInput(
                f"The run in {folder} was begun with {name} {has[name]}, not {value}; "
                "another --run or --name begins another."
            )
    return replace(saved, total_images=int(asked.get("total_images", saved.total_images)))
