"""Class measures on hand-made cases: accuracy, correlation, spreads of worlds that are known."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.worlds.spots import NAMES, SDS, Spots, color_class
from wend.errors import InvalidInput
from wend.generators.generator import Generator, GeneratorSpec, SynthesisState
from wend.measure.classes import (
    class_accuracy,
    class_seeds,
    class_spreads,
    compare_classes,
    pearson,
    world_of_classes,
)
from wend.perception.network import Attribute, Choice, Measurement
from wend.worlds.cast import SPREADS, PortraitsCast
from wend.worlds.factor import Categorical, WorldConfig
from wend.worlds.portraits import Portraits
from wend.worlds.registry import open_world
from wend.worlds.world import class_names

COUNT = len(NAMES)


class Teller:
    """Knows a class by its colour."""

    labels = NAMES

    def chances(self, images: Tensor) -> Tensor:
        return torch.nn.functional.one_hot(color_class(images), COUNT).float()


class Eye:
    """Reads x where it stands."""

    attributes = (Attribute("x", "of width", -0.5, 0.5),)
    choices: tuple[Choice, ...] = ()

    def measure(self, images: Tensor) -> Measurement:
        return Measurement({"x": images[:, 0, 16, 16]}, {})


class Drawn:
    """Draws the world's pictures with `gain` times its spreads, one class in the colours of the next."""

    def __init__(self, gain: float, mistaken: int | None = None) -> None:
        self.spec = GeneratorSpec(32, 1, COUNT + 1, 1, ("draw",), (0,), ("w",), NAMES)
        self.gain, self.mistaken = gain, mistaken
        self.w_avg, self.device, self.size_bytes = torch.zeros(COUNT + 1), torch.device("cpu"), 0

    def mapping(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        assert c is not None
        return torch.cat([z, c], dim=1)

    def center(self, c: Tensor | None) -> Tensor:
        assert c is not None
        return torch.cat([torch.zeros(len(c), 1), c], dim=1)

    def start(self, count: int, dtype: torch.dtype) -> SynthesisState:
        return SynthesisState(0, torch.zeros(count, 0, 1, 1), None)

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:
        who = w[:, 1:].argmax(dim=1)
        x = w[:, 0] * self.gain * torch.tensor(SDS)[who]
        shown = torch.where(who == self.mistaken, who + 1, who) if self.mistaken is not None else who
        return SynthesisState(1, state.x, Spots().render({"who": shown.float(), "x": x}, 32).images)

    def constant_noise(self) -> list[Tensor | None]:
        return [None]

    def style_matrices(self) -> list[Tensor]:
        return []


def test_accuracy_counts_what_is_told_right() -> None:
    pictures = [Spots().render({"who": torch.tensor(part)}, 32).images for part in ([0.0, 1.0], [2.0, 2.0])]
    found = class_accuracy(Teller(), pictures, np.array([0, 1, 2, 1]))
    assert found.overall == 0.75
    assert found.per_class[:3] == (1.0, 0.5, 1.0)
    assert math.isnan(found.per_class[3])  # no picture should be of it
    assert found.count == 4


def test_pearson_by_hand() -> None:
    # r = 0.8 of four points; Fisher: tanh(atanh 0.8 +- 1.96 / 1).
    found = pearson((1.0, 2.0, 3.0, 4.0), (1.0, 3.0, 2.0, 4.0))
    assert math.isclose(found.r, 0.8)
    assert math.isclose(found.low, math.tanh(math.atanh(0.8) - 1.959964), abs_tol=1e-6)
    assert math.isclose(found.high, math.tanh(math.atanh(0.8) + 1.959964), abs_tol=1e-6)
    assert math.isnan(pearson((1.0, 1.0, 1.0, 1.0), (1.0, 2.0, 3.0, 4.0)).r)
    assert pearson((1.0, 2.0, 3.0, 4.0), (2.0, 4.0, 6.0, 8.0)).low > 0.9


def test_spreads_of_the_cast_are_those_it_was_given() -> None:
    found = class_spreads(PortraitsCast())
    assert set(SPREADS) <= set(found)
    true = PortraitsCast().class_sigmas()
    for name in SPREADS:
        assert found[name] == true[name]
    # What a costume fixes differs in its mean, and is no question of spread.
    assert not {"background_hue", "skin_tone", "hat_hue"} & set(found)
    assert class_spreads(Portraits()) == {}


def test_only_spreads_alone_are_compared() -> None:
    found = class_spreads(Spots())
    assert list(found) == ["x"]
    assert np.allclose(found["x"], SDS)


def test_pictures_go_round_the_classes() -> None:
    seeds = class_seeds(COUNT, 3, start=2)
    assert seeds == list(range(12, 30))
    assert class_seeds(COUNT, 2, start=1, shown=(0, 4)) == [6, 10, 12, 16]
    images = torch.cat(list(world_of_classes(Spots(), 7, 5, 32)))
    assert color_class(images).tolist() == list(range(COUNT)) * 7


@pytest.mark.parametrize("mistaken", [None, 3])
def test_a_model_is_held_against_its_world(mistaken: int | None) -> None:
    generator: Generator = Drawn(2.0, mistaken)
    truth = compare_classes(Spots(), generator, Teller(), Eye(), per_class=300)
    assert truth.world_accuracy.overall == 1.0
    assert truth.model_accuracy.count == COUNT * 300
    assert truth.model_accuracy.per_class[3] == (1.0 if mistaken is None else 0.0)
    assert math.isclose(truth.model_accuracy.overall, 1.0 if mistaken is None else 5 / 6)
    found = truth.spreads["x"]
    # Twice as wide, and in proportion: 300 pictures know a spread to 4 %.
    assert np.allclose(found.model, 2.0 * np.array(SDS), rtol=0.13)
    assert np.allclose(found.world, SDS, rtol=0.13)
    assert found.follows.r > 0.98
    assert found.attainable.r > 0.98
    assert found.unit == "of width"


class Few(Spots):
    """Spots of which one class never occurs, and one hardly ever."""

    def __init__(self, config: WorldConfig | None = None) -> None:
        super().__init__(config)
        law = Categorical((1.0, 0.0, 1.0, 1.0, 1e-6, 1.0))
        self.factors = (replace(self.factors[0], law=law), *self.factors[1:])


def test_classes_that_never_occur_are_left_out_and_rare_ones_are_drawn() -> None:
    images = torch.cat(list(world_of_classes(Few(), 2, 5, 32)))
    assert color_class(images).tolist() == [0, 2, 3, 4, 5] * 2
    truth = compare_classes(Few(), Drawn(1.0), Teller(), Eye(), per_class=300)
    assert truth.classes == ("red", "blue", "cyan", "pink", "grey")
    assert truth.model_accuracy.per_class == truth.world_accuracy.per_class == (1.0,) * 5
    assert truth.model_accuracy.count == 5 * 300
    assert np.allclose(truth.spreads["x"].true, [SDS[k] for k in (0, 2, 3, 4, 5)])
    assert np.allclose(truth.spreads["x"].model, truth.spreads["x"].true, rtol=0.13)


def test_a_variant_without_a_character_is_drawn() -> None:
    world = open_world("portraits-cast:character.witch=0")
    assert len(torch.cat(list(world_of_classes(world, 1, 0, 16)))) == len(class_names(world)) - 1


def test_classes_that_cannot_be_drawn_one_by_one_are_refused() -> None:
    with pytest.raises(InvalidInput, match="no classes"):
        next(world_of_classes(Portraits(), 1, 0, 16))
    with pytest.raises(InvalidInput, match="correlated"):
        next(world_of_classes(Spots(WorldConfig(correlations=(("who", "x", 0.5),))), 1, 0, 16))


def test_truncation_narrows_every_class() -> None:
    half = compare_classes(Spots(), Drawn(1.0), Teller(), Eye(), per_class=300, psi=0.5)
    assert half.model_accuracy.overall == 1.0
    assert np.allclose(half.spreads["x"].model, 0.5 * np.array(SDS), rtol=0.13)


def test_without_an_eye_there_is_accuracy_alone() -> None:
    truth = compare_classes(Spots(), Drawn(1.0), Teller(), None, per_class=2)
    assert truth.spreads == {}
    assert truth.as_dict()["per_class"] == 2
