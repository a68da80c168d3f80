"""Hue: steps on a circle and on a line, told apart; turns measured the shorter way round."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.measure.report.page import render_report
from wend.methods.factor.edits import FACTOR_EDITS
from wend.methods.factor.records import Records
from wend.methods.studies.hue import HueStudy, Moved, Turned, straightness, turned, unit_steps

HUE = FACTOR_EDITS["hue"]
STARTS = 24


def _records(is_circle: bool) -> Records:
    """A turn by t degrees, on a circle of radius 2 in the first two of four numbers, or along the first."""
    rng = torch.Generator().manual_seed(0)
    rows: list[tuple[Tensor, Tensor, float, int]] = []
    for path in range(STARTS):
        rest = torch.randn(2, generator=rng)
        angle = 2.0 * math.pi * float(torch.rand((), generator=rng))
        for t in (-60.0, -30.0, 30.0, 60.0):
            start = torch.cat([2.0 * torch.tensor([math.cos(angle), math.sin(angle)]), rest])
            turn = angle + math.radians(t)
            code = torch.cat([2.0 * torch.tensor([math.cos(turn), math.sin(turn)]), rest])
            if not is_circle:
                code = start + torch.tensor([t / 30.0, 0.0, 0.0, 0.0])
            rows.append((start, code, t, path))
    count = len(rows)
    return Records(
        torch.stack([r[0] for r in rows]), torch.stack([r[1] for r in rows]),
        torch.tensor([r[2] for r in rows], dtype=torch.float64), torch.zeros(count), torch.ones(count),
        torch.tensor([r[3] for r in rows]), torch.full((count,), -1),
    )  # fmt: skip


def test_a_line_goes_one_way_and_a_circle_does_not() -> None:
    line, circle = _records(is_circle=False), _records(is_circle=True)
    assert unit_steps(line).norm(dim=1).tolist() == pytest.approx([1.0] * len(line))
    straight = straightness(HUE, line, line)
    round_ = straightness(HUE, circle, circle)
    assert straight.coherence == pytest.approx(1.0, abs=1e-6)
    assert straight.explained > 0.95
    assert round_.coherence < 0.4
    assert round_.explained < 0.5
    assert (straight.unit, straight.kept, straight.found) == ("degrees", 4 * STARTS, 4 * STARTS)


def test_steps_by_the_hue_they_set_out_from() -> None:
    hues = np.array([10.0 + 90.0 * (k % 3) for k in range(STARTS)])
    hues[1] = np.nan
    found = turned(hues, _records(is_circle=False))
    assert found.counts == (8, 7, 8, 0)
    assert np.array(found.cosines)[:3, :3] == pytest.approx(np.ones((3, 3)))
    assert np.isnan(np.array(found.cosines)[3]).all()
    assert found.chart().names[0] == "red to lime (8)"


def test_turns_are_the_shorter_way_round() -> None:
    asked = (-60.0, 0.0, 60.0)
    changes = np.array([[-50.0, 0.0, 55.0], [-60.0, 0.0, 65.0], [np.nan, 0.0, 10.0], [20.0, 0.0, 60.0]])
    moved = Moved.of(asked, changes)
    # One of three went the wrong way once; the grey one takes no part.
    assert moved.right_way == pytest.approx(5 / 6)
    assert moved.change.median[2] == 60.0
    assert moved.slope == pytest.approx(0.75)
    with pytest.raises(InvalidInput, match="grey"):
        Moved.of(asked, np.full((2, 3), np.nan))


def test_everything_is_told() -> None:
    circle = _records(is_circle=True)
    told = straightness(HUE, circle, circle)
    cosines = ((1.0, 0.0, -1.0, 0.0),) * 3 + ((float("nan"),) * 4,)
    moved = Moved.of((-60.0, 0.0, 60.0), np.array([[-50.0, 0.0, 55.0], [-60.0, 0.0, 65.0]]))
    strip = torch.zeros(2, 3, 3, 8, 8)
    found = HueStudy("m", 2, (told,), Turned(cosines, (6, 6, 6, 0)), moved, strip)
    assert found.table().columns[:3] == ("edit", "unit", "coherence")
    page = render_report(found.report({"model": "m"}))
    assert "Hue as a factor" in page
    assert "one picture" in page
    assert "violet to red (0)" in page
