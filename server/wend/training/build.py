"""From a recipe to its trainer, and from recipe.json to a recipe: one table of architectures."""

import json
from pathlib import Path
from typing import assert_never

import torch

from wend.errors import CheckpointInvalid, DatasetInvalid, InvalidInput
from wend.library.perception import PerceptionStore
from wend.perception.regressor import HeadRegressor
from wend.perception.unet import UNet
from wend.training.conditional_gan import ConditionalTrainer
from wend.training.conditional_recipe import ConditionalRecipe
from wend.training.critic import CriticTrainer
from wend.training.critic_recipe import ProgressiveRecipe, ResidualRecipe
from wend.training.dataset import ImageDataset
from wend.training.dcgan import DCGANTrainer
from wend.training.dcgan_recipe import DCGANRecipe
from wend.training.gan import GanTrainer
from wend.training.recipe import GanRecipe
from wend.training.student import StudentTrainer
from wend.training.student_recipe import ChainStudentRecipe, StudentRecipe
from wend.training.trainer import Trainer
from wend.training.vae import VAETrainer
from wend.training.vae_recipe import VAERecipe

GanKind = (
    GanRecipe
    | ConditionalRecipe
    | DCGANRecipe
    | ProgressiveRecipe
    | ResidualRecipe
    | StudentRecipe
    | ChainStudentRecipe
)
Recipe = GanKind | VAERecipe

GANS: dict[str, type[GanKind]] = {
    "stylegan2": GanRecipe,
    "biggan": ConditionalRecipe,
    "dcgan": DCGANRecipe,
    "progressive": ProgressiveRecipe,
    "residual": ResidualRecipe,
    "student": StudentRecipe,
    "chain-student": ChainStudentRecipe,
}
# A recipe.json without an architecture is of the first kind there was.
RECIPES: dict[str, type[Recipe]] = {**GANS, "vae": VAERecipe}


def fresh_recipe(architecture: str, device: torch.device) -> Recipe:
    """The recipe of a GAN to begin with on a device. Raises: InvalidInput for an unknown architecture."""
    if architecture not in GANS:
        raise InvalidInput(f"The architecture must be one of {', '.join(GANS)}, not {architecture}.")
    recipe = GANS[architecture]()
    return recipe.on_gpu() if device.type == "cuda" else recipe


def architecture_of(recipe: Recipe) -> str:
    """The name under which RECIPES has it."""
    return next(name for name, kind in RECIPES.items() if isinstance(recipe, kind))


def build_trainer(
    recipe: Recipe, dataset: ImageDataset, device: torch.device, sets: PerceptionStore | None = None
) -> Trainer:
    """A trainer that has not begun.

    sets: where the recipe's judge, if it names one, is looked up. Raises: DatasetInvalid when it needs
    classes and there are none; PerceptionNotFound, InvalidInput for a judge that cannot judge.
    """
    known = sets or PerceptionStore(())
    eye = _eye(recipe.judge, known, device) if recipe.judge else None
    match recipe:
        case GanRecipe():
            reader = _reader(recipe.judge, known, device) if recipe.moments else None
            return GanTrainer(recipe, dataset, device, eye, reader)
        case ConditionalRecipe():
            _check_classes(recipe, dataset)
            return ConditionalTrainer(recipe, dataset, device, eye)
        case DCGANRecipe():
            _check_classes(recipe, dataset)
            return DCGANTrainer(recipe, dataset, device)
        case ProgressiveRecipe() | ResidualRecipe():
            return CriticTrainer(recipe, dataset, device)
        case StudentRecipe() | ChainStudentRecipe():
            return StudentTrainer(recipe, dataset, device, eye)
        case VAERecipe():
            return VAETrainer(recipe, dataset, device)
        case _:
            assert_never(recipe)


def _check_classes(recipe: Recipe, dataset: ImageDataset) -> None:
    if dataset.classes is None:
        raise DatasetInvalid(recipe.data, "has no classes, which a class-conditional generator needs")


def _eye(judge: str, sets: PerceptionStore, device: torch.device) -> UNet:
    network = sets.labels(judge, device)
    if not isinstance(network, UNet):
        raise InvalidInput(f"The label network of {judge} cannot judge: only our own U-Nets can.")
    return network


def _reader(judge: str, sets: PerceptionStore, device: torch.device) -> HeadRegressor:
    """The second regressor: the first one is kept for measuring what comes of it."""
    if not judge:
        raise InvalidInput("Moments are matched as the judge reads them: name one with --judge.")
    network = sets.factors(judge, device, which=1)
    if not isinstance(network, HeadRegressor):
        raise InvalidInput(f"The second regressor of {judge} cannot be matched: only our own can.")
    return network


def read_recipe(path: Path) -> Recipe:
    """The recipe of a run. Raises: CheckpointInvalid when it is not one."""
    try:
        settings = json.loads(path.read_text())
        architecture = settings.get("architecture", "stylegan2")
        if architecture not in RECIPES:
            raise ValueError(f"the architecture {architecture!r} is none of {', '.join(RECIPES)}")
        return RECIPES[architecture](**settings)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise CheckpointInvalid(path.name, str(error)) from error
