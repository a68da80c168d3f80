"""Class areas: known areas give known distances, differences and ranks."""

import numpy as np
import pytest

from wend.errors import InvalidInput
from wend.measure.area_tally import AreaTally
from wend.measure.class_areas import compare_areas
from wend.measure.label_areas import LabelAreas

NAMES = ("sky", "tree", "cow", "car", "ghost")


def tally(shares: np.ndarray) -> AreaTally:
    result = AreaTally(NAMES)
    result.add(LabelAreas(shares, np.sqrt(shares)))
    return result


def real(count: int = 60) -> np.ndarray:
    shares = np.random.RandomState(0).dirichlet((8.0, 4.0, 2.0, 1.0), count)
    return np.concatenate([shares, np.zeros((count, 1))], axis=1)


def test_a_set_against_itself_differs_in_nothing() -> None:
    same = compare_areas(tally(real()), tally(real()))
    assert same.fsd.total == pytest.approx(0.0, abs=1e-6)
    assert [row.relative for row in same.classes] == pytest.approx([0.0, 0.0, 0.0, 0.0, None])
    assert [row.name for row in same.classes] == list(NAMES)


def test_fsd_has_two_parts_in_percent_squared_and_is_symmetric() -> None:
    shares = real()
    moved = shares.copy()
    moved[:, 0], moved[:, 1] = shares[:, 0] - 0.01, shares[:, 1] + 0.01
    there = compare_areas(tally(shares), tally(moved)).fsd
    # One percent of area from one class to another, twice squared; the spread is as it was.
    assert there.mean_part == pytest.approx(2.0)
    assert there.covariance_part == pytest.approx(0.0, abs=1e-6)
    assert there.total == pytest.approx(there.mean_part + there.covariance_part)
    back = compare_areas(tally(moved), tally(shares)).fsd
    assert back.total == pytest.approx(there.total)


def test_fsd_is_the_closed_form_of_diagonal_covariances() -> None:
    signs = np.array([[a, b] for a in (-1.0, 1.0) for b in (-1.0, 1.0)])

    def squares(x: float, y: float) -> AreaTally:
        shares = np.zeros((4, 5))
        shares[:, 0], shares[:, 1] = 0.3 + x * signs[:, 0], 0.2 + y * signs[:, 1]
        return tally(shares)

    found = compare_areas(squares(0.1, 0.02), squares(0.05, 0.08)).fsd
    # Standard deviations in percent; the divisor is N - 1.
    scale = 100.0 * np.sqrt(4 / 3)
    assert found.total == pytest.approx((scale * 0.05) ** 2 + (scale * 0.06) ** 2)


def test_a_class_that_is_gone_is_the_most_lost() -> None:
    shares = real()
    without = shares.copy()
    without[:, 0] += without[:, 3]
    without[:, 3] = 0.0
    found = compare_areas(tally(shares), tally(without))
    first = found.ranked()[0]
    assert (first.name, first.relative, first.model_frequency) == ("car", -1.0, 0.0)
    # None in 60 pictures may yet be 3 in 60; it is in all that are real.
    assert first.low == -1.0
    assert first.high == pytest.approx(-1.0 + 3.0 / 60.0)
    assert first.is_lost
    assert not next(row for row in found.classes if row.name == "tree").is_lost
    # The smallest class is lost, the largest gained, and the two between tie.
    assert found.correlations.area == pytest.approx(-4.5 / np.sqrt(5.0 * 4.5))
    assert found.correlations.classes == 4


def test_of_a_class_too_small_to_count_nothing_is_sure() -> None:
    speck = real()
    speck[:, 4] = 1e-4
    row = {row.name: row for row in compare_areas(tally(speck), tally(real())).classes}["ghost"]
    assert row.relative == -1.0
    assert (row.low, row.high) == (None, None)
    assert not row.is_lost


def test_what_is_nowhere_real_has_no_relative_difference() -> None:
    shares = real()
    haunted = shares.copy()
    haunted[:, 0] -= 0.01
    haunted[:, 4] += 0.01
    ghost = compare_areas(tally(shares), tally(haunted)).classes[-1]
    assert (ghost.name, ghost.relative, ghost.high, ghost.is_lost) == ("ghost", None, None, False)
    assert ghost.model == pytest.approx(1.0)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.RandomState(3)
    held = 0
    for _ in range(200):
        sides = [rng.dirichlet((6.0, 3.0, 2.0, 2.0, 2.0), 40) for _ in range(2)]
        row = next(r for r in compare_areas(tally(sides[0]), tally(sides[1])).classes if r.name == "cow")
        assert row.low is not None
        assert row.high is not None
        held += row.low <= 0.0 <= row.high
    assert 180 <= held <= 199


def test_singular_covariances_are_no_error() -> None:
    assert compare_areas(tally(real(4)), tally(real(5))).fsd.total > 0.0


def test_too_few_for_a_covariance() -> None:
    with pytest.raises(InvalidInput, match="3 generated pictures"):
        compare_areas(tally(real()), tally(real(3)))


def test_the_table_has_a_row_per_class() -> None:
    table = compare_areas(tally(real()), tally(real())).table()
    assert [row[0] for row in table.rows] == list(NAMES)
    assert len(table.columns) == len(table.rows[0]) == 10
