"""The GAN trainer and its runs: growth, a resumed run that equals an unbroken one, refusals in words."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from wend.errors import CheckpointInvalid, DatasetInvalid, InvalidInput
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.optim.guarded_step import apply_update
from wend.training.dataset import ImageDataset, read_pictures
from wend.training.gan import GanTrainer
from wend.training.loop import TrainingProgress
from wend.training.recipe import GanRecipe, write_recipe
from wend.training.run import TrainingRun, settle_recipe
from wend.worlds.portraits import Portraits

CPU = torch.device("cpu")


def _dataset(recipe: GanRecipe) -> ImageDataset:
    pixels = np.random.RandomState(0).randint(0, 255, (8, recipe.resolution, recipe.resolution, 3))
    return ImageDataset(pixels.astype(np.uint8), mirror=True)


def _nothing(done: int, total: int) -> None:
    assert 0 < done <= total


def test_growth_passes_through_coarse_fade_and_full(tiny: GanRecipe) -> None:
    trainer = GanTrainer(tiny, _dataset(tiny), CPU)
    fades, sizes = [], []
    while not trainer.is_done:
        fades.append(trainer.fade)
        # What is published draws with the last layers alone: not before they have faded in.
        assert trainer.is_full_size is (trainer.fade == 1.0)
        trainer.step()
        sizes.append(trainer.samples(torch.zeros(1, 8)).shape[-1])
    assert fades[0] is None
    assert 0.0 in fades
    assert fades[-1] == 1.0
    assert sizes[0] == 8
    assert sizes[-1] == 16


def test_resumed_run_equals_an_unbroken_one(tmp_path: Path, tiny: GanRecipe) -> None:
    unbroken = GanTrainer(tiny, _dataset(tiny), CPU)
    for _ in range(6):
        unbroken.step()

    first = GanTrainer(tiny, _dataset(tiny), CPU)
    for _ in range(3):
        first.step()
    save_checkpoint(tmp_path / "c.safetensors", first.state_dict())
    second = GanTrainer(replace(tiny, seed=99), _dataset(tiny), CPU)
    second.load_state_dict(load_checkpoint(tmp_path / "c.safetensors"))
    for _ in range(3):
        second.step()

    assert second.images_seen == unbroken.images_seen
    for name, tensor in unbroken.average.state_dict().items():
        assert torch.equal(tensor, second.average.state_dict()[name]), name
    for name, tensor in unbroken.discriminator.state_dict().items():
        assert torch.equal(tensor, second.discriminator.state_dict()[name]), name


def test_a_non_finite_gradient_changes_nothing(tiny: GanRecipe) -> None:
    trainer = GanTrainer(tiny, _dataset(tiny), CPU)
    trainer.step()
    before = {k: v.clone() for k, v in trainer.generator.state_dict().items()}
    for parameter in trainer.generator.parameters():
        parameter.grad = torch.full_like(parameter, float("nan"))
    assert not apply_update(trainer.opt_g)
    for name, tensor in trainer.generator.state_dict().items():
        assert torch.equal(tensor, before[name]), name


def test_run_stops_saves_and_goes_on(tmp_path: Path, tiny: GanRecipe) -> None:
    seen: list[TrainingProgress] = []
    run = TrainingRun(tmp_path, tiny, CPU)
    run.prepare(Portraits(), None, _nothing)
    run.train(seen.append, lambda: len(seen) >= 2)
    assert run.checkpoint_path.exists()
    assert list(tmp_path.glob("sheet-*.png"))

    again = TrainingRun(tmp_path, tiny, CPU)
    again.prepare(Portraits(), None, _nothing)
    assert again.trainer is not None
    assert again.trainer.images_seen == 8
    again.train(seen.append, lambda: False)
    assert again.trainer.is_done
    assert seen[-1].images_seen == tiny.total_images


def test_a_damaged_checkpoint_is_named(tmp_path: Path, tiny: GanRecipe) -> None:
    run = TrainingRun(tmp_path, tiny, CPU)
    run.checkpoint_path.write_bytes(b"not a checkpoint")
    with pytest.raises(CheckpointInvalid, match=r"checkpoint\.safetensors"):
        run.prepare(Portraits(), None, _nothing)


def test_pictures_of_a_folder_are_cropped_square(tmp_path: Path) -> None:
    Image.new("RGB", (40, 20), (255, 0, 0)).save(tmp_path / "wide.png")
    Image.new("L", (16, 64), 128).save(tmp_path / "tall.jpg")
    pixels = read_pictures(tmp_path, 16, _nothing)
    assert pixels.shape == (2, 16, 16, 3)
    assert pixels[1, 8, 8].tolist() == [255, 0, 0]


def test_unreadable_sources_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DatasetInvalid, match="holds no picture"):
        read_pictures(tmp_path, 16, _nothing)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG but not really")
    with pytest.raises(DatasetInvalid, match=r"broken\.png"):
        read_pictures(tmp_path, 16, _nothing)
    with pytest.raises(DatasetInvalid, match="neither a folder"):
        read_pictures(tmp_path / "broken.png", 16, _nothing)


def test_a_run_keeps_the_recipe_it_began_with(tmp_path: Path, tiny: GanRecipe) -> None:
    assert settle_recipe(tmp_path, tiny, {"batch": 6}) == replace(tiny, batch=6)
    write_recipe(tmp_path / "recipe.json", tiny)
    assert settle_recipe(tmp_path, GanRecipe(), {"batch": tiny.batch}) == tiny
    assert settle_recipe(tmp_path, GanRecipe(), {"total_images": 64}) == replace(tiny, total_images=64)
    with pytest.raises(InvalidInput, match="begun with batch 4, not 6"):
        settle_recipe(tmp_path, GanRecipe(), {"batch": 6})
    with pytest.raises(InvalidInput, match="begun with data portraits, not disc"):
        settle_recipe(tmp_path, GanRecipe(), {"data": "disc"})


def test_a_typo_in_the_source_begins_no_run(tmp_path: Path, tiny: GanRecipe) -> None:
    run = TrainingRun(tmp_path / "run", replace(tiny, data="picturs"), CPU)
    with pytest.raises(DatasetInvalid, match="picturs"):
        run.prepare(None, tmp_path / "picturs", _nothing)
    assert not (tmp_path / "run" / "recipe.json").exists()


def test_a_resolution_that_is_no_power_of_two_is_refused(tiny: GanRecipe) -> None:
    with pytest.raises(InvalidInput, match="power of two"):
        replace(tiny, resolution=48)
