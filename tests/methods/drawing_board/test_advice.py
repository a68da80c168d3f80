"""What is said of a drawing that a model will hardly learn: unlike all samples, or lines of another width."""

import pytest

from wend.methods.drawing_board.advice import THICKER, THINNER, UNLIKE, advice


def test_a_drawing_like_a_sample_is_warned_of_nothing() -> None:
    assert advice(0.9, 0.89, 0.04, 0.043, 256) is None
    # Where nobody knows what is usual, or how wide lines are, nothing is made up.
    assert advice(0.1, None, None, None, 256) is None


def test_what_no_sample_looks_like_is_told_with_numbers() -> None:
    told = advice(0.99 * UNLIKE * 0.89, 0.89, 0.04, 0.04, 256)
    assert told is not None
    assert told[0] == (
        "None of 256 samples looks like this sketch: the nearest matches 62%, where most samples match "
        "another by 89% or more."
    )
    assert advice(1.01 * UNLIKE * 0.89, 0.89, 0.04, 0.04, 256) is None


@pytest.mark.parametrize(("ratio", "pen"), [(1.01 * THICKER, "thinner"), (0.99 * THINNER, "thicker")])
def test_lines_of_another_width_are_told_with_the_way_out(ratio: float, pen: str) -> None:
    told = advice(0.9, 0.89, 0.04 * ratio, 0.04, 256)
    assert told is not None
    assert f"{ratio:.1f} times as thick" in told[0]
    assert f"a {pen} pen" in told[1]
