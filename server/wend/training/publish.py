"""From a training run to a model on the shelf: weights, card, preview, and a sheet beside real pictures."""

from dataclasses import asdict, replace
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from wend.errors import InvalidInput, WeightsInvalid
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.imaging.contact_sheet import contact_sheet
from wend.latents.seed import z_of_seeds
from wend.library.card import TrainingSection, WorldSection
from wend.library.models import Model, ModelStore
from wend.library.publish import CardText, publish_model
from wend.training.recipe import GanRecipe
from wend.training.run import TrainingRun
from wend.worlds.registry import describe_biases, describe_laws
from wend.worlds.world import World

SHEET_COUNT = 100
PSI = 0.8
W_AVG_SAMPLES = 20_000
LICENCE = "MIT (weights trained on pictures drawn by this project)"


def start_from(store: ModelStore, model_id: str, recipe: GanRecipe) -> GanRecipe:
    """The recipe to train on from a published model: its shapes, and no coarse phase.

    Raises: ModelNotFound; WeightsInvalid when it has no discriminator or is of another family.
    """
    model = store.get(model_id)
    if not model.has_discriminator:
        raise WeightsInvalid(model_id, "it was published without its discriminator")
    generator = store.load(model_id, torch.device("cpu"))
    if not isinstance(generator, StyleGAN2Generator):
        raise WeightsInvalid(model_id, f"training goes on from stylegan2 models, not {model.card.kind}")
    config = generator.config
    return replace(
        recipe,
        resolution=config.resolution,
        z_dim=config.z_dim,
        w_dim=config.w_dim,
        mapping_layers=config.mapping_layers,
        channel_base=config.channel_base,
        channel_max=config.channel_max,
        coarse_images=0,
        fade_images=0,
    )


def load_start(store: ModelStore, model_id: str, run: TrainingRun) -> None:
    """Put a published model's weights into a run that has not begun."""
    cpu = torch.device("cpu")
    generator, discriminator = store.load(model_id, cpu), store.load_discriminator(model_id, cpu)
    if run.trainer is None or discriminator is None or not isinstance(generator, StyleGAN2Generator):
        raise RuntimeError("call start_from() and prepare() first")
    run.trainer.load_weights(generator.state_dict(), discriminator.state_dict())


def publish_run(
    run: TrainingRun, world: World | None, folder: Path, live_error: float | None = None
) -> Model:
    """Publish the averaged generator and its discriminator as the model `folder.name`.

    live_error: measured maximal error of live frames, in 8-bit steps. The sheet shows seeds 0..99 at
    psi 0.8, left, beside real pictures of the same size, right. Raises: InvalidInput when the last
    resolution has not been trained yet.
    """
    trainer = run.trainer
    if trainer is None:
        raise RuntimeError("call prepare() first")
    if trainer.fade is None or trainer.images_seen == 0:
        raise InvalidInput(
            f"The run in {run.folder} has seen {trainer.images_seen} images and has not trained "
            f"{run.recipe.resolution} px yet; let it go on first."
        )
    average = trainer.average
    _settle_w_avg(average)
    seeds = list(range(SHEET_COUNT))
    fakes = trainer.samples(z_of_seeds(seeds, run.recipe.z_dim), PSI)
    reals = trainer.dataset.first(SHEET_COUNT)
    text = CardText(
        title=_title(run.recipe),
        summary=_summary(run.recipe, trainer.images_seen),
        licence=LICENCE if world is not None else "that of the training pictures",
        kind="stylegan2",
        config=_plain_config(run.recipe.config()),
        psi=PSI,
        live_error=live_error,
        training=TrainingSection(
            images_seen=trainer.images_seen,
            seed=run.recipe.seed,
            hours=round(trainer.seconds / 3600.0, 2),
            device=run.device.type,
            recipe=run.recipe.as_dict(),
        ),
        world=None if world is None else _world_section(world),
    )
    return publish_model(
        folder,
        text,
        average.state_dict(),
        trainer.discriminator.state_dict(),
        contact_sheet(fakes[[7, 12, 23, 31]], columns=2, gap=0),
        _side_by_side(fakes, reals),
    )


@torch.no_grad()
def _settle_w_avg(average: StyleGAN2Generator) -> None:
    """The running mean of training lags behind the averaged weights: take it anew, seeded."""
    rng = torch.Generator().manual_seed(0)
    z = torch.randn(W_AVG_SAMPLES, average.spec.z_dim, generator=rng).to(average.device)
    average.mapping.w_avg.copy_(average.mapping(z).mean(dim=0))


def _side_by_side(fakes: Tensor, reals: Tensor) -> Image.Image:
    left, right = contact_sheet(fakes, 10), contact_sheet(reals, 10)
    page = Image.new("RGB", (left.width + right.width + 16, left.height), (236, 236, 236))
    page.paste(left, (0, 0))
    page.paste(right, (left.width + 16, 0))
    return page


def _plain_config(config: StyleGAN2Config) -> dict[str, bool | int | float | str]:
    return {name: value for name, value in asdict(config).items() if value is not None}


def _title(recipe: GanRecipe) -> str:
    return f"{recipe.data.removesuffix('.zip').replace('-', ' ').title()} {recipe.resolution}"


def _summary(recipe: GanRecipe, images_seen: int) -> str:
    return (
        f"StyleGAN2-family generator of {recipe.resolution} px {recipe.data} pictures, "
        f"trained on {images_seen:,} images."
    )


def _world_section(world: World) -> WorldSection:
    return WorldSection(
        name=world.name,
        config=world.config.name,
        biases=f"{describe_biases(world)} What is rare, the generator may draw badly or not at all.",
        laws=describe_laws(world),
    )
