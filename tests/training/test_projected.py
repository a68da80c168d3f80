"""The second judge: it tells two kinds of pictures apart, moves a generator, and is resumed whole."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from wend.errors import InvalidInput, PerceptionNotFound
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.perception.unet import DECODED, UNet
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


def test_an_architecture_without_a_judge_says_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="biggan has no judge"):
        settle_recipe(tmp_path, ConditionalRecipe(), {"judge": "portraits"})
