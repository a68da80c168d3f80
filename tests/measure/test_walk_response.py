"""Walk response: the analytic disc moved along its own axes, where every number is known."""

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.measure.test_model_truth import EYE
from tests.measure.test_smoothness import SquaredDistance
from wend.errors import InvalidInput
from wend.generators.analytic import AnalyticGenerator
from wend.latents.walk import Direction
from wend.measure.attributes import AttributeColumn, Attributes
from wend.measure.leakage import world_spreads
from wend.measure.probe import Probe
from wend.measure.sample import look, world_pictures
from wend.measure.slices import finish
from wend.measure.walk_response import WalkResponse, calibrate, walk_response
from wend.measure.walk_steps import WalkSteps, look_along, slices_along
from wend.worlds.disc import Disc

ALPHAS = (-1.0, -0.5, 0.0, 0.5, 1.0)
SIZE = 32
SEEDS = list(range(100, 160))
SD = 0.07  # of x, by the disc's law


def _edit(images: Tensor, alpha: float) -> tuple[Tensor, Tensor]:
    """Shift right by alpha sd of x, in whole pixels; nothing is known of what comes in from the side."""
    pixels = round(alpha * SD * SIZE)
    target, mask = torch.roll(images, pixels, dims=3), torch.ones_like(images[:, :1])
    if pixels > 0:
        mask[..., :pixels] = 0.0
    elif pixels < 0:
        mask[..., pixels:] = 0.0
    return target, mask


def _steps(walk: Direction, alphas: tuple[float, ...] = ALPHAS) -> WalkSteps:
    probe = Probe(AnalyticGenerator(Disc(), SIZE), 0.5, SEEDS)
    return finish(look_along(probe, walk, alphas, EYE, SquaredDistance(), _edit))


@pytest.fixture(scope="module")
def spreads() -> dict[str, float]:
    pictures = world_pictures(Disc(), 300, 0, SIZE, torch.device("cpu"))
    return world_spreads(finish(look(pictures, EYE)).factors)


@pytest.fixture(scope="module")
def steps() -> WalkSteps:
    return _steps(Direction(torch.eye(4)[0], 1.0, "w", (0, 1)))


@pytest.fixture(scope="module")
def response(steps: WalkSteps, spreads: dict[str, float]) -> WalkResponse:
    return walk_response(steps, "x", spreads)


def test_the_walk_moves_what_it_should_by_what_it_should(response: WalkResponse) -> None:
    np.testing.assert_allclose(response.change.median, SD * np.array(ALPHAS), atol=0.004)
    assert response.calibration.slope == pytest.approx(SD, rel=0.05)
    assert response.calibration.r2_medians > 0.999
    assert response.calibration.r2_all > 0.98
    assert response.calibration.monotone
    assert response.calibration.reachable == pytest.approx((-SD, SD), rel=0.06)
    assert (response.name, response.unit) == ("x", "of width")


def test_levels_part_from_the_start(response: WalkResponse) -> None:
    assert response.overlap[2] == pytest.approx(1.0)
    assert response.overlap[0] < response.overlap[1] < 1.0
    assert response.overlap[4] < response.overlap[3] < 1.0
    # Half the spread (psi 0.5) moved by two of its standard deviations: 2 Phi(-1) = 0.32 in common.
    assert response.overlap[4] == pytest.approx(0.32, abs=0.12)
    assert list(response.levels.y) == ["start", "-1", "-0.5", "+0.5", "+1"]
    assert response.frechet[2] == pytest.approx(0.0, abs=1e-9)
    assert response.frechet[4] > response.frechet[3] > 0.0


def test_nothing_else_moves(response: WalkResponse) -> None:
    assert [leak.name for leak in response.leakage.leaks] == ["y"]
    assert response.leakage.leaks[0].size < 0.05


def test_even_steps_and_the_edit_itself(response: WalkResponse) -> None:
    assert response.midpoints == (-0.75, -0.25, 0.25, 0.75)
    lengths = np.array(response.lengths.median)
    assert lengths.std() / lengths.mean() < 0.1
    assert response.edit_error is not None
    assert response.edit_error.median[2] == 0.0
    # Shifts of 1.12 and 2.24 pixels against whole pixels: what is left is less than a sixth of what the
    # walk itself changed.
    assert max(response.edit_error.median) < lengths.mean()
    assert len(response.charts()) == 6


def test_two_axes_at_once_leak(spreads: dict[str, float]) -> None:
    vector = torch.tensor([1.0, 0.5, 0.0, 0.0])
    found = walk_response(_steps(Direction(vector, 1.0, "w", (0, 1))), "x", spreads)
    leak = found.leakage.leaks[0]
    assert leak.name == "y"
    assert leak.drift == pytest.approx(0.5, rel=0.12)


@pytest.mark.parametrize("turn", [0.0, 100.0, 180.0])
def test_hues_spread_the_same_all_round_the_circle(turn: float) -> None:
    hues = np.random.default_rng(1).normal(180.0, 10.0, 500)
    turned = [np.append(np.mod(hues + turn + 20.0 * alpha, 360.0), np.nan) for alpha in (-1.0, 0.0, 1.0)]
    steps = WalkSteps(
        alphas=(-1.0, 0.0, 1.0),
        vectors=np.random.default_rng(2).normal(size=(3, 501, 2)).astype(np.float32),
        factors=tuple(Attributes((AttributeColumn("hue", "degrees", v, 360.0),)) for v in turned),
        areas=(Attributes(()),) * 3,
        lengths=np.ones((501, 2)),
        edit_errors=None,
    )
    found = walk_response(steps, "hue", {"hue": 10.0})
    assert found.sd == pytest.approx((hues.std(),) * 3, rel=1e-3)
    assert found.calibration.slope == pytest.approx(20.0)


def test_lines_by_hand() -> None:
    alphas = np.array([-1.0, 0.0, 1.0])
    exact = calibrate(alphas, np.array([[-2.0, 0.0, 2.0], [-2.0, 0.0, 2.0]]))
    assert (exact.slope, exact.r2_medians, exact.r2_all) == pytest.approx((2.0, 1.0, 1.0))
    # Seeds that move by 1 and by 3: the medians lie on the line, the seeds off it. Slope 2; of the sum
    # of squares 2 (1 + 9) = 20 the line leaves 4.
    spread = calibrate(alphas, np.array([[-1.0, 0.0, 1.0], [-3.0, 0.0, 3.0]]))
    assert (spread.slope, spread.r2_medians, spread.r2_all) == pytest.approx((2.0, 1.0, 0.8))
    bent = calibrate(alphas, np.array([[1.0, 0.0, 1.0]]))
    assert not bent.monotone
    assert bent.r2_all == pytest.approx(0.0)
    lost = calibrate(alphas, np.array([[-2.0, 0.0, np.nan], [-2.0, 0.0, 2.0]]))
    assert lost.slope == pytest.approx(2.0)
    with pytest.raises(InvalidInput, match="no value"):
        calibrate(alphas, np.array([[1.0, 0.0, np.nan]]))


def test_slices_and_strengths() -> None:
    probe = Probe(AnalyticGenerator(Disc(), SIZE), 0.5, SEEDS[:20])
    walk = Direction(torch.eye(4)[0], 1.0, "w", (0, 1))
    work = look_along(probe, walk, ALPHAS, EYE, SquaredDistance())
    assert sum(1 for _ in work) == slices_along(probe, ALPHAS) == 10
    for wrong in ((-1.0, 0.0), (-1.0, 0.5, 1.0), (1.0, 0.0, -1.0)):
        with pytest.raises(InvalidInput, match="ascending"):
            finish(look_along(probe, walk, wrong, EYE, SquaredDistance()))
