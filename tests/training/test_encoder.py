"""Training an encoder: losses by hand, gradients cleared, eval mode, resumed as unbroken (B6, B7)."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.generators.small_ones import small
from wend.errors import CheckpointInvalid, InvalidInput
from wend.generators.generator import Generator
from wend.generators.split import Split, held_noise
from wend.library.encoders import EncoderStore
from wend.library.models import hash_of
from wend.training.encoder import EncoderTrainer
from wend.training.encoder_losses import EncoderLosses, cosine_distance, relative_squares
from wend.training.encoder_recipe import PUBLISHED, EncoderRecipe, fallen
from wend.training.encoder_run import EncoderRun, settle_encoder

TINY = EncoderRecipe(batch=4, steps_apart=3, steps_joint=3, trunk=2, hidden=4, test=4)
CPU = torch.device("cpu")


def _trainer(kind: str, **changes: object) -> EncoderTrainer:
    generator = small(kind)
    return EncoderTrainer(replace(TINY, **changes), Split(generator, noise=held_noise(generator)))  # type: ignore[arg-type]  # names are the recipe's own


def test_the_distance_is_over_channels_at_each_place_and_blind_to_factors() -> None:
    a = torch.tensor([[1.0, 0.0], [0.0, 1.0]]).view(1, 2, 2, 1).expand(1, 2, 2, 1)
    b = torch.tensor([[2.0, 3.0], [0.0, 0.0]]).view(1, 2, 2, 1)
    # The first place is alike but for a factor, the second at a right angle.
    assert cosine_distance(a, b).item() == pytest.approx(0.5)
    assert cosine_distance(a, 9.0 * a).item() == pytest.approx(0.0, abs=1e-6)
    assert cosine_distance(a, -a).item() == pytest.approx(2.0)
    assert relative_squares(a, 3.0 * a, torch.tensor(2.0)).item() == pytest.approx(0.5)


def test_a_layers_loss_is_the_distance_below_and_a_hundredth_of_that_of_drawing_it_again() -> None:
    trainer = _trainer("chain")
    trainer.encoder.eval()
    losses = EncoderLosses(trainer.split, trainer.encoder, 0.01, 1.0)
    split, z = trainer.split, torch.randn(2, 12, generator=torch.Generator().manual_seed(2))
    rs = [state.x for state in split.early(z)]
    below = trainer.encoder.layer(3, rs[2])
    again = split.layer_of(3, below, z)
    wanted = cosine_distance(rs[1], below) + 0.01 * cosine_distance(rs[2], again)
    assert torch.allclose(losses.layer(3, rs, z), wanted)
    top = trainer.encoder.layer(1, rs[0])
    lowest = cosine_distance(z, top) + 0.01 * cosine_distance(rs[0], split.layer_of(1, None, top))
    assert torch.allclose(losses.layer(1, rs, z), lowest)


def test_together_the_four_terms_weigh_the_same() -> None:
    trainer = _trainer("chain")
    trainer.encoder.eval()
    split, z = trainer.split, torch.randn(2, 12, generator=torch.Generator().manual_seed(2))
    state = split.early(z)[-1]
    image = split.late(state, z)
    parts = trainer.losses.joint(state.x, z, image)
    r, found = trainer.encoder.both(image)
    again = split.early(found)[-1]
    assert torch.allclose(parts["r"], cosine_distance(state.x, r))
    assert torch.allclose(parts["z"], cosine_distance(z, found))
    assert torch.allclose(parts["r again"], cosine_distance(state.x, again.x))
    assert torch.allclose(parts["picture"], (image - split.draw(found)).square().mean())
    assert TINY.reconstruction == PUBLISHED["reconstruction"] == 0.01


@pytest.mark.parametrize("kind", ["chain", "styled"])
def test_gradients_are_cleared_the_generator_stays_and_the_redundant_is_held(kind: str) -> None:
    trainer = _trainer(kind)
    before = hash_of(trainer.split.generator)
    for _ in range(3):
        trainer.step()
    assert not trainer.is_apart
    kept = [p.clone() for p in trainer.encoder.redundant()]
    trainer.step()
    first = trainer.encoder.trunk.stem.weight.grad
    assert first is not None
    # The same batch again from the same place: with gradients left over it would be twice as large.
    other = _trainer(kind)
    other.load_state_dict(trainer.state_dict())
    other.step()
    trainer.step()
    second = trainer.encoder.trunk.stem.weight.grad
    fresh = other.encoder.trunk.stem.weight.grad
    assert second is not None
    assert fresh is not None
    assert torch.equal(second, fresh)
    assert all(torch.equal(a, b) for a, b in zip(kept, trainer.encoder.redundant(), strict=True))
    assert hash_of(trainer.split.generator) == before
    assert all(p.grad is None for p in trainer.split.generator.parameters())  # type: ignore[attr-defined]  # a module


def test_numbers_are_told_in_eval_mode_and_change_nothing() -> None:
    trainer = _trainer("styled")
    trainer.step()
    state = {name: tensor.clone() for name, tensor in trainer.encoder.state_dict().items()}
    one, other = trainer.measure(), trainer.measure()
    assert one == other
    assert not trainer.encoder.training
    assert all(torch.equal(state[name], tensor) for name, tensor in trainer.encoder.state_dict().items())
    assert one.count == 4
    assert -1.0 <= one.z <= 1.0


@pytest.mark.parametrize("direct", [False, True])
def test_a_resumed_run_equals_an_unbroken_one(direct: bool, tmp_path: Path) -> None:
    generator = small("chain")
    recipe = replace(TINY, generator_hash=hash_of(generator), model="c", direct=direct)
    whole = EncoderRun(tmp_path / "a", recipe, generator)
    whole.train(lambda _p: None, lambda: False)
    broken = EncoderRun(tmp_path / "b", recipe, generator)
    broken.train(lambda _p: None, lambda: broken.trainer.steps >= 4)
    again = EncoderRun(tmp_path / "b", recipe, generator)
    assert again.trainer.steps == 4
    again.train(lambda _p: None, lambda: False)
    one, other = whole.trainer.encoder.state_dict(), again.trainer.encoder.state_dict()
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert again.trainer.is_done
    assert list((tmp_path / "b").glob("sheet-*.png"))


def test_it_is_published_for_its_generator_and_no_other(tmp_path: Path) -> None:
    generator = small("styled")
    recipe = replace(TINY, generator_hash=hash_of(generator), model="s")
    run = EncoderRun(tmp_path / "run", recipe, generator)
    run.train(lambda _p: None, lambda: False)
    run.publish(tmp_path / "data" / "encoders" / "mine", "MIT", {"milliseconds": 4.0})
    store = EncoderStore.beside([tmp_path / "models" / "generators", tmp_path / "data" / "models"])
    found = store.find(hash_of(generator))
    assert found is not None
    assert (found.card.config["layer"], found.card.measured["milliseconds"]) == ("b8.conv1", 4.0)
    assert found.card.training is not None
    assert found.card.training.recipe["steps_joint"] == 3
    assert store.find("0" * 64) is None
    assert store.find(hash_of(generator), is_direct=True) is None
    loaded = store.load(found, CPU)
    image = torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    trained = run.trainer.encoder.eval()
    with torch.no_grad():
        assert torch.allclose(loaded(image), trained(image), atol=2e-2)
    assert not loaded.training


def test_a_run_keeps_its_recipe_but_may_go_on_longer(tmp_path: Path) -> None:
    generator: Generator = small("chain")
    recipe = replace(TINY, generator_hash=hash_of(generator))
    EncoderRun(tmp_path, recipe, generator).save()
    assert settle_encoder(tmp_path, EncoderRecipe(), {"steps_joint": 9}).steps_joint == 9
    with pytest.raises(InvalidInput, match="begun with batch 4, not 8"):
        settle_encoder(tmp_path, EncoderRecipe(), {"batch": 8})
    with pytest.raises(InvalidInput, match="other weights"):
        EncoderRun(tmp_path, recipe, small("styled"))
    (tmp_path / "checkpoint.safetensors").write_bytes(b"x")
    with pytest.raises(CheckpointInvalid):
        EncoderRun(tmp_path, recipe, generator)


def test_rates_fall_at_their_shares() -> None:
    assert [fallen(s, "0.2,0.6", 0.1) for s in (0.0, 0.2, 0.59, 0.6)] == pytest.approx([1.0, 0.1, 0.1, 0.01])
    with pytest.raises(InvalidInput, match="between 0 and 1"):
        EncoderRecipe(drops_joint="1.5")
    with pytest.raises(InvalidInput, match="shares with commas"):
        EncoderRecipe(drops_joint="early")


def test_as_published_every_field_is_the_papers() -> None:
    assert PUBLISHED == {
        "batch": 32, "steps_apart": 10_000, "steps_joint": 100_000,
        "lr_pixels": 1e-2, "lr_layers": 1e-4, "lr_joint": 1e-5,
        "drops_pixels": "", "drops_layers": "0.2,0.6", "drops_second": "0.6,0.8",
        "drops_joint": "0.05,0.15,0.35", "fall_apart": 0.1, "fall_joint": 0.5,
        "reconstruction": 0.01, "image": 1.0, "trunk": 64, "hidden": 0, "test": 1000,
    }  # fmt: skip
    assert EncoderRecipe(**PUBLISHED).steps == 110_000  # type: ignore[arg-type]  # names are its own
