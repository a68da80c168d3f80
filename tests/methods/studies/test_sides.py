"""Sides: a walk and a factor that are the truth of the disc world, judged beside each other."""

import pytest
import torch

from tests.measure.test_model_truth import DiscEye
from tests.measure.test_smoothness import SquaredDistance
from wend.errors import InvalidInput
from wend.generators.analytic import AnalyticGenerator
from wend.latents.factor import KNOTS, FactorWalk, MonotoneCurve
from wend.latents.walk import Direction
from wend.measure.leakage import world_spreads
from wend.measure.probe import Probe
from wend.measure.report.page import render_report
from wend.measure.slices import finish
from wend.measure.walk_aim import Aim, aimed
from wend.measure.walk_judge import Judge
from wend.measure.walk_world import look_at_world
from wend.methods.edits.catalog import EDITS
from wend.methods.studies.side import FACTOR, WALK, Side, SideScore, judge_side
from wend.methods.studies.sides import Sides
from wend.worlds.disc import Disc

SIDE = 32
SD = 0.07 * SIDE  # of x in pixels, by the disc's law
AMOUNTS = (-4.0, -2.0, 0.0, 2.0, 4.0)
AIM = Aim("x", "px", float(SIDE))
JUDGE = Judge(DiscEye(), DiscEye(), SquaredDistance())


@pytest.fixture(scope="module")
def scores() -> Sides:
    probe = Probe(AnalyticGenerator(Disc(), SIDE), 1.0, list(range(24)))
    sight = finish(look_at_world(Disc(), JUDGE, 64, 3, SIDE))
    spreads = world_spreads(aimed(sight.seen, AIM))
    along_x = torch.tensor([1.0, 0.0, 0.0, 0.0])
    curve = MonotoneCurve(torch.full((KNOTS,), 0.07, dtype=torch.float64))
    walk = Side("shift_x", WALK, Direction(along_x, 1.0 / SD, "z", (0, 1)), AMOUNTS, 2.0, 100)
    strengths = tuple(amount / SIDE for amount in AMOUNTS)
    factor = Side("shift_x", FACTOR, FactorWalk.in_z(along_x, curve, (-3.0, 3.0)), strengths, 1.0, 50)
    found = [
        finish(judge_side(side, probe, AMOUNTS, JUDGE, AIM, EDITS["shift_x"].along(), spreads))
        for side in (walk, factor)
    ]
    return Sides("disc", 24, "eye", tuple(found))


def _score(scores: Sides, method: str) -> SideScore:
    return scores.of("shift_x", method)


@pytest.mark.parametrize("method", [WALK, FACTOR])
def test_the_truth_does_what_is_asked_and_nothing_else(scores: Sides, method: str) -> None:
    score = _score(scores, method)
    assert score.error < 0.15  # of a pixel, where discs touch the border
    assert score.error_share == pytest.approx(score.error / 4.0)
    assert score.slope == pytest.approx(1.0, abs=0.03)
    assert score.leaks["y"] < 0.02
    assert score.edit_error < 0.01
    assert score.short == 0.0


def test_a_factor_is_put_where_a_walk_only_adds(scores: Sides) -> None:
    walk, factor = _score(scores, WALK), _score(scores, FACTOR)
    assert walk.sd_before == factor.sd_before == pytest.approx(SD, rel=0.4)
    assert walk.sd_ratio == pytest.approx(1.0, abs=0.05)
    assert factor.sd_ratio < 0.05
    assert factor.medians == pytest.approx(AMOUNTS, abs=0.15)


def test_everything_is_told(scores: Sides) -> None:
    assert (scores.edits, scores.methods) == (("shift_x",), (WALK, FACTOR))
    assert [row[1] for row in scores.table().rows] == [WALK, FACTOR]
    assert len(scores.sd_table().rows) == 2 * len(AMOUNTS)
    assert scores.as_dict()["n"] == 24
    page = render_report(scores.report({"model": "disc"}))
    assert "Two ways to learn a slider" in page
    assert "Standard deviation under control" in page


def test_strengths_that_do_not_fit_the_amounts() -> None:
    probe = Probe(AnalyticGenerator(Disc(), SIDE), 1.0, [0, 1])
    walk = Direction(torch.tensor([1.0, 0.0, 0.0, 0.0]), 1.0, "z", (0, 1))
    side = Side("shift_x", WALK, walk, (-1.0, 0.0, 1.0), 0.0, 0)
    with pytest.raises(InvalidInput, match="one strength"):
        finish(judge_side(side, probe, AMOUNTS, JUDGE, AIM, EDITS["shift_x"].along(), {}))
