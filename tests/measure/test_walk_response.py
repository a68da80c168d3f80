"""Walk response: the analytic disc moved along its own axes, where every number is known."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.measure.test_model_truth import DiscEye
from tests.measure.test_smoothness import SquaredDistance
from wend.errors import InvalidInput
from wend.generators.analytic import AnalyticGenerator
from wend.latents.walk import Direction, Walk
from wend.measure.attributes import AttributeColumn, Attributes
from wend.measure.probe import Probe
from wend.measure.slices import finish
from wend.measure.walk_aim import Aim
from wend.measure.walk_judge import PIXELS, Judge
from wend.measure.walk_response import WalkResponse, calibrate, walk_response
from wend.measure.walk_steps import WalkLook, WalkSteps, look_along, slices_along
from wend.measure.walk_world import WorldSight, look_at_world
from wend.worlds.disc import Disc

ALPHAS = (-1.0, -0.5, 0.0, 0.5, 1.0)
SIZE = 32
SEEDS = list(range(100, 160))
SD = 0.07  # of x, by the disc's law
JUDGE = Judge(DiscEye(), DiscEye(), SquaredDistance())
AIM = Aim("x", "of width", per_alpha=SD)
TRAINED = (-1.0, 1.0)


@dataclass(frozen=True)
class Clamped:
    """A walk that stands still beyond a strength."""

    inner: Direction
    limit: float

    @property
    def space(self) -> Literal["z", "w"]:
        return self.inner.space

    @property
    def layers(self) -> tuple[int, int]:
        return self.inner.layers

    def apply(self, latent: Tensor, alpha: float) -> Tensor:
        return self.inner.apply(latent, min(max(alpha, -self.limit), self.limit))

    def restricted(self, layers: tuple[int, int]) -> "Clamped":
        return Clamped(self.inner.restricted(layers), self.limit)

    def to(self, device: torch.device) -> "Clamped":
        return Clamped(self.inner.to(device), self.limit)


def _edit(images: Tensor, alpha: float) -> tuple[Tensor, Tensor]:
    """Shift right by alpha sd of x, in whole pixels; nothing is known of what comes in from the side."""
    pixels = round(alpha * SD * SIZE)
    target, mask = torch.roll(images, pixels, dims=3), torch.ones_like(images[:, :1])
    if pixels > 0:
        mask[..., :pixels] = 0.0
    elif pixels < 0:
        mask[..., pixels:] = 0.0
    return target, mask


def _steps(walk: Walk, alphas: tuple[float, ...] = ALPHAS) -> WalkSteps:
    probe = Probe(AnalyticGenerator(Disc(), SIZE), 0.5, SEEDS)
    return finish(look_along(probe, walk, alphas, JUDGE, _edit)).aimed(AIM)


@pytest.fixture(scope="module")
def world() -> WorldSight:
    return finish(look_at_world(Disc(), JUDGE, 300, 0, SIZE))


def _respond(steps: WalkSteps, world: WorldSight) -> WalkResponse:
    return walk_response(steps, "x", world.seen, world.vectors, TRAINED, without=PIXELS)


@pytest.fixture(scope="module")
def steps() -> WalkSteps:
    return _steps(Direction(torch.eye(4)[0], 1.0, "w", (0, 1)))


@pytest.fixture(scope="module")
def response(steps: WalkSteps, world: WorldSight) -> WalkResponse:
    return _respond(steps, world)


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
    assert list(response.levels.y) == ["world", "start", "-1", "-0.5", "+0.5", "+1"]
    # Of half the world's spread, all within it: one is N(0, 1/2), the other N(0, 1), with 0.67 in common.
    assert response.with_world[2] == pytest.approx(0.67, abs=0.1)
    assert response.with_world[0] < response.with_world[1] < response.with_world[2]
    assert response.discards == (0, 0, 0, 0, 0)
    assert response.frechet_start[2] == pytest.approx(0.0, abs=1e-9)
    assert response.frechet_start[4] > response.frechet_start[3] > 0.0
    # Half the world's spread at the start: off already, and further when moved; the world is not off itself.
    assert response.frechet_floor < response.frechet_world[2]
    assert response.frechet_world[4] > response.frechet_world[2] < response.frechet_world[0]
    assert response.frechet_count == 60


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


def test_zones_of_a_walk_that_goes_on(response: WalkResponse) -> None:
    assert response.zones.trained == TRAINED
    assert response.zones.reachable == (-1.0, 1.0)
    assert response.zones.reached == pytest.approx((-SD, SD), rel=0.06)
    assert response.zones.saturated is None


def test_a_walk_that_stands_still_beyond_a_point(world: WorldSight) -> None:
    found = _respond(_steps(Clamped(Direction(torch.eye(4)[0], 1.0, "w", (0, 1)), 0.5)), world)
    assert found.zones.reachable == (-0.5, 0.5)
    assert found.zones.reached == pytest.approx((-0.5 * SD, 0.5 * SD), rel=0.06)
    assert found.zones.saturated == (-0.5, 0.5)
    assert not found.calibration.monotone
    assert found.lengths.median[0] == found.lengths.median[3] == 0.0


def test_z_walks_move_what_w_walks_move() -> None:
    # The disc's mapping is the identity and its mean zero, so psi 0.5 halves a step in z and not in w.
    probe = Probe(AnalyticGenerator(Disc(), SIZE), 0.5, SEEDS[:4])
    part = slice(0, 4)
    in_z = probe.render(part, Direction(torch.eye(4)[0], 1.0, "z", (0, 1)), 1.0)
    in_w = probe.render(part, Direction(torch.eye(4)[0], 1.0, "w", (0, 1)), 0.5)
    torch.testing.assert_close(in_z, in_w)


def test_a_look_broken_off_anywhere_sees_the_same() -> None:
    probe = Probe(AnalyticGenerator(Disc(), SIZE), 0.5, SEEDS[:6])
    walk = Direction(torch.eye(4)[0], 1.0, "w", (0, 1))
    whole = WalkLook(probe, walk, ALPHAS, JUDGE, _edit, batch=2)
    while not whole.is_done:
        whole.step()
    for taken in range(whole.total + 1):
        first, second = (WalkLook(probe, walk, ALPHAS, JUDGE, _edit, batch=2) for _ in range(2))
        for _ in range(taken):
            first.step()
        second.load_state_dict(first.state_dict())
        while not second.is_done:
            second.step()
        a, b = whole.result(), second.result()
        assert a.edit_errors is not None
        assert b.edit_errors is not None
        for left, right in ((a.vectors, b.vectors), (a.lengths, b.lengths), (a.edit_errors, b.edit_errors)):
            np.testing.assert_array_equal(left, right)
        for at, other in zip(a.factors, b.factors, strict=True):
            for column, same in zip(at.columns, other.columns, strict=True):
                assert (column.name, column.unit, column.period) == (same.name, same.unit, same.period)
                np.testing.assert_array_equal(column.values, same.values)
    with pytest.raises(ValueError, match="other strengths"):
        WalkLook(probe, walk, (-1.0, 0.0, 1.0), JUDGE, batch=2).load_state_dict(whole.state_dict())


def test_two_axes_at_once_leak(world: WorldSight) -> None:
    vector = torch.tensor([1.0, 0.5, 0.0, 0.0])
    found = _respond(_steps(Direction(vector, 1.0, "w", (0, 1))), world)
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
        lengths=np.ones((501, 2)),
        edit_errors=None,
    )
    around = np.random.default_rng(3).normal(180.0, 10.0, 500)
    world = Attributes((AttributeColumn("hue", "degrees", np.mod(around + turn, 360.0), 360.0),))
    vectors = np.random.default_rng(4).normal(size=(40, 2)).astype(np.float32)
    found = walk_response(steps, "hue", world, vectors, TRAINED)
    assert found.discards == (1, 1, 1)
    assert found.with_world[1] > 0.85
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
    work = look_along(probe, walk, ALPHAS, JUDGE)
    assert sum(1 for _ in work) == slices_along(probe, ALPHAS) == 10
    for wrong in ((-1.0, 0.0), (-1.0, 0.5, 1.0), (1.0, 0.0, -1.0)):
        with pytest.raises(InvalidInput, match="ascending"):
            finish(look_along(probe, walk, wrong, JUDGE))
