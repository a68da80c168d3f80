"""Control: discs put at values, by the truth and by a factor that moves nothing it should."""

import pytest
import torch

from tests.measure.test_model_truth import DiscEye
from tests.measure.test_smoothness import SquaredDistance
from wend.errors import InvalidInput
from wend.generators.analytic import AnalyticGenerator
from wend.latents.factor import KNOTS, FactorWalk, MonotoneCurve
from wend.measure.probe import Probe
from wend.measure.slices import finish
from wend.measure.walk_aim import Aim
from wend.measure.walk_judge import Judge
from wend.methods.factor.edits import FACTOR_EDITS
from wend.methods.studies.control import POSITIONS, Put, aim_of_factor, control_of
from wend.worlds.disc import Disc

SD = 0.07  # of x, by the disc's law
JUDGE = Judge(DiscEye(), DiscEye(), SquaredDistance())
CURVE = MonotoneCurve(torch.full((KNOTS,), SD, dtype=torch.float64), 0.3)


@pytest.fixture(scope="module")
def probe() -> Probe:
    return Probe(AnalyticGenerator(Disc(), 32), 1.0, list(range(20)))


def _walk(*u: float) -> FactorWalk:
    return FactorWalk.in_z(torch.tensor(u), CURVE, (-3.0, 3.0))


def test_the_truth_controls_up_to_its_constant(probe: Probe) -> None:
    found = finish(control_of(_walk(1.0, 0.0, 0.0, 0.0), probe, JUDGE, Aim("x", "of width")))
    assert found.values == pytest.approx([0.3 + SD * p for p in POSITIONS])
    assert found.medians == pytest.approx([SD * p for p in POSITIONS], abs=0.005)
    assert found.slope == pytest.approx(1.0, abs=0.03)
    assert found.r2 > 0.99
    assert found.sd_ratio < 0.05
    assert found.sd_before == pytest.approx(SD, rel=0.4)


def test_what_moves_something_else_controls_nothing(probe: Probe) -> None:
    found = finish(control_of(_walk(0.0, 1.0, 0.0, 0.0), probe, JUDGE, Aim("x", "of width")))
    assert found.slope == pytest.approx(0.0, abs=0.02)
    assert found.r2 < 0.0
    assert found.sd_ratio == pytest.approx(1.0, abs=0.02)


def test_beyond_its_ends_a_factor_is_put_at_them(probe: Probe) -> None:
    walk = _walk(1.0, 0.0, 0.0, 0.0)
    put = Put(walk, 99.0)
    assert (put.space, put.layers) == (walk.space, walk.layers)
    assert walk.position(put.apply(probe.z, 0.0)).tolist() == pytest.approx([5.05] * 20, abs=1e-5)


def test_factors_are_measured_in_their_own_unit() -> None:
    aim = aim_of_factor(FACTOR_EDITS["scale"])
    assert (aim.attribute, aim.unit, aim.scale, aim.is_log) == ("head_scale", "x", 1.0, False)
    with pytest.raises(InvalidInput, match="Nothing here measures"):
        aim_of_factor(FACTOR_EDITS["rotate3d"])
