"""`wend reproduce seeing`: generators that never saw a class, orders of generators, what loss goes with."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import cast

import pytest
import torch
from torch import nn

from wend.cli.reproduce.causes import reproduce_causes
from wend.cli.reproduce.drops import reproduce_drops
from wend.cli.reproduce.ranking import _alike, reproduce_ranking
from wend.errors import InvalidInput, ModelNotFound, WeightsInvalid
from wend.generators.discriminator import Discriminator
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.library.card import WorldSection
from wend.library.models import ModelStore
from wend.library.publish import CardText, publish_model, publish_world
from wend.settings import Settings

SMALL = StyleGAN2Config(resolution=32, z_dim=8, w_dim=8, mapping_layers=2, channel_base=64, channel_max=8)


def _publish(
    root: Path, name: str, seed: int, world: str = "portraits", judges: bool = True, config: str = "default"
) -> None:
    """A style-based generator of 32 px without training, which says that it draws a world."""
    shapes = {key: value for key, value in asdict(SMALL).items() if value is not None}
    of = WorldSection(name=world, config=config)
    text = CardText("Small", "Noise.", "MIT", "stylegan2", shapes, world=of)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        generator, judge = StyleGAN2Generator(SMALL), Discriminator(SMALL)
    folder = root / "models" / name
    publish_model(folder, text, generator.state_dict(), judge.state_dict() if judges else None, None, None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Two models of portraits and one of the cast, with the bundled networks."""
    for seed, name in enumerate(("first", "second")):
        _publish(tmp_path, name, seed)
    _publish(tmp_path, "mute", 2, "portraits-cast", judges=False)
    publish_world(tmp_path / "models" / "disc32", "disc", 32)
    options = {
        "models_dir": tmp_path / "none", "data_dir": tmp_path, "device": "cpu", "threads": 1,
        "default_model": "first",
    }  # fmt: skip
    return Settings.load({}, options)


def test_a_generator_goes_on_without_a_class_and_is_surveyed_beside_its_parent(
    settings: Settings, tmp_path: Path
) -> None:
    told = reproduce_drops(settings, tmp_path / "out", True, 0, 60)
    rows = told["rows"]
    assert isinstance(rows, list)
    assert [row["name"] for row in rows] == ["glasses", "hat"]
    assert [row["variant"] for row in rows] == ["first-without-glasses", "first-without-hat"]
    assert all(row["rank"] >= 1 and row["fsd"] > 0.0 for row in rows)
    runs = list((tmp_path / "out").glob("first-*-quick"))
    made = ModelStore([runs[0] / "models"])
    parent, child = ModelStore([tmp_path / "models"]).get("first").card, made.get("first-without-hat").card
    assert child.world is not None
    assert (child.world.name, child.kind) == ("portraits", parent.kind)
    assert child.training is not None
    assert child.training.recipe is not None
    assert child.training.recipe["data"] == "portraits:hat=none"
    assert child.training.images_seen == 16
    # It began with its parent's weights: a few updates away, not another network.
    before, after = (store.load(name, torch.device("cpu")) for store, name in (
        (ModelStore([tmp_path / "models"]), "first"), (made, "first-without-hat"),
    ))  # fmt: skip
    weights = [dict(cast("nn.Module", each).named_parameters()) for each in (before, after)]
    name = next(name for name in weights[0] if name.startswith("mapping") and name.endswith("weight"))
    assert not torch.equal(weights[0][name], weights[1][name])
    assert torch.allclose(weights[0][name], weights[1][name], atol=0.1)
    page = (tmp_path / "out" / "drops.html").read_text(encoding="utf-8")
    assert "Generators that never saw a class" in page
    # Nothing is trained twice.
    kept = {path: path.stat().st_mtime_ns for path in runs[0].rglob("*.safetensors")}
    assert reproduce_drops(settings, tmp_path / "out", True, 0, 60)["rows"] == rows
    assert {path: path.stat().st_mtime_ns for path in runs[0].rglob("*.safetensors")} == kept


def test_what_cannot_go_on_without_a_class(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no model of the portraits world"):
        reproduce_drops(settings, tmp_path / "out", True, 0, 8, "disc32")
    _publish(tmp_path, "alone", 3, judges=False)
    with pytest.raises(WeightsInvalid, match="without its discriminator"):
        reproduce_drops(settings, tmp_path / "out", True, 0, 8, "alone")
    with pytest.raises(ModelNotFound):
        reproduce_drops(settings, tmp_path / "out", True, 0, 8, "nobody")


def test_models_of_one_world_are_put_in_order_by_both(settings: Settings, tmp_path: Path) -> None:
    told = reproduce_ranking(settings, tmp_path / "out", True, 0, 20)
    rows = told["rows"]
    assert isinstance(rows, list)
    # The cast is another world, and the disc no generator that was trained.
    assert {row["name"] for row in rows} == {"first", "second"}
    assert rows[0]["frechet"]["total"] <= rows[1]["frechet"]["total"]
    assert told["agreement"] is None
    assert isinstance(told["is_same"], bool)
    lines = (tmp_path / "out" / "ranking.csv").read_text().splitlines()
    assert lines[0].startswith("model,Frechet distance,rank,FSD")
    assert len(lines) == 3
    assert "Generators of portraits" in (tmp_path / "out" / "ranking.html").read_text()
    with pytest.raises(InvalidInput, match="not of one world"):
        reproduce_ranking(settings, tmp_path / "out", True, 0, 20, ["first", "mute"])
    with pytest.raises(InvalidInput, match="two models"):
        reproduce_ranking(settings, tmp_path / "out", True, 0, 20, ["first"])


def test_a_model_of_a_variant_is_not_held_against_the_whole_world(settings: Settings, tmp_path: Path) -> None:
    _publish(tmp_path, "hatless", 4, config="hat=none")
    with pytest.raises(InvalidInput, match="not of one world"):
        reproduce_ranking(settings, tmp_path / "out", True, 0, 20, ["first", "hatless"])
    store = ModelStore([tmp_path / "models"], "first")
    assert {card.id for card in _alike(store, ())} == {"first", "second"}


def test_causes_of_nothing(tmp_path: Path) -> None:
    publish_world(tmp_path / "models" / "disc32", "disc", 32)
    options = {"models_dir": tmp_path / "none", "data_dir": tmp_path, "default_model": "disc32"}
    with pytest.raises(InvalidInput, match="--model"):
        reproduce_causes(Settings.load({}, options), tmp_path / "out", True, 0, 12)
    assert not (tmp_path / "out").exists()


def test_loss_is_held_against_its_causes_in_every_world_that_labels_are_told_of(
    settings: Settings, tmp_path: Path
) -> None:
    told = reproduce_causes(settings, tmp_path / "out", True, 0, 12)
    worlds = told["worlds"]
    assert isinstance(worlds, list)
    assert [(row["model"], row["world"]) for row in worlds] == [
        ("first", "portraits"), ("mute", "portraits-cast"),
    ]  # fmt: skip
    for row in worlds:
        assert row["classes"] > 3
        assert -1.0 <= row["area"] <= 1.0
    page = (tmp_path / "out" / "causes.html").read_text()
    assert "mute: difference against frequency" in page
    assert json.loads((tmp_path / "out" / "causes.json").read_text())["worlds"] == worlds
