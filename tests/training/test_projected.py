"""The second judge: it tells two kinds of pictures apart, moves a generator, and is resumed whole."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from wend.errors import InvalidInput, PerceptionNotFound
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.perception.unet import DECODED, UNet
from wend.training.conditional_gan import ConditionalTrainer
from wend.training.conditional_recipe import ConditionalRecipe
from wend.training.dataset import ImageDataset
from wend.training.gan import GanTrainer
from wend.training.projected import ProjectedDiscriminator, SecondJudge
from wend.training.recipe import GanRecipe
from wend.training.run import TrainingRun, settle_recipe
from wend.worlds.portrait_painter import LABELS
from wend.worlds.portraits import Portraits

CPU = torch.device("cpu")


def _eye() -> UNet:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        return UNet(LABELS).eval().requires_grad_(False)


def _trainer(recipe: GanRecipe) -> GanTrainer:
    pixels = np.random.RandomState(0).randint(0, 255, (8, recipe.resolution, recipe.resolution, 3))
    return GanTrainer(recipe, ImageDataset(pixels.astype(np.uint8), mirror=True), CPU, _eye())


@pytest.mark.parametrize("resolution", [16, 64])
def test_one_logit_per_scale(resolution: int) -> None:
    judge = ProjectedDiscriminator(_eye(), resolution, 0)
    assert judge(torch.zeros(2, 3, resolution, resolution)).shape == (2, len(DECODED))


def test_it_learns_to_tell_dark_from_light() -> None:
    judge = SecondJudge(_eye(), 32, 0, 5e-3, CPU)
    rng = torch.Generator().manual_seed(0)
    real, fake = torch.rand(8, 3, 32, 32, generator=rng), -torch.rand(8, 3, 32, 32, generator=rng)
    first = float(judge.loss(real, fake).detach())
    for _ in range(60):
        judge.loss(real, fake).backward()
        judge.update(1.0)
    assert float(judge.loss(real, fake).detach()) < 0.5 * first
    assert bool((judge.network(real) > judge.network(fake)).all())


def test_one_that_sees_variety_tells_many_faces_from_one_repeated() -> None:
    rng = torch.Generator().manual_seed(0)
    pool = torch.rand(40, 3, 32, 32, generator=rng) * 2 - 1

    def batch() -> Tensor:
        return pool[torch.randperm(40, generator=rng)[:8]]

    gaps = {}
    for sees_variety in (False, True):
        judge = SecondJudge(_eye(), 32, 0, 5e-3, CPU, sees_variety=sees_variety)
        for _ in range(40):
            # Either half of the batches holds the very same pictures; only their company differs.
            judge.loss(batch(), batch()[:1].expand(8, -1, -1, -1)).backward()
            judge.update(1.0)
        with torch.no_grad():
            varied, same = judge.network(batch()), judge.network(batch()[:1].expand(8, -1, -1, -1))
        gaps[sees_variety] = float(varied.mean() - same.mean())
    assert gaps[True] > 1.0 > gaps[False] + 0.5


def test_the_generators_gradient_passes_the_frozen_eye_and_stays_out_of_the_heads() -> None:
    eye = _eye()
    judge = SecondJudge(eye, 32, 0, 1e-3, CPU)
    images = torch.zeros(2, 3, 32, 32, requires_grad=True)
    judge.generator_loss(images).backward()
    assert images.grad is not None
    assert float(images.grad.abs().sum()) > 0.0
    assert all(p.grad is None for p in [*eye.parameters(), *judge.network.parameters()])


def test_it_judges_full_size_only_and_changes_what_the_generator_learns(tiny: GanRecipe) -> None:
    alone = GanTrainer(tiny, _trainer(tiny).dataset, CPU)
    judged = _trainer(tiny)
    agree = []
    while not judged.is_done:
        alone.step()
        judged.step()
        same = zip(alone.generator.parameters(), judged.generator.parameters(), strict=True)
        agree.append((judged.fade is None, all(torch.equal(a, b) for a, b in same)))
    assert all(is_same for is_coarse, is_same in agree if is_coarse)
    assert not agree[-1][1]


def test_resumed_run_equals_an_unbroken_one(tmp_path: Path, tiny: GanRecipe) -> None:
    recipe = replace(tiny, coarse_images=0, fade_images=0)
    unbroken, first = _trainer(recipe), _trainer(recipe)
    for _ in range(4):
        unbroken.step()
    for _ in range(2):
        first.step()
    save_checkpoint(tmp_path / "c.safetensors", first.state_dict())
    second = _trainer(replace(recipe, seed=7))
    second.load_state_dict(load_checkpoint(tmp_path / "c.safetensors"))
    for _ in range(2):
        second.step()
    assert unbroken.judge is not None
    assert second.judge is not None
    for name, tensor in unbroken.judge.network.state_dict().items():
        assert torch.equal(tensor, second.judge.network.state_dict()[name]), name
    for name, tensor in unbroken.average.state_dict().items():
        assert torch.equal(tensor, second.average.state_dict()[name]), name


def test_a_judge_that_is_not_there_is_named(tmp_path: Path, tiny: GanRecipe) -> None:
    run = TrainingRun(tmp_path, replace(tiny, judge="nobody"), CPU)
    with pytest.raises(PerceptionNotFound, match="nobody"):
        run.prepare(Portraits(), None, lambda _done, _total: None)


def test_classes_are_heard() -> None:
    """The same pictures are real of one class and drawn of another: only the class tells them apart."""
    judge = SecondJudge(_eye(), 32, 0, 5e-3, CPU, c_dim=2)
    images = torch.rand(8, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    real_c, fake_c = torch.eye(2)[torch.zeros(8, dtype=torch.int64)], torch.eye(2)[torch.ones(8).long()]
    for _ in range(60):
        judge.loss(images, images, real_c, fake_c).backward()
        judge.update(1.0)
    assert bool((judge.network(images, real_c) > judge.network(images, fake_c)).all())


def test_a_conditional_trainer_has_it_too(tmp_path: Path) -> None:
    recipe = ConditionalRecipe(
        resolution=16, widths="2,2,1", channel_width=8, discriminator_width=8, z_dim=8, embed_dim=8, batch=4,
        attention_resolution=8, precision="float32",
    )  # fmt: skip
    pixels = np.random.RandomState(0).randint(0, 255, (8, 16, 16, 3)).astype(np.uint8)
    dataset = ImageDataset(pixels, False, np.arange(8, dtype=np.int64) % 2, ("a", "b"))
    trainer = ConditionalTrainer(recipe, dataset, CPU, _eye())
    assert trainer.judge is not None
    before = {k: v.clone() for k, v in trainer.judge.network.state_dict().items()}
    trainer.step()
    save_checkpoint(tmp_path / "c.safetensors", trainer.state_dict())
    again = ConditionalTrainer(recipe, dataset, CPU, _eye())
    again.load_state_dict(load_checkpoint(tmp_path / "c.safetensors"))
    assert again.judge is not None
    after = again.judge.network.state_dict()
    assert any(not torch.equal(before[name], tensor) for name, tensor in after.items())
    for name, tensor in trainer.judge.network.state_dict().items():
        assert torch.equal(tensor, after[name]), name


def test_an_unknown_setting_of_a_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="biggan has no style_mixing"):
        settle_recipe(tmp_path, ConditionalRecipe(), {"style_mixing": 0.1})
