"""Panels: means of what networks say, over hues and mirror images."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from tests.perception.heads import CODE
from wend.perception.network import Attribute, Choice, Measurement
from wend.perception.panel import SIDED, Panel, WithMirror, with_mirror
from wend.perception.point_regressor import PointRegressor
from wend.worlds.registry import open_world
from wend.worlds.world import sample_factors

HEIGHT, HUE, HAT = Attribute("y", "", 0, 1), Attribute("hue", "degrees", 0, 360), Choice("hat", ("no", "yes"))


@dataclass(frozen=True)
class Saying:
    """Says the same of every picture."""

    y: float
    hue: float
    hat: float
    attributes = (HEIGHT, HUE)
    choices = (HAT,)

    def measure(self, images: Tensor) -> Measurement:
        ones = torch.ones(len(images))
        chances = torch.tensor([[1.0 - self.hat, self.hat]]).expand(len(images), 2)
        return Measurement({"y": self.y * ones, "hue": self.hue * ones}, {"hat": chances})


class Lopsided:
    """Tells where the light is in a picture, and how light it is; one to the right of where it is."""

    attributes = (Attribute("head_x", "", -1, 1), Attribute("light_level", "", 0, 1))
    choices = ()

    def measure(self, images: Tensor) -> Measurement:
        row = images.mean(dim=(1, 2))
        places = torch.arange(row.shape[1]) - 0.5 * (row.shape[1] - 1)
        return Measurement({"head_x": (row * places).sum(dim=1) + 1.0, "light_level": row.sum(dim=1)}, {})


def test_a_panel_says_the_mean_and_of_hues_the_mean_angle() -> None:
    panel = Panel((Saying(0.2, 350.0, 0.1), Saying(0.6, 30.0, 0.5)))
    told = panel.measure(torch.zeros(2, 3, 32, 32))
    assert told.values["y"].tolist() == pytest.approx([0.4, 0.4])
    assert told.values["hue"].tolist() == pytest.approx([10.0, 10.0], abs=1e-4)
    assert told.chances["hat"][0].tolist() == pytest.approx([0.7, 0.3])
    assert (panel.attributes, panel.choices) == ((HEIGHT, HUE), (HAT,))


def test_what_a_network_is_unsure_of_is_left_to_the_others() -> None:
    both = (Saying(0.2, 350.0, 0.1), Saying(0.6, 30.0, 0.5))
    told = Panel(both, (frozenset(), frozenset({"y"}))).measure(torch.zeros(1, 3, 32, 32))
    assert float(told.values["y"]) == pytest.approx(0.2)
    assert float(told.values["hue"]) == pytest.approx(10.0, abs=1e-4)


def test_a_mirror_cancels_what_is_taken_for_a_side() -> None:
    images = torch.zeros(1, 3, 4, 9)
    images[..., 6] = 1.0
    crooked, upright = (n.measure(images).values for n in (Lopsided(), WithMirror(Lopsided())))
    assert float(crooked["head_x"]) == pytest.approx(3.0)
    assert float(upright["head_x"]) == pytest.approx(2.0)
    assert float(upright["light_level"]) == pytest.approx(1.0)


def test_only_networks_of_heads_are_asked_of_mirror_images() -> None:
    discs, heads = Saying(0.2, 350.0, 0.1), PointRegressor(CODE)
    assert with_mirror(discs) is discs
    assert with_mirror(heads) == WithMirror(heads)


def _mirrored(factors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: -value if name in SIDED else value for name, value in factors.items()}


def test_a_head_with_its_sided_factors_turned_is_its_mirror_image() -> None:
    world = open_world("portraits")
    factors = sample_factors(world, 24, 5)
    factors["eyepatch"] = torch.zeros(24)  # worn on one eye, whatever the head does
    for name in SIDED:
        assert name in factors
    images, turned = (world.render(each, 64).images for each in (factors, _mirrored(factors)))
    apart = (turned - images.flip(3)).abs().mean(dim=(1, 2, 3))
    assert float(apart.median()) < 0.01
    assert float(apart.median()) < 0.05 * float((turned - images).abs().mean())
