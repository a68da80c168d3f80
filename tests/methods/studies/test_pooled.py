"""Pooled: trajectories of known directions, fitted class by class, without one, and together."""

import pytest
import torch

from wend.errors import InvalidInput
from wend.measure.report.page import render_report
from wend.measure.structure import Pieces
from wend.methods.factor.edits import FACTOR_EDITS
from wend.methods.factor.model import FitPlan
from wend.methods.factor.trajectories import Records
from wend.methods.studies.added import added_aim
from wend.methods.studies.control import Control
from wend.methods.studies.pooled import (
    FITTED_ON,
    ClassControl,
    PooledClasses,
    PooledFit,
    class_structure,
    fit_pooled,
)

WIDTH = 12
SHIFT = FACTOR_EDITS["shift_x"]
PLAN = FitPlan(updates=20, held_out=0.25, patience=1, check_every=10)


def _records(lines: list[torch.Tensor], starts: int = 4) -> Records:
    """Codes moved by 2 sd for a shift of 0.1 along a line of each class, and a little beside it."""
    rng = torch.Generator().manual_seed(0)
    parts: dict[str, list[torch.Tensor]] = {name: [] for name in Records.__dataclass_fields__}
    for c, line in enumerate(lines):
        for s in range(starts):
            start = torch.randn(WIDTH, generator=rng)
            for t in (-0.1, -0.05, 0.05, 0.1):
                code = start + 20.0 * t * line + 0.02 * torch.randn(WIDTH, generator=rng)
                row = {
                    "start": start, "code": code, "t": torch.tensor(t, dtype=torch.float64),
                    "loss": torch.rand((), generator=rng), "before": torch.tensor(2.0),
                    "path": torch.tensor(c * starts + s), "classes": torch.tensor(c),
                }  # fmt: skip
                for name, value in row.items():
                    parts[name].append(value)
    return Records(**{name: torch.stack(values) for name, values in parts.items()})


def _lines(apart: float) -> list[torch.Tensor]:
    """Three directions that share one, each with a part of its own."""
    shared, found = torch.eye(WIDTH)[0], []
    for k in range(3):
        line = shared + apart * torch.eye(WIDTH)[k + 1]
        found.append(line / line.norm())
    return found


@pytest.fixture(scope="module")
def fits() -> PooledFit:
    return fit_pooled(_records(_lines(0.5)), SHIFT, (0, 1, 2), PLAN, (1.0, 0.1))


def test_a_direction_of_each_class_of_the_others_and_of_all(fits: PooledFit) -> None:
    lines = _lines(0.5)
    for own, line in zip(fits.own, lines, strict=True):
        assert float(own.u @ line) > 0.98
    # All classes share the first number; what is left out takes no part.
    assert float(fits.whole.u[0]) > 0.9
    assert abs(float(fits.without[0].u[1])) < 0.1
    assert float(fits.without[0].u @ lines[0]) > 0.7
    assert fits.of(1, "the others") is fits.without[1]
    assert fits.of(1, "itself") is fits.own[1]
    assert fits.of(2, "all") is fits.whole


def test_cosines_over_classes(fits: PooledFit) -> None:
    found = class_structure([fits], ("a", "b", "c"), Pieces(("z",), (WIDTH,)))
    assert found.names == ("all classes", "a", "b", "c")
    assert found.energy[0] == pytest.approx((1.0,))
    # Of (1, 0.5) and (1, 0.5) at right angles in the second part: 1 / 1.25.
    assert found.cosines[1][2] == pytest.approx(0.8, abs=0.05)
    assert found.cosines[0][1] > found.cosines[1][2]


def test_everything_is_told(fits: PooledFit) -> None:
    structure = class_structure([fits], ("a", "b", "c"), Pieces(("z",), (WIDTH,)))
    control = Control((-1.0, 1.0), (-0.9, 0.9), (0.1, 0.3), 0.4, 0.9, 0.8, 5)
    scores = tuple(
        ClassControl("shift_x", name, on, 0.9, 0.01, control) for name in ("a", "b", "c") for on in FITTED_ON
    )
    found = PooledClasses("m", scores, structure)
    assert found.mean("shift_x", "the others", "sd_ratio") == pytest.approx(0.5)
    assert found.between_classes("shift_x") == pytest.approx(0.8, abs=0.05)
    assert len(found.table().rows) == 9
    assert len(found.summary()) == 3
    page = render_report(found.report({"model": "m"}))
    assert "One direction for all classes" in page
    assert "fitted on the others" in page


def test_what_cannot_be_pooled() -> None:
    records = _records(_lines(0.5))
    with pytest.raises(InvalidInput, match="two classes"):
        fit_pooled(records, SHIFT, (0,), PLAN, (1.0, 0.1))
    with pytest.raises(InvalidInput, match="too few"):
        fit_pooled(records, SHIFT, (0, 1), PLAN, (0.01, 0.1))
    with pytest.raises(InvalidInput, match="Nothing here measures"):
        added_aim(FACTOR_EDITS["rotate3d"])


def test_magnifications_are_measured_where_they_add_up() -> None:
    aim = added_aim(FACTOR_EDITS["scale"])
    assert (aim.attribute, aim.unit, aim.is_log) == ("head_scale", "ln x", True)
    assert added_aim(SHIFT).unit == "of width"
