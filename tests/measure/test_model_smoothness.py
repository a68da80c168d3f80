"""Model smoothness: on a generator whose pictures are linear in z every path is known."""

from typing import Any

import pytest
import torch

from tests.methods.linear_generator import LinearGenerator
from wend.errors import InvalidInput
from wend.generators.analytic import AnalyticGenerator
from wend.latents.seed import z_of_seeds
from wend.measure.model_smoothness import Route, measure_smoothness, slices_of
from wend.measure.probe import Probe
from wend.measure.report.page import render_report
from wend.measure.slices import finish
from wend.perception.distance import PixelDistance
from wend.worlds.cast import PortraitsCast
from wend.worlds.disc import Disc


def linear() -> LinearGenerator:
    """So faint that no pixel is clamped."""
    return LinearGenerator(torch.eye(6), torch.ones(6), torch.ones(4, 6), pixel_gain=0.01)


def test_ends_are_the_pictures_of_the_seeds() -> None:
    generator = linear()
    for psi in (1.0, 0.5):
        route = Route(generator, "w", pairs=2, first=4, psi=psi)
        path = route.draw(route.between(1, 3))
        wanted = Probe(generator, psi, [6, 7]).render(slice(0, 2))
        assert torch.allclose(path[[0, -1]], wanted, atol=1e-6)


def test_straight_paths_have_even_steps_and_the_length_of_the_formula() -> None:
    generator, pairs = linear(), 5
    route = Route(generator, "w", pairs, first=0, psi=1.0)
    work = measure_smoothness(route, PixelDistance(), paths=3, steps=6, epsilon=1e-2)
    told, found = 0, None
    while found is None:
        try:
            next(work)
            told += 1
        except StopIteration as stop:
            found = stop.value
    assert told == slices_of(pairs, 3)
    assert found.steps.unevenness == pytest.approx(0.0, abs=1e-3)
    assert found.steps.longest == pytest.approx(1.0 / 6.0, rel=1e-3)
    assert found.shown.shape == (3, 7, 3, 16, 16)
    # Of a linear picture the limit is the distance of the ends, whatever epsilon is.
    ends = PixelDistance().distance(route.draw(route.starts), route.draw(route.ends)).double()
    assert found.path_length.untrimmed_mean == pytest.approx(float(ends.mean()), rel=1e-3)


def test_great_circles_keep_the_length_of_z() -> None:
    route = Route(linear(), "z", pairs=3, first=0, psi=1.0)
    z = z_of_seeds([0, 1], 6)
    way = route.between(0, 4)
    assert torch.allclose(way.norm(dim=1), torch.ones(5), atol=1e-5)
    assert torch.allclose(way[0], z[0] / z[0].norm(), atol=1e-5)
    # Pictures are of z of the length that its law has, 6 ** 0.5.
    wanted = Probe(linear(), 1.0, [0]).render(slice(0, 1)) * float(6**0.5 / z[0].norm())
    assert torch.allclose(route.draw(way[:1]), wanted, atol=1e-5)


def test_classes_and_what_cannot_be_measured() -> None:
    cast = AnalyticGenerator(PortraitsCast())
    with pytest.raises(InvalidInput, match="0 to 23, none 99"):
        Route(cast, "w", 2, 0, 1.0, class_index=99)
    pictures = [Route(cast, "w", 1, 0, 1.0, class_index=k) for k in (0, 1)]
    assert not torch.equal(*(route.draw(route.starts) for route in pictures))
    with pytest.raises(InvalidInput, match="two pairs"):
        finish(measure_smoothness(Route(linear(), "w", 1, 0, 1.0), PixelDistance()))


def test_the_page_and_the_numbers_are_of_one_result() -> None:
    route = Route(AnalyticGenerator(Disc()), "w", 3, 0, 1.0)
    found = finish(measure_smoothness(route, PixelDistance(1 / 16), paths=2, steps=4))
    told: Any = found.as_dict()  # Any: plain JSON
    assert told["space"] == "w"
    assert told["path_length"]["count"] == 3
    assert len(told["steps"]["lengths"]) == 4
    page = render_report(found.report("Paths", {"model": "disc"}))
    assert f"{found.steps.unevenness:.2f}" in page
    assert "Longest step" in page
