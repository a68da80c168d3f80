"""Traversals: known spreads of the sprites world itself, whose z is its factors."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pytest
import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.generators.analytic import AnalyticGenerator
from wend.measure.agreement import rank_correlation
from wend.measure.attributes import Attributes
from wend.measure.pixel_statistics import of_white
from wend.measure.probe import Probe
from wend.measure.slices import finish
from wend.measure.traversal import PLACES, Traversal, spread_chart, traverse
from wend.worlds.sprites import Sprites

WORLD = Sprites()
NEAR = (-1.0, 0.0, 1.0)
NAMES = [factor.name for factor in WORLD.factors]


@dataclass(frozen=True)
class Line:
    """A line through z along u, of norm 1."""

    u: Tensor
    space: Literal["z", "w"] = "z"
    layers: tuple[int, int] = (0, 1)

    def put(self, latent: Tensor, positions: Tensor) -> Tensor:
        return latent + ((positions.float() - latent @ self.u)[..., None]) * self.u


@pytest.fixture(scope="module")
def probe() -> Probe:
    return Probe(AnalyticGenerator(WORLD, 32), 1.0, list(range(12)))


def _along(probe: Probe, *names: str, places: tuple[float, ...] = PLACES, sign: float = 1.0) -> Traversal:
    u = torch.zeros(len(NAMES))
    for name in names:
        u[NAMES.index(name)] = sign
    return finish(traverse(probe, Line(u / u.norm()), of_white, "white_x", places))


def test_a_sprite_is_where_it_was_drawn() -> None:
    """Known values: the middle goes from a quarter to three quarters of the picture, of 256 pixels."""
    at = torch.tensor([0.0, 0.5, 1.0])
    flat = torch.zeros(3)
    drawn = WORLD.render({"shape": flat, "x": at, "y": at, "orientation": flat, "scale": flat + 1.0}, 256)
    found = of_white(drawn.images)
    assert np.allclose(found["white_x"].values, [-0.25, 0.0, 0.25], atol=1 / 256)
    assert np.allclose(found["white_y"].values, [-0.25, 0.0, 0.25], atol=1 / 256)
    # A square of half side 0.27 half pictures.
    assert np.allclose(found["white_area"].values, 0.27**2, atol=0.002)
    black = of_white(-torch.ones(2, 3, 64, 64))
    assert [black[name].missing for name in black.names] == [2, 2, 2]


def test_a_perfect_control_leaves_no_spread(probe: Probe) -> None:
    found = _along(probe, "x", places=NEAR)
    assert (found.attribute, found.unit, found.places, found.count) == ("white_x", "of width", NEAR, 12)
    assert found.rises == pytest.approx(1.0)
    # A uniform law of 0..1 has a standard deviation of 1 / sqrt(12), and x moves by half the picture.
    assert found.reach == pytest.approx(1 / 12**0.5, abs=0.03)
    # What is left: a heart's centre of area is not the middle it turns about, and pixels are 1/32 wide.
    assert found.mean_sd < 0.03
    assert found.still is not None
    assert found.still > 5.0 * found.mean_sd
    assert found.lost == (0, 0, 0)


def test_a_mixed_line_controls_less(probe: Probe) -> None:
    mixed = _along(probe, "x", "scale", places=NEAR)
    assert mixed.mean_sd > 3.0 * _along(probe, "x", places=NEAR).mean_sd


def test_places_off_the_prior_can_be_left_out(probe: Probe) -> None:
    """The world draws sprites outside of the picture when told to: there is nothing left to measure."""
    found = _along(probe, "x")
    assert (found.places, found.lost[0], found.lost[5], found.lost[-1]) == (PLACES, 12, 0, 12)
    assert (found.sd[0], found.median[-1]) == (None, None)
    inner = [sd for sd in found.sd[2:9] if sd is not None]
    assert found.mean_sd_usual == pytest.approx(np.mean(inner))


def test_a_line_is_turned_to_rise(probe: Probe) -> None:
    up, down = _along(probe, "x", places=NEAR), _along(probe, "x", places=NEAR, sign=-1.0)
    assert (up.is_turned, down.is_turned) == (False, True)
    assert down.median == pytest.approx(up.median)
    assert down.places == up.places
    chart = spread_chart("Spread", {"up": up, "down": down})
    assert [len(line.x) for line in chart.lines] == [3, 3]
    assert up.table().columns == ("place", "median", "sd", "lost")
    assert "mean_sd" in up.as_dict()


def test_what_is_lost_is_counted_and_left_out() -> None:
    """Black pictures show no sprite."""

    def blind(images: Tensor) -> Attributes:
        return of_white(images.clamp(max=0.0))

    probe = Probe(AnalyticGenerator(WORLD, 16), 1.0, [0, 1, 2])
    line = Line(torch.nn.functional.one_hot(torch.tensor(3), len(NAMES)).float())
    found = finish(traverse(probe, line, blind, "white_x", (-1.0, 1.0)))
    assert found.lost == (3, 3)
    assert found.sd == (None, None)
    assert np.isnan(found.mean_sd)
    assert found.rises is None
    with pytest.raises(InvalidInput, match="not measured here"):
        finish(traverse(probe, line, of_white, "smile", (0.0,)))


def test_ranks_agree_as_spearman_wrote() -> None:
    """Known values: perfect order, reversed order, ties by hand."""
    a = np.array([1.0, 4.0, 10.0, 20.0])
    assert rank_correlation(a, a**3) == pytest.approx(1.0)
    assert rank_correlation(a, -a) == pytest.approx(-1.0)
    # Ranks 1 2 3 4 against 1.5 1.5 3 4: covariance 1.125, variances 1.25 and 1.125.
    assert rank_correlation(a, np.array([0.0, 0.0, 1.0, 2.0])) == pytest.approx(1.125 / np.sqrt(1.25 * 1.125))
    assert rank_correlation(a, np.zeros(4)) is None
    assert rank_correlation(a[:2], a[:2]) is None
