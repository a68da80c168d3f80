"""Usable ranges, checked where the truth is known: the analytic disc and a linear picture."""

import pytest
import torch

from tests.methods.linear_generator import LinearGenerator, random_axes
from wend.generators.analytic import AnalyticGenerator
from wend.latents.walk import Direction
from wend.measure.likeness import Likeness, picture_statistics
from wend.measure.limits import MAX_ALPHA, UsableRange, find_range, find_strength, fit_likeness, median_change
from wend.measure.probe import Probe
from wend.measure.slices import Sliced, finish
from wend.worlds.disc import Disc


@pytest.fixture(scope="module")
def disc() -> AnalyticGenerator:
    return AnalyticGenerator(Disc())


@pytest.fixture(scope="module")
def likeness(disc: AnalyticGenerator) -> Likeness:
    """Of 400 discs without truncation: each factor is spread as its law says."""
    return finish(fit_likeness(Probe(disc, 1.0, list(range(1000, 1400)))))


def _axis(index: int, unit: float = 1.0) -> Direction:
    return Direction(torch.eye(4)[index], unit, "w", (0, 1))


def _range(disc: AnalyticGenerator, likeness: Likeness, walk: Direction, psi: float = 0.0) -> UsableRange:
    return finish(find_range(Probe(disc, psi, [0, 1, 2]), likeness, walk))


def test_statistics_shape_and_range() -> None:
    images = torch.rand(2, 3, 32, 32) * 4.0 - 2.0
    statistics = picture_statistics(images)
    assert statistics.shape == (2, 208)
    assert statistics.dtype == torch.float64
    assert torch.equal(statistics, picture_statistics(images.clamp(-1.0, 1.0)))


def test_own_pictures_are_like_and_noise_is_not(disc: AnalyticGenerator, likeness: Likeness) -> None:
    own = Probe(disc, 1.0, list(range(5000, 5200)))
    scores = torch.cat([likeness.unlikeness(own.render(part)) for part in own.chunks])
    # One in a hundred lies outside by construction; two tests in one and a small sample: some more.
    assert float((scores > 1.0).double().mean()) < 0.06
    noise = torch.rand(8, 3, 32, 32, generator=torch.Generator().manual_seed(0)) * 2.0 - 1.0
    assert float(likeness.unlikeness(noise).min()) > 20.0


@pytest.mark.parametrize("index", [0, 1, 2, 3])
def test_range_of_each_factor_contains_its_law(
    disc: AnalyticGenerator, likeness: Likeness, index: int
) -> None:
    # From the mean (psi 0) alpha counts standard deviations of the law itself: two of them, which 95 %
    # of all discs keep within, must be usable.
    usable = _range(disc, likeness, _axis(index))
    assert usable.low < -1.9
    assert usable.high > 1.9
    assert usable.strength > 0.004


@pytest.mark.parametrize("index", [0, 1])
def test_range_of_a_position_ends_before_the_cap(
    disc: AnalyticGenerator, likeness: Likeness, index: int
) -> None:
    # Only 1 disc in 15 000 lies further out than four standard deviations. (Size and brightness change
    # the picture from afar less than position does: their ends lie beyond five.)
    usable = _range(disc, likeness, _axis(index))
    assert usable.low > -4.5
    assert usable.high < 4.5
    assert usable.high == pytest.approx(-usable.low, abs=0.5)


@pytest.mark.parametrize("index", [0, 1, 2, 3])
def test_unlikeness_grows_outside_the_law(disc: AnalyticGenerator, likeness: Likeness, index: int) -> None:
    probe = Probe(disc, 0.0, [0])
    steps = [float(likeness.unlikeness(probe.render(slice(0, 1), _axis(index), a))) for a in (2.0, 4.0, 6.0)]
    assert steps == sorted(steps)
    assert steps[2] > 2.0 * steps[0]


def test_range_is_in_the_walks_unit(disc: AnalyticGenerator, likeness: Likeness) -> None:
    one, half = _range(disc, likeness, _axis(0)), _range(disc, likeness, _axis(0, 0.5))
    # Half the unit, twice the numbers, up to the interpolation between steps.
    assert half.high == pytest.approx(min(2.0 * one.high, MAX_ALPHA), rel=0.15)
    opposite = _range(disc, likeness, _axis(0, -1.0))
    assert opposite.low == pytest.approx(-one.high)
    assert opposite.high == pytest.approx(-one.low)


def test_a_walk_that_does_nothing_has_no_range(disc: AnalyticGenerator, likeness: Likeness) -> None:
    assert _range(disc, likeness, _axis(0, 0.0)) == UsableRange(0.0, 0.0, 0.0)


def test_a_walk_that_stops_changing_ends_there(disc: AnalyticGenerator, likeness: Likeness) -> None:
    # One step of 14 standard deviations throws the disc out of the picture; after it all is plain
    # ground, which nothing can change. A judge who likes everything shows this rule alone.
    lenient = Likeness(likeness.mean, likeness.basis, likeness.variances, likeness.rest, 1e9, 1e9)
    usable = _range(disc, lenient, _axis(0, 14.0))
    assert usable.high == 1.0
    assert usable.low == -1.0


def test_a_harmless_walk_goes_to_the_cap(disc: AnalyticGenerator, likeness: Likeness) -> None:
    lenient = Likeness(likeness.mean, likeness.basis, likeness.variances, likeness.rest, 1e9, 1e9)
    usable = _range(disc, lenient, _axis(0, 0.5))
    assert (usable.low, usable.high) == (-MAX_ALPHA, MAX_ALPHA)


def test_strength_is_the_median_change_at_the_ends() -> None:
    generator = LinearGenerator(random_axes(6), torch.ones(6), torch.ones(4, 6), pixel_gain=0.01)
    walk = Direction(random_axes(6)[2], 1.0, "w", (0, 4))
    strength = finish(find_strength(Probe(generator, 0.5, [0, 1, 2]), walk, -1.0, 3.0))
    # Pixels are linear in alpha: the pattern's mean size times the mean |alpha|, over the range of 2.
    expected = float(generator.patterns[2].abs().mean()) * 2.0 / 2.0
    assert strength == pytest.approx(expected, rel=1e-3)


def test_median_change() -> None:
    start = torch.zeros(3, 1, 2, 2)
    images = torch.tensor([0.2, 0.4, 2.0]).view(3, 1, 1, 1).expand(3, 1, 2, 2)
    assert median_change(images, start) == pytest.approx(0.2)


def test_work_is_cut_into_small_slices(disc: AnalyticGenerator, likeness: Likeness) -> None:
    probe = Probe(disc, 0.0, [0, 1, 2, 3, 4])
    assert [part.stop - part.start for part in probe.chunks] == [2, 2, 1]
    work: Sliced[UsableRange] = find_range(probe, likeness, _axis(0))
    assert sum(1 for _ in work) >= 3 * (1 + 2 + 3)


def test_probe_applies_w_edits_after_truncation(disc: AnalyticGenerator) -> None:
    probe = Probe(disc, 0.0, [0, 1])
    moved = probe.render(slice(0, 2), _axis(0), 1.0)
    expected = Disc().render({"x": torch.tensor([0.07, 0.07])}, 32).images
    assert torch.allclose(moved, expected, atol=1e-5)
