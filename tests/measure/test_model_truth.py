"""Model truth: a model that is its world, and one that draws a part of it, told apart by every figure."""

import json

import numpy as np
import pytest
import torch
from torch import Tensor

from wend.errors import InvalidInput, InvalidVariant
from wend.generators.analytic import AnalyticGenerator
from wend.library.card import ModelCard, TrainingSection, WorldSection
from wend.measure.card_world import changed_laws, judgement, world_of
from wend.measure.export import Cell, to_json
from wend.measure.model_report import model_report
from wend.measure.model_truth import ModelTruth, compare
from wend.measure.report.page import render_report
from wend.measure.sample import Eye, Sample, look, model_pictures, world_pictures
from wend.measure.slices import finish
from wend.perception.network import Attribute, Choice, Measurement
from wend.worlds.disc import GROUND, Disc
from wend.worlds.registry import describe_laws, open_world

N = 400
MADE_WITH: dict[str, Cell] = {
    "model": "m",
    "world": "disc",
    "psi": 1.0,
    "resolution": 16,
    "features": "exact",
    "seed": 0,
}


class DiscEye:
    """Finds discs exactly: centre of what is brighter than the ground, and where it is."""

    labels = ("background", "disc")
    attributes = (Attribute("x", "of width", -0.21, 0.21), Attribute("y", "of width", -0.21, 0.21))
    choices = (Choice("side", ("left", "right")),)

    def maps(self, images: Tensor) -> list[Tensor]:
        return [images]

    def vector(self, images: Tensor) -> Tensor:
        return torch.nn.functional.adaptive_avg_pool2d(images[:, :1], 4).flatten(1)

    def measure(self, images: Tensor) -> Measurement:
        light = (images[:, 0] + 1.0) / 2.0 - GROUND
        total = light.sum(dim=(1, 2))
        axis = (torch.arange(images.shape[-1]) + 0.5) / images.shape[-1] - 0.5
        x, y = (light.sum(dim=1) @ axis) / total, (light.sum(dim=2) @ axis) / total
        right = (x > 0).float()
        return Measurement({"x": x, "y": y}, {"side": torch.stack([1.0 - right, right], dim=1)})

    def logits(self, images: Tensor) -> Tensor:
        over = images[:, :1] - (2.0 * GROUND - 1.0) - 0.2
        return torch.cat([-over, over], dim=1)


EYE = Eye(DiscEye(), DiscEye(), DiscEye())


@pytest.fixture(scope="module")
def world() -> Sample:
    return finish(look(world_pictures(Disc(), 2 * N, 1, 16, torch.device("cpu")), EYE))


def _model(psi: float) -> Sample:
    return finish(look(model_pictures(AnalyticGenerator(Disc(), 16), range(N), psi), EYE))


@pytest.fixture(scope="module")
def good(world: Sample) -> ModelTruth:
    return compare(world, _model(1.0))


@pytest.fixture(scope="module")
def narrow(world: Sample) -> ModelTruth:
    return compare(world, _model(0.3))


def test_a_model_that_is_its_world(good: ModelTruth) -> None:
    assert good.features.frechet.total < 3.0 * good.features.floor.high
    assert good.features.manifold.precision > 0.8
    assert good.features.manifold.recall > 0.8
    assert good.features.manifold.recall == pytest.approx(good.features.ceiling.recall, abs=0.06)
    assert good.features.manifold.precision == pytest.approx(good.features.ceiling.precision, abs=0.06)
    assert good.coverage.fractions == {"x": 1.0, "y": 1.0, "side": 1.0}
    assert good.factors["x"].intersection > 0.9
    assert good.factors["x"].unit == "of width"
    assert good.labels["disc"].model == pytest.approx(good.labels["disc"].world, rel=0.05)
    assert good.choices["side"]["left"].model == pytest.approx(0.5, abs=0.1)


def test_a_model_of_the_middle_alone(good: ModelTruth, narrow: ModelTruth) -> None:
    assert narrow.features.frechet.total > 20.0 * good.features.frechet.total
    assert narrow.features.manifold.precision > 0.9
    assert narrow.features.manifold.recall < 0.3
    assert narrow.coverage.fractions["x"] < 0.6
    assert narrow.factors["x"].model_sd == pytest.approx(0.3 * narrow.factors["x"].world_sd, rel=0.1)
    assert narrow.factors["x"].intersection < 0.6
    ks = narrow.factors["x"].ks
    assert ks is not None
    assert ks > 0.2
    assert narrow.factors["x"].kuiper is None


def test_the_keys_that_scripts_read(narrow: ModelTruth) -> None:
    answer = json.loads(to_json(narrow.as_dict()))
    assert answer["frechet"] == narrow.features.frechet.total
    assert answer["noise_floor"] == narrow.features.floor.mean
    assert (answer["precision"], answer["recall"]) == (
        narrow.features.manifold.precision,
        narrow.features.manifold.recall,
    )
    plain = narrow.pixels
    assert answer["pixel_frechet"] == plain.frechet.total != answer["frechet"]
    assert answer["pixel_noise_floor"] == plain.floor.mean
    assert (answer["pixel_precision"], answer["pixel_recall"]) == (
        plain.manifold.precision,
        plain.manifold.recall,
    )
    assert set(answer["labels"]) == {"background", "disc"}
    assert {"world", "model"} <= set(answer["labels"]["disc"])
    assert answer["coverage"]["x"] == narrow.coverage.fractions["x"]
    assert (answer["n"], answer["k"]) == (N, 3)
    assert answer["missing"]["x"]


def test_the_world_must_be_twice_as_many(world: Sample) -> None:
    short = finish(look(model_pictures(AnalyticGenerator(Disc(), 16), range(20), 1.0), EYE))
    with pytest.raises(InvalidInput, match="20 pictures of a model need 40"):
        compare(world, short)


def test_the_page_tells_the_same_numbers(narrow: ModelTruth, world: Sample) -> None:
    html = render_report(model_report(narrow, world, _model(0.3), MADE_WITH))
    assert f"{narrow.features.manifold.recall:.3f}" in html
    assert html.count("data:image/png") == 2
    for text in ("m beside its world", "disc", "side left", "400 pictures of m at ψ 1"):
        assert text in html
    assert np.isfinite(narrow.limit.total)


def _card(world: WorldSection | None) -> ModelCard:
    return ModelCard(
        id="m", title="", kind="stylegan2", summary="", licence="MIT", resolution=16, z_dim=1, w_dim=1,
        num_ws=1, layer_names=("a",), hash="0" * 64, world=world,
    )  # fmt: skip


def test_the_world_of_a_card() -> None:
    assert world_of(_card(WorldSection(name="disc"))).name == "disc"
    with pytest.raises(InvalidInput, match="names no world"):
        world_of(_card(None))
    variant = open_world("disc:x.sd=0.5x")
    found = world_of(_card(WorldSection(name="disc", config=variant.config.name)))
    assert (found.config, found.factors) == (variant.config, variant.factors)
    with pytest.raises(InvalidVariant):
        world_of(_card(WorldSection(name="disc", config="hatless")))


def test_a_judge_that_took_part_in_the_training_is_told(narrow: ModelTruth, world: Sample) -> None:
    training = TrainingSection(images_seen=1, seed=0, hours=0.0, recipe={"judge": "eyes"})
    trained = _card(None).model_copy(update={"training": training})
    assert judgement(_card(None), "eyes") == {"judged_by_trainer": False}
    assert judgement(trained, "others") == {"judged_by_trainer": False}
    told = judgement(trained, "eyes")
    assert told["judged_by_trainer"] is True
    note = str(told["judged_by_trainer_note"])
    assert "eyes took part in the training of m" in note
    drawn = _model(0.3)
    assert note in render_report(model_report(narrow, world, drawn, MADE_WITH, note))
    assert "took part in the training" not in render_report(model_report(narrow, world, drawn, MADE_WITH))


def test_matched_moments_are_told_of_factors() -> None:
    training = TrainingSection(images_seen=1, seed=0, hours=0.0, recipe={"judge": "eyes", "moments": 0.5})
    matched = _card(None).model_copy(update={"training": training})
    told = judgement(matched, None, "eyes")
    assert told["judged_by_trainer"] is True
    assert "distributions of factors flatter it" in str(told["judged_by_trainer_note"])
    assert "label network" not in str(told["judged_by_trainer_note"])
    both = str(judgement(matched, "eyes", "eyes")["judged_by_trainer_note"])
    assert "label network" in both
    assert "Means and covariances" in both
    assert judgement(matched, "others", "others") == {"judged_by_trainer": False}
    plain = training.model_copy(update={"recipe": {"judge": "eyes", "moments": 0.0}})
    unmatched = matched.model_copy(update={"training": plain})
    assert judgement(unmatched, None, "eyes") == {"judged_by_trainer": False}


def test_a_world_that_moved_on_is_noticed() -> None:
    laws = describe_laws(Disc())
    assert changed_laws(_card(WorldSection(name="disc", laws=laws)), Disc()) == ()
    assert changed_laws(_card(WorldSection(name="disc", laws={**laws, "x": "uniform"})), Disc()) == ("x",)
    assert changed_laws(_card(WorldSection(name="disc")), Disc()) == ()
