"""DCGAN training: the published size, a resumed run, a published model, digits it draws apart."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from wend.errors import DatasetInvalid, InvalidInput
from wend.generators.dcgan import DCGANConfig
from wend.generators.generator import synthesize
from wend.latents.seed import z_of_seeds
from wend.library.models import ModelStore
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.training.build import build_trainer, fresh_recipe, read_recipe
from wend.training.dataset import ImageDataset, world_dataset
from wend.training.dcgan import DCGANTrainer
from wend.training.dcgan_recipe import DCGANRecipe
from wend.training.publish import load_start, publish_run, start_from
from wend.training.run import TrainingRun, settle_recipe
from wend.worlds.digits import Digits

CPU = torch.device("cpu")
SMALL = DCGANRecipe(
    resolution=16, batch=6, total_images=24, pictures=30, z_dim=6, dense=12, maps=6, discriminator_maps=4
)


def _dataset() -> ImageDataset:
    return world_dataset(Digits(), SMALL.pictures, 1, SMALL.resolution, False, lambda _done, _total: None)


def test_on_a_gpu_it_is_the_published_one() -> None:
    recipe = fresh_recipe("dcgan", torch.device("cuda"))
    assert isinstance(recipe, DCGANRecipe)
    assert recipe.config(10) == DCGANConfig()
    assert (recipe.lr, recipe.beta1, recipe.batch, recipe.generator_updates) == (2e-4, 0.5, 64, 2)
    assert recipe.total_images == 25 * 70_000


def test_a_resumed_run_equals_an_unbroken_one(tmp_path: Path) -> None:
    whole, first, second = (DCGANTrainer(SMALL, _dataset(), CPU) for _ in range(3))
    while not whole.is_done:
        whole.step()
    first.step()
    first.sheet()  # looking changes nothing
    save_checkpoint(tmp_path / "c.safetensors", first.state_dict())
    second.load_state_dict(load_checkpoint(tmp_path / "c.safetensors"))
    while not second.is_done:
        second.step()
    ends = second.average.state_dict()
    assert all(torch.equal(t, ends[name]) for name, t in whole.average.state_dict().items())
    assert (second.images_seen, whole.images_seen) == (24, 24)


def test_a_run_is_published_and_gone_on_from(tmp_path: Path) -> None:
    run = TrainingRun(tmp_path / "run", SMALL, CPU)
    run.prepare(Digits(), None, lambda _done, _total: None)
    run.train(lambda _progress: None, lambda: False)
    assert read_recipe(tmp_path / "run" / "recipe.json") == SMALL
    model = publish_run(run, Digits(), tmp_path / "models" / "d")
    assert (model.card.kind, model.card.classes) == ("dcgan", tuple("0123456789"))
    assert "DCGAN, class-conditional, generator of 16 px digits pictures" in model.card.summary
    store = ModelStore([tmp_path / "models"])
    generator = store.load("d", CPU)
    assert run.trainer is not None
    z = z_of_seeds([0, 1], 6)
    c = torch.eye(10)[:2]
    mine = synthesize(generator, generator.mapping(z, c)[:, None].expand(-1, 4, -1), None)
    assert torch.allclose(mine, run.trainer.samples(z), atol=0.02)
    again = start_from(store, "d", replace(DCGANRecipe(), batch=6))
    assert again == replace(
        DCGANRecipe(), batch=6, resolution=16, z_dim=6, dense=12, maps=6, discriminator_maps=4
    )
    other = TrainingRun(tmp_path / "other", replace(again, pictures=30), CPU)
    other.prepare(Digits(), None, lambda _done, _total: None)
    load_start(store, "d", other)
    assert other.trainer is not None
    assert torch.allclose(other.trainer.samples(z), mine, atol=1e-5)


def test_the_generator_takes_two_updates_for_one_of_the_discriminator() -> None:
    trainer = DCGANTrainer(SMALL, _dataset(), CPU)
    trainer.step()
    trainer.step()
    losses = trainer.step()
    # A young pair is near chance: ln 2 for each of its sides.
    assert losses.discriminator == pytest.approx(2.0 * np.log(2.0), abs=0.3)
    assert losses.generator == pytest.approx(np.log(2.0), abs=0.3)
    taken = [{int(s["step"]) for s in o.state.values()} for o in (trainer.opt_d, trainer.opt_g)]
    assert taken == [{3}, {6}]


def test_what_it_cannot_train_on() -> None:
    plain = ImageDataset(np.zeros((4, 16, 16, 3), np.uint8), False)
    with pytest.raises(DatasetInvalid, match="has no classes"):
        build_trainer(SMALL, plain, CPU)
    with pytest.raises(InvalidInput, match="multiple of 4"):
        DCGANRecipe(resolution=30)
    with pytest.raises(InvalidInput, match="no second judge"):
        settle_recipe(Path("nowhere"), SMALL, {"judge": "portraits"})
