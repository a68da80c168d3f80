"""Class-conditional training: resumed runs, folded spectral norm, publishing, both kinds of recipe."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from wend.errors import CheckpointInvalid, DatasetInvalid, InvalidInput, WeightsInvalid
from wend.generators.biggan import BigGANGenerator
from wend.generators.generator import synthesize
from wend.generators.projection_discriminator import ProjectionDiscriminator
from wend.latents.seed import z_of_seeds
from wend.library.models import ModelStore
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.training.build import build_trainer, fresh_recipe, read_recipe
from wend.training.conditional_gan import ConditionalTrainer
from wend.training.conditional_recipe import ConditionalRecipe
from wend.training.dataset import ImageDataset
from wend.training.publish import load_start, publish_run, start_from
from wend.training.recipe import GanRecipe, write_recipe
from wend.training.run import TrainingRun, settle_recipe
from wend.training.spectral import add_spectral_norm, folded_weights, load_folded
from wend.worlds.cast import PortraitsCast
from wend.worlds.portraits import Portraits

CPU = torch.device("cpu")
NAMES = ("red", "green", "blue")


@pytest.fixture
def small() -> ConditionalRecipe:
    """16 px, 32 images."""
    return ConditionalRecipe(
        resolution=16,
        batch=4,
        total_images=32,
        pictures=100,
        precision="float32",
        r1_gamma=0.1,
        r1_interval=2,
        z_dim=6,
        embed_dim=3,
        widths="4,2,1",
        channel_width=8,
        discriminator_width=8,
        attention_resolution=8,
    )


def _dataset() -> ImageDataset:
    """Twelve pictures, each of its class's colour."""
    classes = np.arange(12, dtype=np.int64) % 3
    pixels = np.zeros((12, 16, 16, 3), np.uint8)
    pixels[np.arange(12), :, :, classes] = 200
    return ImageDataset(pixels, False, classes, NAMES)


@pytest.mark.parametrize("changed", [{"loss": "hinge"}, {"loss": "logistic"}, {"in_pairs": False}])
def test_resumed_run_equals_an_unbroken_one(
    tmp_path: Path,
    small: ConditionalRecipe,
    changed: dict[str, Any],  # Any: settings of a recipe
) -> None:
    recipe = replace(small, **changed)
    unbroken = ConditionalTrainer(recipe, _dataset(), CPU)
    for _ in range(6):
        unbroken.step()

    first = ConditionalTrainer(recipe, _dataset(), CPU)
    for _ in range(3):
        first.step()
    first.sheet()  # looking changes nothing that training reads
    save_checkpoint(tmp_path / "c.safetensors", first.state_dict())
    second = ConditionalTrainer(replace(recipe, seed=99), _dataset(), CPU)
    second.load_state_dict(load_checkpoint(tmp_path / "c.safetensors"))
    for _ in range(3):
        second.step()

    assert second.images_seen == unbroken.images_seen == 24
    for name in ("generator", "discriminator"):
        kept = getattr(second, name).state_dict()
        for key, tensor in getattr(unbroken, name).state_dict().items():
            assert torch.equal(tensor, kept[key]), key
    for (key, tensor), (_, other) in zip(
        unbroken.average.named_parameters(), second.average.named_parameters(), strict=True
    ):
        assert torch.equal(tensor, other), key


def test_folded_weights_judge_as_the_network_in_training(small: ConditionalRecipe) -> None:
    trainer = ConditionalTrainer(small, _dataset(), CPU)
    for _ in range(3):
        trainer.step()
    plain = ProjectionDiscriminator(trainer.discriminator.config).eval().requires_grad_(False)
    plain.load_state_dict(folded_weights(trainer.discriminator))
    images, classes = _dataset().labelled_batch(4, torch.Generator().manual_seed(0))
    c = torch.eye(3)[classes]
    expected = trainer.discriminator.eval()(images, c)
    assert torch.allclose(plain(images, c), expected, atol=1e-5)
    norms = [
        float(torch.linalg.matrix_norm(module.weight.flatten(1), 2))
        for module in plain.modules()
        if isinstance(module, torch.nn.Conv2d | torch.nn.Linear)
    ]
    assert max(norms) < 1.2
    assert min(norms) > 0.8


def test_folded_weights_go_back_in(small: ConditionalRecipe) -> None:
    trainer = ConditionalTrainer(small, _dataset(), CPU)
    trainer.step()
    kept = {name: tensor.clone() for name, tensor in folded_weights(trainer.discriminator).items()}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        again = ProjectionDiscriminator(trainer.discriminator.config)
        add_spectral_norm(again)
    load_folded(again, kept)
    for name, tensor in folded_weights(again).items():
        assert torch.allclose(tensor, kept[name], rtol=0.1, atol=1e-3), name


def test_average_starts_where_the_generator_starts(small: ConditionalRecipe) -> None:
    trainer = ConditionalTrainer(small, _dataset(), CPU)
    for (name, average), (_, newest) in zip(
        trainer.average.named_parameters(), trainer.generator.named_parameters(), strict=True
    ):
        assert torch.equal(average, newest), name


def test_pairs_are_of_one_class_and_of_all_its_pictures() -> None:
    dataset, rng = _dataset(), torch.Generator().manual_seed(0)
    dataset.pixels[np.arange(12), 0, 0, 0] = np.arange(12)  # so that a picture tells its number
    seen: dict[int, set[tuple[int, int]]] = {}
    for _ in range(40):
        images, classes = dataset.labelled_pairs(6, rng)
        assert classes[0::2].tolist() == classes[1::2].tolist()
        numbers = ((images[:, 0, 0, 0] + 1.0) * 127.5).round().long()
        assert (numbers % 3).tolist() == classes.tolist()
        for k, pair in zip(classes[0::2].tolist(), numbers.reshape(-1, 2).tolist(), strict=True):
            seen.setdefault(k, set()).add((pair[0], pair[1]))
    # Four pictures of each class make sixteen ordered pairs; 40 draws of each see most of them.
    assert all(len(pairs) >= 12 for pairs in seen.values())


def test_fakes_come_in_pairs_too(small: ConditionalRecipe) -> None:
    _, c = ConditionalTrainer(small, _dataset(), CPU)._draw()
    assert torch.equal(c[0::2], c[1::2])
    with pytest.raises(InvalidInput, match="must be even"):
        replace(small, batch=5)


def test_a_sheet_has_a_row_per_class(small: ConditionalRecipe) -> None:
    images, columns = ConditionalTrainer(small, _dataset(), CPU).sheet()
    assert images.shape == (3 * columns, 3, 16, 16)
    rows = images.reshape(3, columns, -1)
    assert not torch.equal(rows[0, 0], rows[1, 0])
    assert not torch.equal(rows[0, 0], rows[0, 1])


def test_published_model_draws_what_the_run_drew_and_training_goes_on(
    tmp_path: Path, small: ConditionalRecipe
) -> None:
    recipe = replace(small, data="portraits-cast", total_images=8)
    run = TrainingRun(tmp_path / "run", recipe, CPU)
    run.prepare(PortraitsCast(), None, lambda _done, _total: None)
    run.train(lambda _progress: None, lambda: False)
    model = publish_run(run, PortraitsCast(), tmp_path / "models" / "small", live_error=0.0)
    assert model.card.kind == "biggan"
    assert model.card.classes[:2] == ("captain", "pirate")
    assert model.card.config["c_dim"] == 24
    assert model.card.training is not None
    assert model.card.training.recipe["architecture"] == "biggan"

    store = ModelStore([tmp_path / "models"])
    generator = store.load("small", CPU)
    assert isinstance(generator, BigGANGenerator)
    z = z_of_seeds([0, 1, 2], 6)
    w = generator.mapping(z, torch.eye(24)[:3])
    actual = synthesize(generator, w[:, None].expand(-1, generator.spec.num_ws, -1), None)
    assert run.trainer is not None
    expected = run.trainer.samples(z)
    assert float((expected - actual).abs().max()) < 0.02
    assert isinstance(store.load_discriminator("small", CPU), ProjectionDiscriminator)

    onward = start_from(store, "small", replace(recipe, channel_width=99, widths="8,8,4"))
    assert onward.widths == "4,2,1"
    assert onward.channel_width == 8
    more = TrainingRun(tmp_path / "more", onward, CPU)
    more.prepare(PortraitsCast(), None, lambda _done, _total: None)
    load_start(store, "small", more)
    assert isinstance(more.trainer, ConditionalTrainer)
    assert torch.equal(more.trainer.generator.embeddings.weight, generator.embeddings.weight)
    more.trainer.step()
    with pytest.raises(WeightsInvalid, match="goes on from stylegan2 models, not biggan"):
        start_from(store, "small", GanRecipe())


def test_a_cached_run_keeps_its_classes(tmp_path: Path, small: ConditionalRecipe) -> None:
    run = TrainingRun(tmp_path, small, CPU)
    run.prepare(PortraitsCast(), None, lambda _done, _total: None)
    again = TrainingRun(tmp_path, small, CPU)
    again.prepare(PortraitsCast(), None, lambda _done, _total: None)
    assert run.trainer is not None
    assert again.trainer is not None
    first, second = run.trainer.dataset, again.trainer.dataset
    assert first.classes is not None
    assert second.classes is not None
    assert np.array_equal(first.classes, second.classes)
    assert first.class_names == second.class_names
    assert len(second.class_names) == 24


def test_pictures_without_classes_are_refused(tmp_path: Path, small: ConditionalRecipe) -> None:
    run = TrainingRun(tmp_path / "run", replace(small, data="portraits"), CPU)
    with pytest.raises(DatasetInvalid, match="no classes"):
        run.prepare(Portraits(), None, lambda _done, _total: None)
    assert not (tmp_path / "run" / "recipe.json").exists()


def test_recipes_are_told_apart_by_architecture(tmp_path: Path, small: ConditionalRecipe) -> None:
    path = tmp_path / "recipe.json"
    write_recipe(path, small)
    assert read_recipe(path) == small
    # Recipes written before there was a second architecture say nothing about it.
    old = GanRecipe(batch=6)
    assert "architecture" not in old.as_dict()
    path.write_text(json.dumps(old.as_dict()))
    assert read_recipe(path) == old
    assert isinstance(build_trainer(replace(old, resolution=16), _dataset(), CPU).dataset, ImageDataset)
    path.write_text(json.dumps({"architecture": "vqgan"}))
    with pytest.raises(CheckpointInvalid, match="none of stylegan2, biggan"):
        read_recipe(path)


def test_a_run_keeps_its_architecture(tmp_path: Path, small: ConditionalRecipe) -> None:
    write_recipe(tmp_path / "recipe.json", small)
    assert settle_recipe(tmp_path, GanRecipe(), {"total_images": 64}) == replace(small, total_images=64)
    with pytest.raises(InvalidInput, match="begun with architecture biggan, not stylegan2"):
        settle_recipe(tmp_path, GanRecipe(), {"architecture": "stylegan2"})
    with pytest.raises(InvalidInput, match="one of stylegan2, biggan"):
        fresh_recipe("vqgan", CPU)


def test_widths_that_make_another_size_are_refused(small: ConditionalRecipe) -> None:
    with pytest.raises(InvalidInput, match="make 16 px, not 32"):
        replace(small, resolution=32)
    with pytest.raises(InvalidInput, match="hinge or logistic"):
        replace(small, loss="l2")
