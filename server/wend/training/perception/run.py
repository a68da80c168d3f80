"""A perception run on disk: pictures once, then one network after another, killed and resumed at will."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal, cast

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from wend.errors import CheckpointInvalid, InvalidInput
from wend.measure.perception import Networks
from wend.measure.ranking import Triples, draw_triples
from wend.measure.slices import finish
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.perception.network import FeatureNetwork, Role
from wend.perception.plain_regressor import PlainRegressor
from wend.perception.point_regressor import PointRegressor
from wend.perception.residual_regressor import ResidualRegressor
from wend.perception.unet import UNet
from wend.training.loop import INTERVAL_S, TrainingProgress, run_steps
from wend.training.perception.distance_task import DistanceTask
from wend.training.perception.factor_task import FactorTask, factor_code
from wend.training.perception.map_task import MapTask
from wend.training.perception.pictures import TRAINING_SEED, Pictures, Progress, draw_pictures
from wend.training.perception.recipe import PerceptionRecipe
from wend.training.perception.task import Task
from wend.training.perception.trainer import NetworkTrainer
from wend.training.recipe import write_recipe
from wend.worlds.world import World

Stage = Literal["factors-a", "maps", "factors-b", "features", "factors-c"]
STAGES: tuple[Stage, ...] = ("factors-a", "maps", "factors-b", "features", "factors-c")
"""In the order of training: features are fitted on top of factors-a, which stays as it is."""
ROLES: dict[Role, tuple[Stage, ...]] = {
    "factors": ("factors-a", "factors-b", "factors-c"),
    "labels": ("maps",),
    "lines": ("maps",),
    "features": ("factors-a", "features"),
}
RECIPE_FILE = "recipe.json"
_TRIPLES_FILE = "triples.safetensors"


class PerceptionRun:
    """One run in one folder: recipe.json, pictures-*/, and a checkpoint per network, written atomically.

    A kill -9 loses at most one interval of training or 64 pictures of drawing.
    """

    def __init__(self, folder: Path, recipe: PerceptionRecipe, world: World, device: torch.device) -> None:
        self.folder, self.recipe, self.world, self.device = folder, recipe, world, device
        self._pictures: tuple[Pictures, Pictures] | None = None

    def prepare(self, progress: Progress) -> None:
        """Write the recipe and draw the pictures that are still missing. Raises: DatasetInvalid."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_recipe(self.folder / RECIPE_FILE, self.recipe)
        r, total = self.recipe, self.recipe.large_pictures + self.recipe.small_pictures
        self._pictures = (
            self._draw(r.large_pictures, r.large_size, 0, lambda done, _: progress(done, total)),
            self._draw(
                r.small_pictures, r.small_size, 2, lambda done, _: progress(r.large_pictures + done, total)
            ),
        )

    def _draw(self, count: int, size: int, offset: int, progress: Progress) -> Pictures:
        folder = self.folder / f"pictures-{size}"
        return draw_pictures(folder, self.world, count, size, TRAINING_SEED + offset, progress)

    def checkpoint_path(self, stage: Stage) -> Path:
        return self.folder / f"{stage}.safetensors"

    def open(self, stage: Stage) -> NetworkTrainer:
        """The trainer of a stage, at its checkpoint if there is one. Raises: CheckpointInvalid."""
        lr = self.recipe.map_lr if stage == "maps" else self.recipe.lr
        trainer = NetworkTrainer(self._task(stage), self.recipe, lr, self._images(stage), self.device)
        path = self.checkpoint_path(stage)
        if path.exists():
            try:
                trainer.load_state_dict(load_checkpoint(path))
            except (KeyError, RuntimeError, ValueError) as error:
                raise CheckpointInvalid(path.name, str(error)) from error
        return trainer

    def train(
        self,
        trainer: NetworkTrainer,
        stage: Stage,
        report: Callable[[TrainingProgress], None],
        should_stop: Callable[[], bool],
        interval_s: float = INTERVAL_S,
    ) -> None:
        """Go on with a stage's trainer until it is done or asked to stop."""
        if trainer.is_done:
            return
        path = self.checkpoint_path(stage)
        run_steps(
            trainer,
            trainer.total_images,
            lambda: save_checkpoint(path, trainer.state_dict()),
            report,
            should_stop,
            interval_s,
        )

    def is_done(self, stage: Stage) -> bool:
        """Whether a stage has seen all its pictures."""
        path = self.checkpoint_path(stage)
        return path.exists() and cast("int", load_checkpoint(path)["images_seen"]) >= self._images(stage)

    def networks(self) -> tuple[Networks, FeatureNetwork]:
        """All networks of a run that is done, as they will be published. Raises: InvalidInput."""
        first = cast("ResidualRegressor", self.network("features"))
        second = cast("PlainRegressor", self.network("factors-b"))
        third = cast("PointRegressor", self.network("factors-c"))
        maps = cast("UNet", self.network("maps"))
        return Networks([first, second, third], maps, maps), first

    def network(self, stage: Stage) -> nn.Module:
        """The averaged network of a stage that is done. Raises: InvalidInput when it is not."""
        if not self.is_done(stage):
            raise InvalidInput(f"{stage} is not trained to its end in {self.folder} yet.")
        state = load_checkpoint(self.checkpoint_path(stage))
        network = self._network(stage)
        network.load_state_dict(cast("dict[str, torch.Tensor]", state["average"]))
        return network.eval().requires_grad_(False)

    def _images(self, stage: Stage) -> int:
        r = self.recipe
        return {
            "factors-a": r.residual_images,
            "maps": r.unet_images,
            "factors-b": r.plain_images,
            "features": r.distance_triples * r.distance_epochs,
            "factors-c": r.point_images,
        }[stage]

    def _network(self, stage: Stage) -> nn.Module:
        """Fresh weights, by the recipe's seed and the stage: no two begin alike."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.recipe.seed * len(STAGES) + STAGES.index(stage))
            match stage:
                case "factors-a":
                    return ResidualRegressor(factor_code(self.world))
                case "factors-b":
                    return PlainRegressor(factor_code(self.world))
                case "factors-c":
                    return PointRegressor(factor_code(self.world))
                case "maps":
                    return UNet(self.world.labels)
                case "features":
                    return self.network("factors-a")

    def _task(self, stage: Stage) -> Task:
        assert self._pictures is not None, "call prepare() first"
        large, small = self._pictures
        network, labels, batch = self._network(stage), self.world.labels, self.recipe.batch
        match stage:
            case "factors-a" | "factors-b" | "factors-c":
                return FactorTask(network, large, small, labels, batch, is_disturbed=stage == "factors-c")
            case "maps":
                return MapTask(network, large, small, labels, self.recipe.map_batch)
            case "features":
                return DistanceTask(cast("ResidualRegressor", network), self._triples(), batch)

    def _triples(self) -> Triples:
        path = self.folder / _TRIPLES_FILE
        if path.exists():
            tensors = load_file(path)
            return Triples(**tensors)
        count, size = self.recipe.distance_triples, self.recipe.small_size
        triples = finish(draw_triples(self.world, count, TRAINING_SEED + 4, size))
        partial = path.with_name(path.name + ".partial")
        save_file({name: tensor.contiguous() for name, tensor in vars(triples).items()}, partial)
        partial.replace(path)
        return triples


def read_recipe(path: Path) -> PerceptionRecipe:
    """The recipe of a run. Raises: CheckpointInvalid when it is not one."""
    try:
        return PerceptionRecipe(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise CheckpointInvalid(path.name, str(error)) from error


def settle_recipe(folder: Path, fresh: PerceptionRecipe, **asked: int | str | None) -> PerceptionRecipe:
    """The recipe of the run in `folder`: the saved one if it has begun, else `fresh` with what is asked.

    Raises: InvalidInput naming what cannot change in a run that has begun, CheckpointInvalid.
    """
    given = {name: value for name, value in asked.items() if value is not None}
    path = folder / RECIPE_FILE
    if not path.exists():
        return replace(fresh, **given)  # type: ignore[arg-type]  # names and types are the recipe's own
    saved = read_recipe(path)
    for name, value in given.items():
        if getattr(saved, name) != value:
            raise InvalidInput(
                f"The run in {folder} was begun with {name} {getattr(saved, name)}, not {value}; "
                "another --run or --name begins another."
            )
    return saved
