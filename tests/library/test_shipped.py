"""What is shipped: within its size budget, what its cards say, and ready at first start."""

from pathlib import Path

import numpy as np
import pytest
import torch

from wend.generators.generator import synthesize
from wend.generators.stylegan2 import StyleGAN2Generator
from wend.imaging.pixels import to_images
from wend.latents.seed import z_of_seeds
from wend.latents.truncation import truncate
from wend.library.models import ModelStore
from wend.library.shelf import Shelf
from wend.methods.discover.job import FAMILIES
from wend.training.origin import Origin
from wend.worlds.portraits import Portraits
from wend.worlds.registry import describe_laws
from wend.worlds.world import draw

MODELS = Path(__file__).parents[2] / "models" / "generators"
MEGABYTE = 1_000_000
CPU = torch.device("cpu")


PORTRAITS = ("portraits-64", "portraits-64-student", "portraits-64-chain")


@pytest.fixture(scope="module")
def store() -> ModelStore:
    return ModelStore([MODELS])


def test_every_shipped_model_opens(store: ModelStore) -> None:
    listing = store.list()
    assert not listing.refused
    shipped = {"analytic-disc", "analytic-portraits", "cast-64", *PORTRAITS}
    vaes = {f"sprites-vae-b{beta}" for beta in (1, 4, 10, 20)}
    assert {m.card.id for m in listing.models} == shipped | vaes
    for model in listing.models:
        store.load(model.card.id, CPU)
        assert model.preview is not None
    assert store.default == "portraits-64"


def test_sizes_stay_within_their_budget(store: ModelStore) -> None:
    for name in PORTRAITS:
        folder = store.get(name).folder
        assert (folder / "weights.safetensors").stat().st_size <= 6 * MEGABYTE
        assert (folder / "discriminator.safetensors").stat().st_size <= 6 * MEGABYTE
    assert sum(p.stat().st_size for p in MODELS.rglob("*") if p.is_file()) <= 60 * MEGABYTE


@pytest.mark.parametrize("name", PORTRAITS)
def test_the_card_tells_how_it_was_made(store: ModelStore, name: str) -> None:
    card = store.get(name).card
    assert card.training is not None
    assert card.training.images_seen > 100_000
    assert card.world is not None
    assert card.world.laws == describe_laws(Portraits())
    assert store.get(name).sheet is not None


@pytest.mark.parametrize(
    ("name", "least"), [("portraits-64", 20), ("portraits-64-student", 20), ("portraits-64-chain", 15)]
)
def test_first_visit_finds_walks_on_the_shelf(
    store: ModelStore, name: str, least: int, tmp_path: Path
) -> None:
    shelf = Shelf(store, tmp_path)
    assert all(shelf.has(name, family) for family in FAMILIES)
    walks = shelf.walks(name)
    assert len(walks) >= least
    assert all(walk.low < 0 < walk.high for walk in walks)


def test_the_generator_draws_what_its_discriminator_and_the_world_know(store: ModelStore) -> None:
    """Colours of 64 samples agree with the world's, and the discriminator tells real ones from either."""
    generator = store.load("portraits-64", CPU)
    discriminator = store.load_discriminator("portraits-64", CPU)
    assert isinstance(generator, StyleGAN2Generator)
    assert discriminator is not None
    with torch.inference_mode():
        w = generator.mapping(z_of_seeds(list(range(64)), generator.spec.z_dim))
        ws = truncate(w[:, None].repeat(1, generator.spec.num_ws, 1), generator.w_avg, 1.0, None)
        fakes = synthesize(generator, ws, generator.constant_noise()).clamp(-1, 1)
        reals = draw(Portraits(), 64, 5, 64).images
        noise = to_images(np.random.RandomState(0).randint(0, 256, (64, 64, 64, 3)).astype(np.uint8))
        scores = [float(discriminator(images).mean()) for images in (reals, fakes, noise)]
    assert float((fakes.mean(dim=0) - reals.mean(dim=0)).abs().mean()) < 0.15
    assert 0.5 < float(fakes.std(dim=0).mean() / reals.std(dim=0).mean()) < 1.5
    assert scores[0] > scores[1]
    assert scores[0] > scores[2]


@pytest.mark.parametrize(("name", "most"), [("portraits-64-student", 6.5), ("portraits-64-chain", 9.0)])
def test_a_student_draws_what_the_world_draws_from_the_same_numbers(
    store: ModelStore, name: str, most: float
) -> None:
    """Of pictures it was never shown: their own latents draw them, and others do not."""
    generator, world = store.load(name, CPU), Portraits()
    origin = Origin(world, 48, 77, generator.spec.z_dim)
    z = origin.latents(origin.numbers, torch.Generator().manual_seed(0))
    real = draw(world, 48, 77, 64).images
    with torch.inference_mode():
        ws = generator.mapping(z)[:, None].expand(-1, generator.spec.num_ws, -1)
        drawn = synthesize(generator, ws, generator.constant_noise()).clamp(-1, 1)
    error, other = ((drawn - each).abs().mean().item() * 127.5 for each in (real, real.roll(1, dims=0)))
    assert error < most  # of 255
    assert error < 0.25 * other
