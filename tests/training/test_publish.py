"""Publishing a run: the model on disk draws what the trainer's averaged generator draws."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

from wend.errors import InvalidInput, WeightsInvalid
from wend.generators.generator import synthesize
from wend.latents.seed import z_of_seeds
from wend.library.models import ModelStore
from wend.training.gan import GanTrainer
from wend.training.publish import load_start, publish_run, start_from
from wend.training.recipe import GanRecipe
from wend.training.run import TrainingRun
from wend.worlds.portraits import Portraits

CPU = torch.device("cpu")


@pytest.fixture
def finished(tmp_path: Path, tiny: GanRecipe) -> TrainingRun:
    """A run of the tiny recipe trained to its end."""
    run = TrainingRun(tmp_path / "run", replace(tiny, pictures=100), CPU)
    run.prepare(Portraits(), None, lambda _done, _total: None)
    run.train(lambda _progress: None, lambda: False)
    return run


def test_published_model_draws_what_the_run_drew(
    finished: TrainingRun, tmp_path: Path, tiny: GanRecipe
) -> None:
    model = publish_run(finished, Portraits(), tmp_path / "models" / "tiny", live_error=1.5)
    assert model.card.training is not None
    assert model.card.training.images_seen == tiny.total_images
    assert model.card.live_error == 1.5
    assert model.card.world is not None
    assert model.card.world.laws["earrings"].startswith("choice(0.93")
    assert model.sheet is not None
    with Image.open(model.sheet) as sheet:
        assert sheet.width > 2 * 10 * tiny.resolution

    generator = ModelStore([tmp_path / "models"]).load("tiny", CPU)
    z = z_of_seeds([0, 1], tiny.z_dim)
    ws = generator.mapping(z)[:, None].expand(-1, generator.spec.num_ws, -1)
    assert finished.trainer is not None
    expected = finished.trainer.samples(z)
    actual = synthesize(generator, ws, generator.constant_noise())
    # Weights are stored in half precision: a relative 2^-11 each.
    assert float((expected - actual).abs().max()) < 0.02 * float(expected.abs().max())


def test_training_goes_on_from_a_published_model(
    finished: TrainingRun, tmp_path: Path, tiny: GanRecipe
) -> None:
    publish_run(finished, Portraits(), tmp_path / "models" / "tiny")
    store = ModelStore([tmp_path / "models"])
    recipe = start_from(store, "tiny", replace(tiny, resolution=64, channel_max=99))
    assert (recipe.resolution, recipe.channel_max, recipe.coarse_images) == (16, tiny.channel_max, 0)
    run = TrainingRun(tmp_path / "more", recipe, CPU)
    run.prepare(Portraits(), None, lambda _done, _total: None)
    load_start(store, "tiny", run)
    assert isinstance(run.trainer, GanTrainer)
    assert run.trainer.fade == 1.0
    published = store.load("tiny", CPU)
    assert torch.equal(run.trainer.generator.mapping.w_avg, published.w_avg)
    run.trainer.step()


def test_a_model_without_discriminator_is_no_start(
    finished: TrainingRun, tmp_path: Path, tiny: GanRecipe
) -> None:
    model = publish_run(finished, None, tmp_path / "models" / "tiny")
    (model.folder / "discriminator.safetensors").unlink()
    with pytest.raises(WeightsInvalid, match="without its discriminator"):
        start_from(ModelStore([tmp_path / "models"]), "tiny", tiny)


def test_a_run_whose_last_resolution_is_untrained_is_not_published(tmp_path: Path, tiny: GanRecipe) -> None:
    run = TrainingRun(tmp_path / "run", replace(tiny, pictures=100), CPU)
    run.prepare(Portraits(), None, lambda _done, _total: None)
    with pytest.raises(InvalidInput, match="has seen 0 images"):
        publish_run(run, Portraits(), tmp_path / "models" / "tiny")
    assert not (tmp_path / "models" / "tiny").exists()
