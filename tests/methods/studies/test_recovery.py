"""Recovery: the truth of the disc meets the gates, and a line beside it does not."""

import pytest

from tests.methods.factors_by_hand import SLANTED, X_IN_W, X
from wend.errors import InvalidInput
from wend.generators.analytic import AnalyticGenerator
from wend.library.walk_record import WalkRecord
from wend.measure.export import Cell
from wend.measure.report.page import render_report
from wend.methods.studies.recovery import Gates, Recovery, recovery
from wend.worlds.disc import Disc
from wend.worlds.registry import open_world


def _found(own: WalkRecord) -> Recovery:
    assert own.factor is not None
    return recovery("shift_x", "of width", own.factor.walk, AnalyticGenerator(Disc(), 32), 50, 0, 1.0)


@pytest.mark.parametrize("own", [X, X_IN_W])
def test_the_truth_meets_the_gates(own: WalkRecord) -> None:
    found = _found(own)
    assert found.cosine == pytest.approx(1.0, abs=1e-6)
    assert found.error == pytest.approx(0.0, abs=1e-5)
    assert found.reach == pytest.approx(0.42, abs=1e-6)
    assert found.is_met
    # Half the reach is 3 standard deviations: there is room for it to one side, all but 0.3 % of the time.
    assert 0.5 < found.asked < 0.9


def test_a_line_beside_it_does_not() -> None:
    found = _found(SLANTED)
    assert found.cosine == pytest.approx(0.6, abs=1e-6)
    # Of every change asked 0.6 are made: 0.4 of 0.105 and of 0.21 are left, each as often as there is room.
    assert 0.4 * 0.105 < found.rms < 0.4 * 0.21
    rms = found.rms / 0.4
    large = (rms**2 - 0.105**2) / (0.21**2 - 0.105**2)
    assert 0.3 < large < 0.5
    assert not found.is_met


def test_what_has_no_truth_here() -> None:
    assert X.factor is not None
    for edit, world in (("hue", "disc"), ("shift_x", "portraits")):
        generator = AnalyticGenerator(open_world(world), 32)
        with pytest.raises(InvalidInput, match="Nothing is known"):
            recovery(edit, "", X.factor.walk, generator, 4, 0, 1.0)


def test_everything_is_told() -> None:
    judged: dict[str, Cell] = {
        "edit": "shift_x", "open_r2": 0.8, "open_sd_ratio": 0.5, "set_r2": 0.95, "set_sd_ratio": 0.2
    }  # fmt: skip
    found = Gates((_found(X),), (judged,), "m")
    assert found.judged_table().columns[0] == "edit"
    assert found.as_dict()["judged"] == [judged]
    page = render_report(found.report({"model": "m"}))
    assert "Gates of factors" in page
    assert "Open loop and set" in page
