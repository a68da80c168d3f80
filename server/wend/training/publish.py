"""From a training run to a model on the shelf: weights, card, preview, and a sheet beside real pictures."""

from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import torch
from PIL import Image
from torch import Tensor, nn

from wend.errors import InvalidInput, WeightsInvalid
from wend.generators.biggan import BigGANGenerator
from wend.generators.chain import ChainGenerator
from wend.generators.dcgan import DCGANGenerator
from wend.generators.progressive import ProgressiveNetwork
from wend.generators.residual import ResidualNetwork
from wend.generators.stylegan2 import StyleGAN2Generator
from wend.imaging.contact_sheet import contact_sheet
from wend.latents.seed import z_of_seeds
from wend.library.card import ModelCard, TrainingSection, WorldSection
from wend.library.models import Model, ModelStore
from wend.library.publish import CardText, publish_model
from wend.training.build import Recipe, architecture_of
from wend.training.conditional_recipe import ConditionalRecipe
from wend.training.critic_recipe import ProgressiveRecipe, ResidualRecipe
from wend.training.dcgan_recipe import DCGANRecipe
from wend.training.recipe import GanRecipe
from wend.training.run import TrainingRun
from wend.training.student_recipe import ChainStudentRecipe, StudentRecipe, TaughtRecipe
from wend.training.trainer import AdversarialTrainer, Trainer
from wend.training.vae_recipe import VAERecipe
from wend.worlds.registry import describe_biases, describe_laws, is_world, open_world
from wend.worlds.world import World

SHEET_COUNT = 100
PSI = 0.8
AnyRecipe = TypeVar("AnyRecipe", bound=Recipe)

LICENCE = "MIT (weights trained on pictures drawn by this project)"


def start_from(store: ModelStore, model_id: str, recipe: AnyRecipe) -> AnyRecipe:
    """The recipe to train on from a published model: its shapes, and no coarse phase. recipe: its `data` is
    what will be shown, which says whether latents of a student mean the same there.

    Raises: ModelNotFound; WeightsInvalid when it has no discriminator or is of another family.
    """
    model = store.get(model_id)
    if not model.has_discriminator:
        raise WeightsInvalid(model_id, "it was published without its discriminator")
    generator = store.load(model_id, torch.device("cpu"))
    if isinstance(recipe, GanRecipe | StudentRecipe) and isinstance(generator, StyleGAN2Generator):
        config = generator.config
        shaped = replace(
            recipe,
            resolution=config.resolution,
            z_dim=config.z_dim,
            w_dim=config.w_dim,
            mapping_layers=config.mapping_layers,
            channel_base=config.channel_base,
            channel_max=config.channel_max,
        )
        if isinstance(shaped, StudentRecipe):
            return _of_same_latents(shaped, model.card)
        return replace(shaped, coarse_images=0, fade_images=0)
    if isinstance(recipe, ConditionalRecipe) and isinstance(generator, BigGANGenerator):
        shapes = generator.config
        return replace(
            recipe,
            resolution=shapes.resolution,
            widths=shapes.widths,
            channel_width=shapes.channel_width,
            discriminator_width=shapes.discriminator_width,
            z_dim=shapes.z_dim,
            embed_dim=shapes.embed_dim,
            attention_resolution=shapes.attention_resolution,
        )
    if isinstance(recipe, DCGANRecipe) and isinstance(generator, DCGANGenerator):
        digits = generator.config
        return replace(
            recipe,
            resolution=digits.resolution,
            z_dim=digits.z_dim,
            dense=digits.dense,
            maps=digits.maps,
            discriminator_maps=digits.discriminator_maps,
            image_channels=digits.image_channels,
        )
    if isinstance(recipe, ProgressiveRecipe | ResidualRecipe) and isinstance(generator, ChainGenerator):
        chain = generator.network
        if isinstance(chain, ProgressiveNetwork | ResidualNetwork) and model.card.kind == recipe.architecture:
            if recipe.resolution == chain.resolution and chain.config == recipe.config():
                return replace(recipe, first_side=chain.resolution, stage_images=0, fade_images=0)
            why = f"its shapes are {chain.config}, and this recipe's {recipe.config()}"
            raise WeightsInvalid(model_id, why)
    if isinstance(recipe, ChainStudentRecipe) and isinstance(generator, ChainGenerator):
        drawn_by = generator.network
        if isinstance(drawn_by, ProgressiveNetwork):
            shapes_of = replace(
                recipe, resolution=drawn_by.resolution, z_dim=drawn_by.z_dim, widths=drawn_by.config.widths
            )
            return _of_same_latents(shapes_of, model.card)
    wanted = architecture_of(recipe)
    raise WeightsInvalid(model_id, f"this training goes on from {wanted} models, not {model.card.kind}")


def _of_same_latents(recipe: AnyRecipe, card: ModelCard) -> AnyRecipe:
    """Of a student that begins with a model: one of the same world has had its lessons."""
    trained = None if card.training is None else card.training.recipe
    is_student = trained is not None and "lessons" in trained
    world = open_world(recipe.data) if is_world(recipe.data) else None
    # A variant has other laws: the same numbers stand for other pictures.
    has_same_laws = (
        card.world is not None
        and world is not None
        and (card.world.name, card.world.config) == (world.name, world.config.name)
    )
    if is_student and has_same_laws:
        had = {"lessons": 0, "lesson": 0.0, "keeps_latents": True}
        return replace(recipe, **had)  # type: ignore[arg-type]  # names and types are a student's own
    return recipe


def load_start(store: ModelStore, model_id: str, run: TrainingRun) -> None:
    """Put a published model's weights into a run that has not begun."""
    cpu = torch.device("cpu")
    generator, discriminator = store.load(model_id, cpu), store.load_discriminator(model_id, cpu)
    if (
        not isinstance(run.trainer, AdversarialTrainer)
        or discriminator is None
        or not isinstance(generator, nn.Module)
    ):
        raise RuntimeError("call start_from() and prepare() first")
    run.trainer.load_weights(generator.state_dict(), discriminator.state_dict())


def publish_run(
    run: TrainingRun, world: World | None, folder: Path, live_error: float | None = None
) -> Model:
    """Publish the averaged generator and what was trained beside it as the model `folder.name`.

    live_error: measured maximal error of live frames, in 8-bit steps. The sheet shows seeds 0..99 at
    psi 0.8, of a VAE at 1, left, beside real pictures of the same size, right.
    Raises: InvalidInput when the last resolution has not been trained yet.
    """
    trainer = run.trainer
    if trainer is None:
        raise RuntimeError("call prepare() first")
    if not trainer.is_full_size:
        raise InvalidInput(
            f"The run in {run.folder} has seen {trainer.images_seen} images and has not trained "
            f"{run.recipe.resolution} px yet; let it go on first."
        )
    trainer.settle()
    seeds = list(range(SHEET_COUNT))
    # A VAE's decoder learnt from the whole of its prior: there is no truncation to speak of.
    psi = 1.0 if isinstance(run.recipe, VAERecipe) else PSI
    fakes = trainer.samples(z_of_seeds(seeds, run.recipe.z_dim), psi)
    reals = trainer.dataset.first(SHEET_COUNT)
    text = CardText(
        title=_title(run.recipe),
        summary=_summary(run.recipe, trainer),
        licence=LICENCE if world is not None else "that of the training pictures",
        kind=trainer.kind,
        config=trainer.config(),
        # Of the generator: one without classes may learn from pictures that have them.
        classes=trainer.average.spec.classes,
        psi=psi,
        live_error=live_error,
        training=TrainingSection(
            images_seen=trainer.images_seen,
            seed=run.recipe.seed,
            hours=round(trainer.seconds / 3600.0, 2),
            device=run.device.type,
            recipe=run.recipe.as_dict(),
        ),
        world=None if world is None else _world_section(world, run.recipe),
    )
    weights = trainer.weights()
    return publish_model(
        folder,
        text,
        weights.generator,
        weights.discriminator,
        contact_sheet(fakes[[7, 12, 23, 31]], columns=2, gap=0),
        _side_by_side(fakes, reals),
        weights.encoder,
    )


def _side_by_side(fakes: Tensor, reals: Tensor) -> Image.Image:
    left, right = contact_sheet(fakes, 10), contact_sheet(reals, 10)
    page = Image.new("RGB", (left.width + right.width + 16, left.height), (236, 236, 236))
    page.paste(left, (0, 0))
    page.paste(right, (left.width + 16, 0))
    return page


def _title(recipe: Recipe) -> str:
    # A variant's changes (portraits:tilt.sd=2x) are no name; the summary and the card's laws have them.
    name, _, changes = recipe.data.removesuffix(".zip").partition(":")
    title = f"{name.replace('-', ' ').title()}{', changed' if changes else ''} {recipe.resolution}"
    # What tells siblings apart comes first: lists cut names at their end.
    match recipe:
        case VAERecipe():
            return f"VAE beta {recipe.beta:g}, {title.lower()}"
        case StudentRecipe():
            return f"Student, {title.lower()}"
        case ChainStudentRecipe():
            return f"Student chain, {title.lower()}"
        case _:
            return title


def _summary(recipe: Recipe, trainer: Trainer) -> str:
    if isinstance(recipe, VAERecipe):
        return (
            f"Convolutional VAE of {recipe.resolution} px {recipe.data} pictures, {recipe.z_dim} latents,"
            f" beta {recipe.beta:g}, Bernoulli decoder, plain KL, trained on {trainer.images_seen:,} images."
        )
    if isinstance(recipe, TaughtRecipe):
        family = "StyleGAN2-family" if isinstance(recipe, StudentRecipe) else "Progressive GAN-family"
        return (
            f"{family} generator of {recipe.resolution} px {recipe.data} pictures, shown "
            f"{trainer.images_seen:,} times what the world's own program draws from the same latent."
        )
    family = {
        "stylegan2": "StyleGAN2-family",
        "biggan": "BigGAN-family, class-conditional",
        "dcgan": "DCGAN, class-conditional,",
        "progressive": "Progressive GAN",
        "residual": "WGAN-GP residual",
    }[trainer.kind]
    return (
        f"{family} generator of {recipe.resolution} px {recipe.data} pictures, "
        f"trained on {trainer.images_seen:,} images."
    )


def _world_section(world: World, recipe: Recipe) -> WorldSection:
    weakness = "What is rare, the generator may draw badly or not at all."
    if isinstance(recipe, VAERecipe):
        weakness = (
            "A VAE draws soft outlines, and drops what costs it most to tell: shape and orientation first, "
            "the more so the higher beta is."
        )
    return WorldSection(
        name=world.name,
        config=world.config.name,
        biases=f"{describe_biases(world)} {weakness}",
        laws=describe_laws(world),
    )
