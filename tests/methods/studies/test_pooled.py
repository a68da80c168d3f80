"""Pooled: factors of known directions, by class, without one, and together; tried on discs."""

import pytest
import torch

from tests.measure.test_model_truth import DiscEye
from tests.measure.test_smoothness import SquaredDistance
from wend.generators.analytic import AnalyticGenerator
from wend.latents.factor import KNOTS, FactorWalk, MonotoneCurve
from wend.library.factor_record import Factor
from wend.measure.probe import Probe
from wend.measure.report.page import render_report
from wend.measure.slices import finish
from wend.measure.structure import Pieces
from wend.measure.walk_aim import Aim
from wend.measure.walk_judge import Judge
from wend.methods.studies.pooled import (
    ALL,
    FITTED_ON,
    PooledClasses,
    PooledFactors,
    class_structure,
    try_classes,
)
from wend.worlds.disc import Disc

CURVE = MonotoneCurve(torch.full((KNOTS,), 0.07, dtype=torch.float64))
NAMES = ("a", "b")


def _factor(*u: float) -> Factor:
    walk = FactorWalk.in_z(torch.tensor(u), CURVE, (-3.0, 3.0))
    return Factor(walk, "shift_x", "zero", 0.01, 20, 2)


# The two classes lean 0.6 away to either side of what they share.
POOLED = PooledFactors(
    "shift_x",
    own=(_factor(0.8, 0.6, 0.0, 0.0), _factor(0.8, -0.6, 0.0, 0.0)),
    without=(_factor(0.8, -0.6, 0.0, 0.0), _factor(0.8, 0.6, 0.0, 0.0)),
    whole=_factor(1.0, 0.0, 0.0, 0.0),
)


@pytest.fixture(scope="module")
def found() -> PooledClasses:
    generator = AnalyticGenerator(Disc(), 32)
    probes = [Probe(generator, 1.0, list(range(k, k + 10))) for k in (0, 10)]
    judge = Judge(DiscEye(), DiscEye(), SquaredDistance())
    scores = finish(try_classes(POOLED, probes, NAMES, judge, Aim("x", "of width")))
    return PooledClasses("disc", tuple(scores), class_structure([POOLED], NAMES, Pieces(("z",), (4,))))


def test_a_class_is_tried_with_the_direction_of_the_others(found: PooledClasses) -> None:
    assert [(s.name, s.fitted_on) for s in found.scores] == [(n, on) for n in NAMES for on in FITTED_ON]
    assert [s.cosine for s in found.of("shift_x", "the others")] == pytest.approx([0.8, 0.8])
    # The truth is the direction of all: it moves x alone, and by as much as is asked.
    assert found.mean("shift_x", "all", "slope") == pytest.approx(1.0, abs=0.03)
    assert found.mean("shift_x", "all", "sd_ratio") < 0.05
    assert found.mean("shift_x", "the others", "slope") == pytest.approx(0.8, abs=0.05)
    assert found.mean("shift_x", "the others", "sd_ratio") > 0.2


def test_cosines_over_classes(found: PooledClasses) -> None:
    assert found.structure.names == (ALL, *NAMES)
    assert found.structure.cosines[0][1] == pytest.approx(0.8)
    assert found.structure.cosines[1][2] == pytest.approx(0.28)
    assert found.between_classes("shift_x") == pytest.approx(0.28)
    assert found.structure.null_cosine == 0.5


def test_everything_is_told(found: PooledClasses) -> None:
    assert len(found.table().rows) == 6
    assert [row["fitted_on"] for row in found.summary()] == list(FITTED_ON)
    assert found.as_dict()["summary"]
    page = render_report(found.report({"model": "disc"}))
    assert "One direction for all classes" in page
    assert "fitted on the others" in page
