"""Chains that learn from a critic: growth, a resumed run, a published model, the penalty on the slope."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from wend.errors import InvalidInput, WeightsInvalid
from wend.generators.progressive import ProgressiveNetwork
from wend.generators.progressive_discriminator import ProgressiveDiscriminator
from wend.latents.seed import z_of_seeds
from wend.library.models import ModelStore
from wend.optim.adversarial import slope_penalty
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.training.build import fresh_recipe, read_recipe
from wend.training.chain_growth import LowerEnds, Stage, stage_at
from wend.training.critic import CriticTrainer
from wend.training.critic_recipe import ProgressiveRecipe, ResidualRecipe
from wend.training.dataset import ImageDataset, world_dataset
from wend.training.publish import load_start, publish_run, start_from
from wend.training.run import TrainingRun
from wend.worlds.disc import Disc

CPU = torch.device("cpu")
GROWING = ProgressiveRecipe(
    data="disc", resolution=16, widths="6,6,4", batch=4, total_images=40, pictures=12, z_dim=5,
    first_side=8, stage_images=8, fade_images=8,
)  # fmt: skip
WHOLE = ResidualRecipe(
    data="disc", resolution=16, first_side=16, widths="6,6,4", batch=4, total_images=40, pictures=12, z_dim=5
)


def _dataset() -> ImageDataset:
    return world_dataset(Disc(), 12, 1, 16, False, lambda _done, _total: None)


def test_a_side_fades_in_after_its_stage() -> None:
    stages = [stage_at(seen, (16, 32, 64), 100, 40) for seen in (0, 99, 100, 120, 140, 239, 240, 260, 10_000)]
    assert [(stage.side, stage.share) for stage in stages] == [
        (16, 1.0), (16, 1.0), (32, 0.0), (32, 0.5), (32, 1.0), (32, 1.0), (64, 0.0), (64, 0.5), (64, 1.0),
    ]  # fmt: skip
    assert stage_at(0, (64,), 0, 0) == Stage(64)


def test_a_grown_chain_is_the_published_networks_alone() -> None:
    torch.manual_seed(0)
    config = GROWING.config()
    network, critic = ProgressiveNetwork(config), ProgressiveDiscriminator(config)
    ends, z = LowerEnds(config, (8, 16)), torch.randn(4, 5)
    images = ends.draw(network, z, Stage(16), torch.float32)
    x = network.begin(z, torch.float32)
    for index in range(1, len(network.layers)):
        x = network.advance(index, x)
    assert torch.equal(images, network.picture(x))
    assert torch.equal(ends.judge(critic, images, Stage(16)), critic(images))


def test_a_fade_begins_with_the_lower_side_alone() -> None:
    torch.manual_seed(0)
    config = GROWING.config()
    network, critic = ProgressiveNetwork(config), ProgressiveDiscriminator(config)
    ends, z = LowerEnds(config, (8, 16)), torch.randn(4, 5)
    low = ends.draw(network, z, Stage(8), torch.float32)
    new = ends.draw(network, z, Stage(16, 0.0), torch.float32)
    assert torch.equal(new, low.repeat_interleave(2, 2).repeat_interleave(2, 3))
    assert torch.allclose(
        ends.judge(critic, new, Stage(16, 0.0)), ends.judge(critic, low, Stage(8)), atol=1e-6
    )


def test_the_penalty_is_the_distance_of_the_slope_from_one() -> None:
    images = torch.randn(3, 1, 2, 2, requires_grad=True)
    weights = torch.tensor([0.0, 2.0, 0.0, 0.0]).view(1, 1, 2, 2)
    assert slope_penalty(images, (images * weights).sum(dim=(1, 2, 3))[:, None]).item() == pytest.approx(1.0)


@pytest.mark.parametrize("recipe", [GROWING, WHOLE])
def test_a_resumed_run_equals_an_unbroken_one(
    recipe: ProgressiveRecipe | ResidualRecipe, tmp_path: Path
) -> None:
    whole, first, second = (CriticTrainer(recipe, _dataset(), CPU) for _ in range(3))
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
    assert (second.images_seen, whole.images_seen) == (40, 40)


@pytest.mark.parametrize("recipe", [GROWING, WHOLE])
def test_a_run_is_published_and_gone_on_from(
    recipe: ProgressiveRecipe | ResidualRecipe, tmp_path: Path
) -> None:
    run = TrainingRun(tmp_path / "run", recipe, CPU)
    run.prepare(Disc(), None, lambda _done, _total: None)
    run.train(lambda _progress: None, lambda: False)
    assert read_recipe(tmp_path / "run" / "recipe.json") == recipe
    model = publish_run(run, Disc(), tmp_path / "models" / "small")
    assert model.card.kind == recipe.architecture
    assert model.has_discriminator
    assert run.trainer is not None
    assert run.trainer.samples(z_of_seeds([1, 2], 5)).shape == (2, 3, 16, 16)
    store = ModelStore((tmp_path / "models",))
    again = start_from(store, "small", recipe)
    assert again == replace(recipe, first_side=16, stage_images=0, fade_images=0)
    other = TrainingRun(tmp_path / "other", again, CPU)
    other.prepare(Disc(), None, lambda _done, _total: None)
    load_start(store, "small", other)
    assert other.trainer is not None
    published = run.trainer.weights().generator
    assert all(
        torch.allclose(t, published[name], atol=1e-2) for name, t in other.trainer.weights().generator.items()
    )
    with pytest.raises(WeightsInvalid, match="shapes"):
        start_from(store, "small", replace(recipe, widths="8,6,4"))


@pytest.mark.parametrize("seen", [4, 12], ids=["before the last side", "while that fades in"])
def test_a_run_that_has_not_grown_up_is_not_published(tmp_path: Path, seen: int) -> None:
    run = TrainingRun(tmp_path / "run", replace(GROWING, total_images=seen), CPU)
    run.prepare(Disc(), None, lambda _done, _total: None)
    run.train(lambda _progress: None, lambda: False)
    with pytest.raises(InvalidInput, match="16 px"):
        publish_run(run, Disc(), tmp_path / "small")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"widths": "6,6"}, "make 8 px"),
        ({"first_side": 12}, "begin at 12"),
        ({"judge": "portraits"}, "judge"),
    ],
)
def test_a_recipe_says_what_cannot_be(change: dict[str, object], what: str) -> None:
    with pytest.raises(InvalidInput, match=what):
        replace(GROWING, **change)  # type: ignore[arg-type]  # names and types are the recipe's own


def test_a_gpu_affords_a_larger_run() -> None:
    for architecture in ("progressive", "residual"):
        recipe = fresh_recipe(architecture, torch.device("cuda"))
        assert recipe.resolution == 128
