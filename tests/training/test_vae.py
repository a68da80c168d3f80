"""VAE training: a resumed run, a published model with its encoder, what it makes of beta."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from wend.errors import InvalidInput
from wend.generators.generator import synthesize
from wend.generators.vae import VAEEncoder, kl_to_prior
from wend.latents.seed import z_of_seeds
from wend.library.models import ModelStore
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.training.build import build_trainer, read_recipe
from wend.training.dataset import ImageDataset, world_dataset
from wend.training.publish import load_start, publish_run
from wend.training.run import TrainingRun, settle_recipe
from wend.training.vae import VAETrainer, pixel_nats
from wend.training.vae_recipe import VAERecipe
from wend.worlds.sprites import Sprites

CPU = torch.device("cpu")
SMALL = VAERecipe(resolution=32, batch=4, total_images=24, pictures=20, z_dim=3, channels=4, hidden=8)


def _dataset() -> ImageDataset:
    return world_dataset(Sprites(), SMALL.pictures, 1, SMALL.resolution, False, lambda _d, _t: None, 1)


def test_the_recipe_is_the_classical_one() -> None:
    config = VAERecipe().config()
    assert (config.resolution, config.z_dim, config.channels, config.hidden) == (64, 10, 32, 256)
    assert config.image_channels == 1


def test_a_resumed_run_equals_an_unbroken_one(tmp_path: Path) -> None:
    whole, first, second = (VAETrainer(SMALL, _dataset(), CPU) for _ in range(3))
    while not whole.is_done:
        whole.step()
    first.step()
    first.sheet()  # looking changes nothing
    save_checkpoint(tmp_path / "c.safetensors", first.state_dict())
    second.load_state_dict(load_checkpoint(tmp_path / "c.safetensors"))
    while not second.is_done:
        second.step()
    for mine, theirs in ((whole.decoder, second.decoder), (whole.encoder, second.encoder)):
        ends = theirs.state_dict()
        assert all(torch.equal(t, ends[name]) for name, t in mine.state_dict().items())
    assert (second.images_seen, whole.images_seen) == (24, 24)


def test_a_run_is_published_with_its_encoder(tmp_path: Path) -> None:
    run = TrainingRun(tmp_path / "run", SMALL, CPU)
    run.prepare(Sprites(), None, lambda _done, _total: None)
    run.train(lambda _progress: None, lambda: False)
    assert np.load(tmp_path / "run" / "pixels.npy").shape == (20, 32, 32, 1)
    assert read_recipe(tmp_path / "run" / "recipe.json") == SMALL
    model = publish_run(run, Sprites(), tmp_path / "models" / "v")
    assert (model.card.kind, model.card.psi, model.card.spaces) == ("vae", 1.0, ("z",))
    assert "3 latents, beta 4, Bernoulli decoder" in model.card.summary
    assert model.card.title == "VAE beta 4, sprites 32"
    assert (model.has_encoder, model.has_discriminator) == (True, False)
    store = ModelStore([tmp_path / "models"])
    generator, encoder = store.load("v", CPU), store.load_encoder("v", CPU)
    assert isinstance(encoder, VAEEncoder)
    trainer = run.trainer
    assert isinstance(trainer, VAETrainer)
    z = z_of_seeds([0, 1], 3)
    drawn = synthesize(generator, generator.mapping(z)[:, None], [None])
    assert torch.allclose(drawn, trainer.samples(z), atol=0.02)
    real = trainer.dataset.first(2)
    with torch.no_grad():
        assert torch.allclose(encoder(real)[0], trainer.encoder(real)[0], atol=0.02)
    with pytest.raises(RuntimeError):
        load_start(store, "v", run)


def test_a_resumed_folder_trains_longer(tmp_path: Path) -> None:
    asked = {"beta": 4.0, "total_images": 8}
    recipe = settle_recipe(tmp_path, SMALL, asked)
    run = TrainingRun(tmp_path, recipe, CPU)
    run.prepare(Sprites(), None, lambda _done, _total: None)
    run.train(lambda _progress: None, lambda: False)
    longer = settle_recipe(tmp_path, SMALL, {**asked, "total_images": 16})
    assert longer.total_images == 16
    with pytest.raises(InvalidInput, match="was begun with beta 4"):
        settle_recipe(tmp_path, SMALL, {"beta": 10.0})


def test_both_terms_are_the_published_ones() -> None:
    """Known values: by hand, and of `torch.distributions`."""
    images = torch.tensor([[[[1.0, -1.0], [0.0, 1.0]]]]).repeat(1, 3, 1, 1)
    logits = torch.tensor([[[[0.0, 0.0], [0.0, 2.0]]]])
    assert pixel_nats(logits, images).item() == pytest.approx(3 * np.log(2.0) + np.log(1 + np.exp(-2.0)))
    mean, log_variance = torch.tensor([[0.5, -1.0]]), torch.tensor([[0.3, -2.0]])
    normal = torch.distributions.Normal(mean, torch.exp(0.5 * log_variance))
    wanted = torch.distributions.kl_divergence(normal, torch.distributions.Normal(0.0, 1.0))
    assert torch.allclose(kl_to_prior(mean, log_variance), wanted)


def test_a_higher_beta_tells_less() -> None:
    """The same steps from the same weights: the KL is held down."""
    told = []
    for beta in (0.0, 1000.0):
        trainer = build_trainer(replace(SMALL, beta=beta, total_images=60, lr=1e-2), _dataset(), CPU)
        assert isinstance(trainer, VAETrainer)
        told.append([trainer.step().divergence for _ in range(15)][-1])
    assert told[1] < 0.5 * told[0]


def test_what_it_cannot_train() -> None:
    with pytest.raises(InvalidInput, match="beta must lie"):
        VAERecipe(beta=-1.0)
    with pytest.raises(InvalidInput, match="resolution must be 32 or 64"):
        VAERecipe(resolution=48)
    with pytest.raises(InvalidInput, match="no second judge"):
        VAERecipe(judge="portraits")
