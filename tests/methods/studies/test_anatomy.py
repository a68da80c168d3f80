"""Anatomy: directions of a linear generator whose components are known."""

import pytest
import torch

from tests.methods.linear_generator import LinearGenerator, random_axes
from wend.latents.walk import Direction
from wend.measure.probe import Probe
from wend.measure.report.page import render_report
from wend.measure.slices import finish
from wend.methods.studies.anatomy import (
    COMPONENTS,
    FACTORS,
    WALKS,
    Anatomy,
    Shown,
    anatomy,
    principal_walks,
)

SDS = torch.tensor([3.0, 2.0, 1.0, 0.5])


@pytest.fixture(scope="module")
def found() -> Anatomy:
    generator = LinearGenerator(random_axes(4), SDS, torch.ones(4, 4, 4))
    probe = Probe(generator, 1.0, [0, 1, 2])
    first, second = generator.axes[0], generator.axes[1]
    layered = torch.zeros(4, 4)
    layered[1] = 0.6 * first + 0.8 * second
    shown = [
        Shown("x", FACTORS, Direction(first, 1.0, "w", (0, 4)), 0.5),
        Shown("x", WALKS, Direction(layered, 1.0, "w", (0, 4)), 0.5),
        *finish(principal_walks(probe, 2, 4000, 0)),
    ]
    return Anatomy("linear", 3, finish(anatomy(probe, shown)))


def test_cosines_between_methods(found: Anatomy) -> None:
    assert found.found.groups == (FACTORS, WALKS, COMPONENTS, COMPONENTS)
    # One row of four, at an angle of its own: 0.6 / 2.
    assert found.pairs == {"x": pytest.approx(0.3, abs=1e-5)}
    near = found.nearest_component(FACTORS, "x")
    assert near is not None
    assert near[0] == "component 1"
    assert abs(near[1]) == pytest.approx(1.0, abs=0.01)
    assert found.nearest_component(WALKS, "x") is not None
    table = found.between()
    assert table.columns == ("group", FACTORS, WALKS, COMPONENTS)
    assert table.rows[0][2] == pytest.approx(0.3, abs=1e-5)


def test_energies_and_effects_per_row(found: Anatomy) -> None:
    assert found.found.energy[0] == pytest.approx([0.25] * 4)
    assert found.found.energy[1] == pytest.approx([0.0, 1.0, 0.0, 0.0])
    assert found.found.effects is not None
    assert found.found.effects[1] == pytest.approx([0.0, 1.0, 0.0, 0.0])
    assert all(sum(row) == pytest.approx(1.0) for row in found.found.effects)


def test_everything_is_told(found: Anatomy) -> None:
    assert set(found.tables()) == {"energy", "effects", "cosines", "between"}
    assert found.as_dict()["null_energy"] == [0.25] * 4
    page = render_report(found.report({"model": "linear"}))
    assert "Cosines between directions" in page
    assert "Energy of learned walks" in page
    assert "Effect of factors" in page
