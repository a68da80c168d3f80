"""Regions: bounds that are kept exactly, laws of all else as they were."""

import pytest
import torch

from wend.errors import InvalidFactor
from wend.worlds.region import Region
from wend.worlds.registry import open_world

TILTED = Region("tilted", "Tilted", {"tilt": (-20.0, -9.0)}, {"glasses": ("round", "square")})


def test_every_picture_lies_in_it_and_the_first_do_not_depend_on_their_number() -> None:
    world = open_world("portraits")
    few, more = TILTED.sample(world, 3, 5), TILTED.sample(world, 40, 5)
    assert bool(TILTED.holds(world, more).all())
    assert all(torch.equal(few[name], more[name][:3]) for name in few)
    assert len(more["skin_tone"].unique()) == 40


def test_share_is_that_of_the_laws() -> None:
    share = Region("g", "", {}, {"glasses": ("round", "square")}).share(open_world("portraits"), 20_000)
    assert share == pytest.approx(0.24, abs=0.01)


@pytest.mark.parametrize(
    "region",
    [
        Region("a", "", {"glasses": (0.0, 1.0)}, {}),
        Region("b", "", {"tilt": (5.0, 5.0)}, {}),
        Region("c", "", {}, {"glasses": ("purple",)}),
        Region("d", "", {}, {"glasses": ()}),
        Region("e", "", {"nose_hair": (0.0, 1.0)}, {}),
    ],
)
def test_bounds_that_no_picture_can_keep_are_refused(region: Region) -> None:
    with pytest.raises(InvalidFactor):
        region.sample(open_world("portraits"), 1, 0)


def test_what_hardly_ever_occurs_is_refused_in_the_end() -> None:
    with pytest.raises(InvalidFactor, match="hardly ever"):
        Region("f", "", {"tilt": (24.9, 25.0)}, {}).sample(open_world("portraits"), 5, 0)
