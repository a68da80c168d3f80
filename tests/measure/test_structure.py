"""Structure: energies that sum to 1 beside their null level, cosines by hand, effects of rows."""

import math

import numpy as np
import pytest
import torch

from tests.methods.linear_generator import LinearGenerator, random_axes
from wend.errors import InvalidInput, InvalidShape
from wend.latents.walk import Direction
from wend.measure.probe import Probe
from wend.measure.structure import Arrow, Pieces, Structure, displacement, row_effects, structure_of


def _three() -> Structure:
    arrows = (
        Arrow("x", "factors", torch.tensor([3.0, 0.0, 4.0, 0.0, 0.0, 0.0])),
        Arrow("y", "factors", torch.tensor([0.0, 2.0, 0.0, 0.0, 0.0, 0.0])),
        Arrow("x", "walks", torch.tensor([-3.0, 0.0, 0.0, 0.0, 0.0, 4.0])),
    )
    return structure_of(arrows, Pieces.even(6, 3))


def test_energies_sum_to_one_beside_their_null_level() -> None:
    found = _three()
    assert found.energy[0] == pytest.approx((9 / 25, 16 / 25, 0.0))
    assert found.energy[1] == (1.0, 0.0, 0.0)
    assert [sum(row) for row in found.energy] == pytest.approx([1.0, 1.0, 1.0])
    assert found.pieces.null == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    table = found.energy_table()
    assert table.columns == ("group", "direction", "piece 1", "piece 2", "piece 3")
    assert table.rows[-1][1:] == ("null level", *found.pieces.null)
    charts = found.energy_charts()
    assert [chart.title for chart in charts] == ["Energy of factors", "Energy of walks"]
    assert charts[0].reference == pytest.approx(1 / 3)
    assert found.effect_charts() == ()


def test_directions_at_random_have_the_null_level() -> None:
    rng = torch.Generator().manual_seed(0)
    arrows = [Arrow(str(k), "random", torch.randn(120, generator=rng)) for k in range(40)]
    found = structure_of(arrows, Pieces.even(120, 6))
    assert np.mean(found.energy, axis=0) == pytest.approx([1 / 6] * 6, abs=0.02)
    cosines = np.array(found.cosines)[np.triu_indices(40, 1)]
    assert math.sqrt(np.square(cosines).mean()) == pytest.approx(found.null_cosine, rel=0.1)


def test_cosines_with_one_another() -> None:
    found = _three()
    assert np.array(found.cosines) == pytest.approx(
        np.array([[1.0, 0.0, -9 / 25], [0.0, 1.0, 0.0], [-9 / 25, 0.0, 1.0]])
    )
    assert found.between("factors", "walks") == pytest.approx(9 / 50)
    assert found.between("factors", "factors") == 0.0
    assert math.isnan(found.between("walks", "walks"))
    chart = found.cosine_chart()
    assert chart.names == ("factors: x", "factors: y", "walks: x")
    assert found.cosine_table().rows[2][1] == pytest.approx(-9 / 25)


def test_what_has_no_structure() -> None:
    with pytest.raises(InvalidInput, match="no 4 equal pieces"):
        Pieces.even(6, 4)
    with pytest.raises(InvalidInput, match="no length"):
        structure_of([Arrow("x", "a", torch.zeros(6))], Pieces.even(6, 3))
    with pytest.raises(InvalidShape):
        structure_of([Arrow("x", "a", torch.ones(5))], Pieces.even(6, 3))
    with pytest.raises(InvalidInput, match="no direction"):
        structure_of([], Pieces.even(6, 3))


def test_effects_are_those_of_rows_alone() -> None:
    generator = LinearGenerator(random_axes(8), torch.ones(8), torch.ones(4, 8, 8))
    probe = Probe(generator, 1.0, [0, 1, 2])
    vector = torch.zeros(4, 8)
    vector[1], vector[2] = 0.6 * generator.axes[0], 0.8 * generator.axes[0]
    walk = Direction(vector, 2.0, "w", (0, 4))
    # Every row paints a quarter alike, so the picture's squared change goes with the squared length.
    assert row_effects(probe, walk, 1.0) == pytest.approx([0.0, 0.36, 0.64, 0.0], abs=1e-4)
    moved = displacement(probe, walk, 0.5)
    assert torch.allclose(moved, (2.0 * vector).flatten().double(), atol=1e-6)
    assert Pieces.rows(generator.spec).widths == (8, 8, 8, 8)
    with pytest.raises(InvalidInput, match="changes anything"):
        row_effects(probe, Direction(0.0 * vector, 1.0, "w", (0, 4)), 1.0)


def test_a_walk_in_z_is_told_by_what_the_mapping_makes_of_it() -> None:
    generator = LinearGenerator(random_axes(8), torch.ones(8), torch.ones(4, 8, 8))
    probe = Probe(generator, 1.0, [0, 1, 2])
    walk = Direction(torch.eye(8)[2], 1.0, "z", (0, 4))
    moved = displacement(probe, walk, 0.5).view(4, 8)
    assert torch.allclose(moved, generator.axes[2].double().expand(4, -1), atol=1e-6)
    assert row_effects(probe, walk, 1.0) == pytest.approx([0.25] * 4, abs=1e-4)
