"""Inversions: codes of shifted discs under every loss, with and without the ball."""

import pytest
import torch

from tests.measure.test_smoothness import SquaredDistance
from wend.generators.analytic import AnalyticGenerator
from wend.measure.report.page import render_report
from wend.measure.slices import finish
from wend.methods.factor.codes import ZCodes
from wend.methods.factor.edits import FACTOR_EDITS
from wend.methods.studies.inversions import (
    ARMS,
    Arm,
    Inversions,
    Tried,
    invert,
    judge,
    strip,
)
from wend.methods.studies.painted import Painted
from wend.worlds.disc import Disc

SHIFT = FACTOR_EDITS["shift_x"]
STEPS, UPDATES = 2, 12


@pytest.fixture(scope="module")
def painted() -> Painted:
    generator = AnalyticGenerator(Disc(), 32)
    return Painted.draw(ZCodes(generator, 1.0), generator, 3, 0, 4)


@pytest.fixture(scope="module")
def tried(painted: Painted) -> list[Tried]:
    return [finish(invert(painted, SHIFT, arm, STEPS, UPDATES, 0.1)) for arm in ARMS]


def test_all_arms_have_the_same_targets_and_budget(painted: Painted, tried: list[Tried]) -> None:
    assert [each.arm for each in tried] == list(ARMS)
    assert len({(arm.loss, arm.has_ball) for arm in ARMS}) == 6
    first = tried[0]
    assert all(torch.equal(each.t, first.t) and torch.equal(each.path, first.path) for each in tried)
    assert len(first.t) == 3 * 2 * STEPS
    slices = 0
    work = invert(painted, SHIFT, Arm("pixel", True), STEPS, UPDATES, 0.1)
    for _ in work:
        slices += 1
    assert slices == painted.slices(STEPS, UPDATES)


def test_the_ball_holds_codes(painted: Painted, tried: list[Tried]) -> None:
    radius = painted.starts.shape[1] ** 0.5
    lengths = {each.arm: float(each.codes.norm(dim=1).max()) for each in tried}
    assert all(length <= radius * (1.0 + 1e-6) for arm, length in lengths.items() if arm.has_ball)
    assert max(length for arm, length in lengths.items() if not arm.has_ball) > radius


def test_arms_are_judged_apart_from_their_losses(painted: Painted, tried: list[Tried]) -> None:
    free = next(each for each in tried if each.arm == Arm("pixel", False))
    scores = judge(painted, SHIFT, free, SquaredDistance())
    assert [score.n for score in scores] == [6, 6]
    assert scores[0].t < scores[1].t
    still = Tried("shift_x", free.arm, free.path, painted.starts[free.path], free.t)
    unmoved = judge(painted, SHIFT, still, SquaredDistance())
    # A disc can follow: nearer to the edited picture than who stood still, by every measure.
    assert scores[1].distance < 0.5 * unmoved[1].distance
    assert scores[1].squared < 0.5 * unmoved[1].squared
    assert scores[1].likeness > unmoved[1].likeness
    assert unmoved[1].norm <= 1.0 + 1e-6


def test_everything_is_told_and_shown(painted: Painted, tried: list[Tried]) -> None:
    scores = tuple(score for each in tried for score in judge(painted, SHIFT, each, SquaredDistance()))
    shown = strip(painted, SHIFT, tried, 2)
    assert shown.shape == (2, 2 + len(ARMS), 3, 32, 32)
    assert not torch.equal(shown[:, 0], shown[:, 1])
    found = Inversions("disc", "z", UPDATES, scores, {"shift_x": shown})
    assert len(found.table().rows) == len(ARMS) * STEPS
    assert found.arms[0] == "squared error, ball"
    page = render_report(found.report({"model": "disc"}))
    assert "What edited pictures are inverted with" in page
    assert "SSIM, no ball" in page
