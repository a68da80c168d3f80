"""Walk judge: who may judge which walk, and which of their answers count."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.measure.blind_set import publish_blind_set
from tests.measure.test_model_truth import DiscEye
from tests.measure.test_smoothness import SquaredDistance
from wend.errors import InvalidInput, PerceptionNotFound
from wend.library.card import CARD_FILE, ModelCard, TrainingSection, write_card
from wend.library.perception import PerceptionStore
from wend.measure.slices import finish
from wend.measure.walk_judge import HUE, Judge, Seat, choose_seat, choose_second, look_at, pixels_of
from wend.measure.walk_world import WorldLook, look_at_world
from wend.methods.edits.picture import hue
from wend.perception.network import Measurement
from wend.perception.panel import Panel
from wend.worlds.disc import Disc
from wend.worlds.portraits import Portraits


def _card(**training: str | float) -> ModelCard:
    made = TrainingSection(images_seen=1, seed=0, hours=0.0, recipe=dict(training)) if training else None
    return ModelCard(
        id="m", title="", kind="stylegan2", summary="", licence="MIT", resolution=16, z_dim=1, w_dim=1,
        num_ws=1, layer_names=("a",), hash="0" * 64, training=made,
    )  # fmt: skip


@pytest.fixture
def sets(tmp_path: Path) -> PerceptionStore:
    """Two factor networks; the first shares its file with the features, the second with the labels."""
    publish_blind_set(tmp_path, Portraits())
    store = PerceptionStore([tmp_path])
    card = store.get("portraits").card
    by_role = {section.role: section for section in card.networks}
    first = by_role["factors"].model_copy(update={"name": "a", "file": by_role["features"].file})
    second = by_role["factors"].model_copy(update={"name": "b", "file": by_role["labels"].file})
    rest = (by_role["features"], by_role["labels"])
    write_card(
        tmp_path / "portraits" / CARD_FILE, card.model_copy(update={"networks": (first, second, *rest)})
    )
    return store


def test_whoever_trained_may_not_judge(sets: PerceptionStore) -> None:
    world = Portraits()
    assert (choose_seat(sets, world, _card(), {}).name, choose_seat(sets, world, _card(), {}).index) == (
        "a",
        0,
    )
    perceptual = choose_seat(sets, world, _card(), {"loss": "perceptual"})
    assert (perceptual.name, perceptual.index, perceptual.is_apart) == ("b", 1, True)
    # What pictures are compared by trained this walk.
    assert not perceptual.features_apart
    assert choose_seat(sets, world, _card(), {"loss": "l2"}).features_apart
    assert choose_seat(sets, world, _card(judge="portraits"), {"loss": "l2"}).name == "a"
    assert choose_seat(sets, world, _card(judge="others"), {"loss": "perceptual"}).name == "b"
    read = choose_seat(sets, world, _card(), {"edit": "shift_x", "read_rms": 0.1})
    assert (read.name, read.is_apart) == ("b", True)
    both = choose_seat(sets, world, _card(judge="portraits"), {"loss": "perceptual"})
    assert (both.name, both.is_apart) == ("a", False)
    with pytest.raises(PerceptionNotFound):
        choose_seat(sets, Disc(), _card(), {})


def test_who_was_matched_in_training_may_not_judge(tmp_path: Path) -> None:
    publish_blind_set(tmp_path, Portraits())
    store = PerceptionStore([tmp_path])
    card = store.get("portraits").card
    by_role = {section.role: section for section in card.networks}
    first = by_role["factors"].model_copy(update={"name": "a", "file": by_role["features"].file})
    second = by_role["factors"].model_copy(update={"name": "b", "file": "b.safetensors"})
    rest = (by_role["features"], by_role["labels"])
    write_card(
        tmp_path / "portraits" / CARD_FILE, card.model_copy(update={"networks": (first, second, *rest)})
    )
    world, matched = Portraits(), _card(judge="portraits", moments=0.5)
    assert choose_seat(store, world, matched, {}).name == "a"
    # The first one shares its weights with the features, the second one's readings were matched.
    neither = choose_seat(store, world, matched, {"loss": "perceptual"})
    assert (neither.is_apart, neither.features_apart) == (False, False)
    unmatched = choose_seat(store, world, _card(judge="portraits", moments=0.0), {"loss": "perceptual"})
    assert (unmatched.name, unmatched.is_apart) == ("b", True)
    elsewhere = choose_seat(store, world, _card(judge="others", moments=0.5), {"loss": "perceptual"})
    assert (elsewhere.name, elsewhere.is_apart) == ("b", True)


def test_what_a_loop_has_set_is_judged_by_the_network_that_closes_none(tmp_path: Path) -> None:
    publish_blind_set(tmp_path, Portraits())
    store = PerceptionStore([tmp_path])
    card = store.get("portraits").card
    one = next(section for section in card.networks if section.role == "factors")
    rest = tuple(section for section in card.networks if section.role != "factors")

    def publish(*names: str) -> None:
        eyes = [one.model_copy(update={"name": n}) for n in names]
        write_card(tmp_path / "portraits" / CARD_FILE, card.model_copy(update={"networks": (*eyes, *rest)}))

    world, device = Portraits(), torch.device("cpu")
    publish("a", "b", "c")
    assert choose_second(store, world, _card()) == Seat("portraits", 1, "b", True, True)
    assert not choose_second(store, world, _card(judge="portraits", moments=0.5)).is_apart
    eye = store.eye("portraits", device)
    assert isinstance(eye, Panel)
    assert len(eye.networks) == 2
    publish("a", "b")
    assert not isinstance(store.eye("portraits", device), Panel)
    assert not isinstance(store.jury("portraits", device), Panel)
    publish("a")
    with pytest.raises(PerceptionNotFound, match="factors"):
        store.jury("portraits", device)
    with pytest.raises(InvalidInput, match="none is left to judge"):
        choose_second(store, world, _card())


class HalfBlind(DiscEye):
    """Finds x exactly; says of y what has nothing to do with it."""

    def measure(self, images: Tensor) -> Measurement:
        found = super().measure(images)
        return Measurement({"x": found.values["x"], "y": found.values["x"]}, found.chances)


def test_answers_are_held_against_the_truth() -> None:
    judge = Judge(HalfBlind(), DiscEye(), SquaredDistance())
    sight = finish(look_at_world(Disc(), judge, 200, 3, 32))
    assert sight.trust["x"] > 0.99
    assert sight.trust["y"] < 0.0
    assert sight.weak == ("y",)
    assert set(sight.trust) == {"x", "y"}
    sight.require("x")
    sight.require("luminance")
    with pytest.raises(InvalidInput, match="no basis for judging"):
        sight.require("y")
    with pytest.raises(InvalidInput, match="not measured"):
        sight.require("tail")


def test_a_look_at_a_world_broken_off_sees_the_same() -> None:
    judge = Judge(DiscEye(), DiscEye(), SquaredDistance())
    first, second, whole = (WorldLook(Disc(), judge, 7, 1, 32, batch=2) for _ in range(3))
    assert whole.total == 4
    for _ in range(3):
        first.step()
    second.load_state_dict(first.state_dict())
    for look in (second, whole):
        while not look.is_done:
            look.step()
    for column, same in zip(whole.result().seen.columns, second.result().seen.columns, strict=True):
        assert (column.name, column.unit) == (same.name, same.unit)
        np.testing.assert_array_equal(column.values, same.values)
    with pytest.raises(ValueError, match="other batches"):
        WorldLook(Disc(), judge, 7, 1, 32, batch=3).load_state_dict(first.state_dict())


def test_pixels_are_told_in_image_units() -> None:
    images = torch.tensor([-1.0, 0.5, 1.0]).view(1, 3, 1, 1).expand(1, 3, 8, 8)
    seen = look_at(Judge(DiscEye(), DiscEye(), SquaredDistance()), images)
    assert [float(seen[c].values[0]) for c in ("red", "green", "blue")] == pytest.approx([-1.0, 0.5, 1.0])
    assert float(seen["luminance"].values[0]) == pytest.approx(0.5 / 3.0)
    assert seen["luminance"].unit == "of range"


def test_the_hue_of_a_picture_turns_with_its_colours() -> None:
    muted = 0.5 * torch.rand(3, 3, 8, 8, generator=torch.Generator().manual_seed(0)) - 0.25
    muted[:, 0] += 0.3
    muted[2] = 0.1
    at = [pixels_of(hue(muted, torch.tensor([[angle]]))[0])[HUE] for angle in (0.0, 50.0, -170.0)]
    assert at[0].period == 360.0
    assert np.mod(at[1].values[:2] - at[0].values[:2], 360.0) == pytest.approx([50.0, 50.0], abs=0.01)
    assert np.mod(at[2].values[:2] - at[0].values[:2], 360.0) == pytest.approx([190.0, 190.0], abs=0.01)
    # A grey picture has none.
    assert np.isnan(at[0].values[2])
