"""A user's own networks look at a user's own model: named by their card alone, they are all it takes."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from tests.engine.desk import Desk
from tests.engine.eyes_library import DISC, build_watched_library, publish_set
from tests.engine.test_looking import image_of, samples
from tests.engine.watching import disc, finish_view, thread_desk
from tests.perception.plugging import randomized
from wend.engine import eyes as eyes_module
from wend.engine.eyes import MAX_LABELS, OTHERS, Eyes, Vision
from wend.engine.overlays import overlay_samples
from wend.engine.request import ViewKey, WatchRequest
from wend.library.perception import PerceptionStore
from wend.measure.slices import finish
from wend.perception.network import FactorNetwork, SaliencyNetwork
from wend.perception.placements import SalienceFactors
from wend.perception.preprocess import Preprocess
from wend.perception.u2net import U2Net
from wend.settings import ROOT

CPU = torch.device("cpu")
CARD = """
id = "mine"
title = "My own eyes"
summary = "Salience and contours."
licence = "MIT"
models = ["own-*", "analytic-disc"]

[[networks]]
name = "salient"
role = "saliency"
kind = "u2net"
file = "u2net.safetensors"
preprocess = { size = 64, mean = [0.5, 0.5, 0.5], sd = [0.5, 0.5, 0.5] }

[[networks]]
name = "contours"
role = "lines"
kind = "edges"
"""


def bring(folder: Path, card: str = CARD) -> None:
    """The set `mine`, beside what the desk has."""
    own = folder / "perception" / "mine"
    own.mkdir(parents=True)
    widths = {f"stage{i}": (3 if i == 1 else 4, 2, 4) for i in range(1, 7)}
    widths |= {f"stage{i}d": (8, 2, 4) for i in range(1, 6)}
    save_file(randomized(U2Net(widths, Preprocess())).state_dict(), own / "u2net.safetensors")
    (own / "card.toml").write_text(card)


def without_world(folder: Path) -> str:
    """The disc's model as one of somebody else's: its card names no world."""
    model = folder / "models" / "own-disc"
    model.mkdir()
    text = (ROOT / "models" / "generators" / DISC / "card.toml").read_text()
    head = text.partition("[world]")[0].replace(f'id = "{DISC}"', 'id = "own-disc"')
    (model / "card.toml").write_text(head)
    return model.name


def look(desk: Desk, model: str) -> None:
    viewer = desk.viewer(model)
    viewer.watch(factors=True, overlay="lines")
    revision = finish_view(viewer, disc(3).model_copy(update={"model": model}))
    sight = viewer.sight()
    assert (sight.title, sight.lack) == ("My own eyes", None)
    assert [a.name for a in sight.attributes] == ["salient_x", "salient_y", "salient_size"]
    assert sight.overlays == ("lines", "difference")
    network = PerceptionStore([desk.folder / "perception"]).saliency("mine", CPU)
    with torch.no_grad():
        wanted = SalienceFactors(network).measure(image_of().clamp(-1.0, 1.0)).values
    said = {value.name: value.value for value in viewer.reading(revision).values}
    assert said == pytest.approx({name: float(value[0]) for name, value in wanted.items()}, abs=1e-5)


def test_a_model_of_no_world_is_measured_by_networks_that_name_it(tmp_path: Path) -> None:
    bring(tmp_path)
    with thread_desk(tmp_path) as desk:
        look(desk, without_world(tmp_path))


def test_own_numbers_stand_beside_those_of_the_world_and_own_maps_before_them(tmp_path: Path) -> None:
    publish_set(tmp_path / "perception", "disc")
    bring(tmp_path)
    with thread_desk(tmp_path) as desk:
        viewer = desk.viewer(DISC)
        viewer.watch(factors=True, overlay="lines")
        first = viewer.reading(finish_view(viewer, disc(3)))
        assert viewer.sight().title == "Untrained eyes for disc; My own eyes"
        names = [value.name for value in first.values]
        assert names[0] == "head_x"
        assert names[-3:] == ["salient_x", "salient_y", "salient_size"]
        assert {value.before for value in first.values} == {value.value for value in first.values}
        revision = finish_view(viewer, disc(4))
        store = PerceptionStore([tmp_path / "perception"])
        with torch.no_grad():
            ink = store.lines("mine", CPU).draw(image_of(4).clamp(-1.0, 1.0))
        assert np.abs(samples(viewer.overlay(revision)) - ink[0, 0].numpy() * 255).max() <= 1


def test_networks_that_cannot_be_used_are_named_where_they_are_missed(tmp_path: Path) -> None:
    bring(tmp_path, CARD.replace('role = "lines"', 'role = "sketches"'))
    with thread_desk(tmp_path) as desk:
        viewer = desk.viewer(without_world(tmp_path))
        viewer.watch(factors=True)
        finish_view(viewer, disc(3).model_copy(update={"model": "own-disc"}))
        lack = viewer.sight().lack
    assert lack is not None
    assert 'models = ["own-disc"]' in lack[1].replace("'", '"')
    assert "mine" in lack[1]
    assert "networks.1.role" in lack[1]


def test_one_that_cannot_be_read_takes_no_other_away(tmp_path: Path) -> None:
    publish_set(tmp_path / "perception", "disc")
    bring(tmp_path)
    (tmp_path / "perception" / "mine" / "u2net.safetensors").write_bytes(b"damaged")
    with thread_desk(tmp_path) as desk:
        viewer = desk.viewer(DISC)
        viewer.watch(factors=True)
        first = viewer.reading(finish_view(viewer, disc(3)))
        assert "head_x" in [value.name for value in first.values]
        lack, title = viewer.sight().lack, viewer.sight().title
    assert lack is not None
    assert "mine/u2net.safetensors" in lack[0]
    assert title == "Untrained eyes for disc"


class Counting(PerceptionStore):
    """Counts how often a saliency network is asked for."""

    asked = 0

    def saliency(self, set_id: str, device: torch.device) -> SaliencyNetwork:
        self.asked += 1
        return super().saliency(set_id, device)


def test_one_that_cannot_be_read_is_not_read_anew_for_every_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_set(tmp_path / "perception", "disc")
    bring(tmp_path)
    (tmp_path / "perception" / "mine" / "u2net.safetensors").write_bytes(b"damaged")
    store, _ = build_watched_library(tmp_path)
    sets = Counting([tmp_path / "perception"])
    eyes = Eyes(store, sets, CPU)
    watch = WatchRequest(ViewKey("s", 0), factors=True)
    first, again = (finish(eyes.open(DISC, watch)) for _ in range(2))
    assert sets.asked == 1
    assert first.lack == again.lack
    assert first.lack is not None
    monkeypatch.setattr(eyes_module, "RETRY_S", 0.0)
    eyes = Eyes(store, sets, CPU)
    for _ in range(2):
        finish(eyes.open(DISC, watch))
    assert sets.asked == 3


class CountingEyes(PerceptionStore):
    """Counts how often what sets values is asked for, which comes first of all."""

    asked = 0

    def eye(self, set_id: str, device: torch.device) -> FactorNetwork:
        self.asked += 1
        return super().eye(set_id, device)


def test_nor_is_it_where_it_comes_first(tmp_path: Path) -> None:
    publish_set(tmp_path / "perception", "disc")
    bring(tmp_path)
    for weights in (tmp_path / "perception" / "disc").glob("*.safetensors"):
        weights.write_bytes(b"damaged")
    store, _ = build_watched_library(tmp_path)
    sets = CountingEyes([tmp_path / "perception"])
    eyes = Eyes(store, sets, CPU)
    watch = WatchRequest(ViewKey("s", 0), factors=True)
    seen = [finish(eyes.open(DISC, watch)) for _ in range(3)]
    assert sets.asked == 1
    assert [vision.title for vision in seen] == ["My own eyes"] * 3
    assert all(vision.lack is not None for vision in seen)


class Many:
    """So many labels that a map of 8 bits cannot count them; every picture is all of the last."""

    labels = tuple(f"thing {k}" for k in range(336))

    def logits(self, images: Tensor) -> Tensor:
        maps = torch.zeros(len(images), len(self.labels), *images.shape[2:])
        maps[:, 3, :, : images.shape[3] // 2] = 1.0
        maps[:, -1, :, images.shape[3] // 2 :] = 1.0
        return maps


def test_labels_beyond_what_a_map_holds_are_one(tmp_path: Path) -> None:
    vision = Vision("", None, Many(), None, ("labels",), None)
    named = vision.colored_labels
    assert len(named) == MAX_LABELS
    assert (named[3][0], named[-1][0]) == ("thing 3", OTHERS)
    image = torch.zeros(1, 3, 4, 4)
    found = overlay_samples(vision, "labels", image, image)
    assert found[:, :2].tolist() == [[3, 3]] * 4
    assert found[:, 2:].tolist() == [[MAX_LABELS - 1] * 2] * 4
