"""Measuring networks that look, with networks whose answers are known."""

import pytest
import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.measure.perception import (
    ChoiceScore,
    Networks,
    alter,
    balanced_factors,
    batches,
    examine,
    examine_choices,
)
from wend.measure.perception_truth import Sizes
from wend.measure.slices import finish
from wend.perception.network import Attribute, Choice, Measurement
from wend.perception.panel import Panel
from wend.worlds.registry import open_world
from wend.worlds.world import sample_factors

WORLD = open_world("portraits")
COUNT, SEED, SIZE = 8, 4, 32


class Knowing:
    """Tells tilts and hats from the order of the pictures, `off` degrees wrong."""

    def __init__(self, values: dict[str, Tensor], off: float) -> None:
        self.values, self.off, self.at = values, off, 0

    attributes: tuple[Attribute, ...] = (Attribute("tilt", "degrees", -25.0, 25.0),)
    choices = (Choice("hat", ("none", "beanie", "brimmed")),)

    def measure(self, images: Tensor) -> Measurement:
        part = slice(self.at, self.at + len(images))
        self.at += len(images)
        hats = torch.nn.functional.one_hot(self.values["hat"][part].long(), 3).float()
        return Measurement({"tilt": self.values["tilt"][part] + self.off}, {"hat": hats})


class Blank:
    """Sees one wall everywhere, and draws nothing."""

    labels = WORLD.labels

    def logits(self, images: Tensor) -> Tensor:
        out = torch.zeros(len(images), len(self.labels), *images.shape[2:])
        out[:, 0] = 1.0
        return out

    def draw(self, images: Tensor) -> Tensor:
        return torch.zeros(len(images), 1, *images.shape[2:])


def test_a_knowing_and_a_blank_network() -> None:
    values = sample_factors(WORLD, COUNT, SEED)
    right, wrong = Knowing(values, 0.0), Knowing(values, 3.0)
    found = finish(examine(Networks([right, wrong], Blank(), Blank()), WORLD, COUNT, SEED, SIZE, ("clean",)))[
        "clean"
    ]
    tilt = found.factors[0]["tilt"]
    assert (tilt.r2, tilt.unit, tilt.count) == (1.0, "degrees", COUNT)
    spread = float(values["tilt"].double().var(unbiased=False))
    assert found.factors[1]["tilt"].r2 == pytest.approx(1.0 - 9.0 / spread, rel=1e-4)
    assert found.agreement["tilt"] == pytest.approx(2.0 * spread / (2.0 * spread + 9.0), rel=1e-4)
    assert found.labels.iou["background"] == pytest.approx(found.labels.share["background"])
    assert found.labels.iou["face"] == 0.0
    assert found.lines.f_score == 0.0


class Fewer(Blank):
    """Knows two labels, in another order, and sees a face everywhere."""

    labels = ("face", "background")


class Stranger(Blank):
    """Knows a thing that the world has not."""

    labels = ("background", "cow")


class Wider(Knowing):
    """Tells a thing besides that the world has not, and a choice of other options."""

    attributes = (*Knowing.attributes, Attribute("age", "years", 0.0, 100.0))
    choices = (Choice("hat", ("no", "yes")),)

    def measure(self, images: Tensor) -> Measurement:
        told = super().measure(images)
        halves = torch.full((len(images), 2), 0.5)
        return Measurement(told.values | {"age": torch.zeros(len(images))}, {"hat": halves})


def test_foreign_networks_are_held_against_what_the_world_knows() -> None:
    values = sample_factors(WORLD, COUNT, SEED)
    networks = Networks([Knowing(values, 0.0), Wider(values, 0.0)], Fewer(), Blank())
    found = finish(examine(networks, WORLD, COUNT, SEED, SIZE, ("clean",)))["clean"]
    assert found.labels.iou["face"] == pytest.approx(found.labels.share["face"])
    assert found.labels.iou["background"] == 0.0
    assert found.factors[1].keys() == found.agreement.keys() == {"tilt"}
    assert found.agreement["tilt"] == pytest.approx(1.0)
    tables = finish(examine_choices([Wider(values, 0.0)], WORLD, COUNT, SEED, SIZE, ("clean",)))
    assert tables["clean"] == ({},)
    with pytest.raises(InvalidInput, match="no label cow"):
        finish(examine(Networks([], Stranger(), Blank()), WORLD, COUNT, SEED, SIZE, ("clean",)))


def test_networks_that_tell_as_one_are_scored_apart_from_those_they_are_of() -> None:
    values = sample_factors(WORLD, COUNT, SEED)
    low, high, *both = (Knowing(values, off) for off in (-3.0, 3.0, -3.0, 3.0))
    networks = Networks([low, high], Blank(), Blank(), {"eye": Panel(tuple(both))})
    found = finish(examine(networks, WORLD, COUNT, SEED, SIZE, ("clean",)))["clean"]
    assert len(found.factors) == 2
    assert found.together["eye"]["tilt"].r2 == pytest.approx(1.0)
    assert (found.factors[0]["tilt"].r2 or 0.0) < 0.99


def test_choices_are_balanced_and_a_knowing_network_tells_them() -> None:
    values = balanced_factors(WORLD, COUNT, SEED)
    assert sorted(values["hat"].tolist()) == [0, 0, 0, 0, 1, 1, 2, 2]
    assert sorted(balanced_factors(WORLD, 12, SEED)["hair_style"].tolist()) == [
        0,
        0,
        1,
        1,
        2,
        2,
        3,
        3,
        4,
        4,
        5,
        5,
    ]
    areas = finish(examine_choices([Knowing(values, 0.0)], WORLD, COUNT, SEED, SIZE, ("clean",)))
    # Eight balanced pictures: four bare, two of each hat, and nothing hides a hat.
    assert areas["clean"][0] == {"hat": ChoiceScore(1.0, 2, 6, 0)}


def test_conditions_blur_and_roughen() -> None:
    rng = torch.Generator().manual_seed(0)
    images = torch.zeros(1, 3, 128, 128)
    images[..., 64:] = 1.0
    assert alter(images, "clean", rng) is images
    soft = alter(images, "blurred", rng)[0, 0, 64]
    assert 0.05 < float(soft[63]) < 0.5
    assert float(soft[60]) == pytest.approx(0.0, abs=1e-3)
    noise = alter(images * 0.0, "noisy", rng)
    assert float(noise.std()) == pytest.approx(4.0 / 127.5, rel=0.05)


def test_slices_are_counted_before_they_are_done() -> None:
    values = sample_factors(WORLD, 40, SEED)
    work = examine(Networks([Knowing(values, 0.0)], Blank(), Blank()), WORLD, 40, SEED, SIZE, ("clean",))
    assert sum(1 for _ in work) == batches(40) == 2
    assert Sizes(32, 32, 32, 64).slices() == 3 + 10
