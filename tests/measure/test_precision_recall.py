"""Precision and recall on sets small enough to work out by hand."""

import numpy as np
import pytest

from wend.errors import InvalidInput, InvalidShape
from wend.measure.precision_recall import manifold_scores

LINE = np.array([[0.0], [1.0], [2.0], [3.0]])  # with k = 1 every ball has radius 1: the manifold is [-1, 4]


def test_known_values() -> None:
    # 4.5 and 10 lie outside the real manifold; the fake balls reach 2.5 around 2, 2.5 around 4.5, 5.5
    # around 10 and 1 around ... the neighbour of 1 is 2 at 1: fakes cover [0, 15.5], so every real.
    fake = np.array([[1.0], [2.0], [4.5], [10.0]])
    scores = manifold_scores(LINE, fake, k=1)
    assert scores.precision == 0.5
    assert scores.recall == 1.0
    # 1 lies in the balls of 0, 1, 2 and 2 in those of 1, 2, 3: six over k x four fakes.
    assert scores.density == 1.5
    # Each real's ball of radius 1 holds 1 or 2.
    assert scores.coverage == 1.0


def test_collapse_is_precise_and_recalls_little() -> None:
    fake = np.array([[1.0], [1.01], [1.02], [1.03]])
    scores = manifold_scores(LINE, fake, k=1)
    assert scores.precision == 1.0
    assert scores.recall == 0.25  # only the real at 1 lies within 0.01 of a fake
    assert scores.coverage == 0.75  # the ball around 3 reaches down to 2


def test_sets_that_never_meet() -> None:
    scores = manifold_scores(LINE, LINE + 100.0)
    assert (scores.precision, scores.recall, scores.density, scores.coverage) == (0.0, 0.0, 0.0, 0.0)


def test_a_set_and_its_copy() -> None:
    vectors = np.random.default_rng(0).normal(size=(50, 8)) + 1000.0
    scores = manifold_scores(vectors, vectors.copy())
    assert (scores.precision, scores.recall, scores.coverage) == (1.0, 1.0, 1.0)
    assert (scores.k, scores.count_real, scores.count_fake) == (3, 50, 50)


def test_copies_of_one_point_have_balls_of_no_size() -> None:
    same = np.full((5, 3), 7.3)
    assert manifold_scores(same, same).precision == 1.0
    assert manifold_scores(same, same + 0.01).precision == 0.0


@pytest.mark.parametrize("chunk", [1, 7, 64])
def test_chunks_change_nothing(chunk: int) -> None:
    rng = np.random.default_rng(1)
    real, fake = rng.normal(size=(60, 4)), 1.3 * rng.normal(size=(45, 4))
    assert manifold_scores(real, fake, chunk=chunk) == manifold_scores(real, fake)


def test_against_the_definition_written_out() -> None:
    rng = np.random.default_rng(2)
    real, fake = rng.normal(size=(40, 3)), rng.normal(size=(30, 3)) + 0.7

    def reach(points: np.ndarray) -> list[float]:
        return [sorted(float(np.linalg.norm(p - q)) for q in points)[3] for p in points]

    real_reach, fake_reach = reach(real), reach(fake)
    inside = [any(np.linalg.norm(f - r) <= d for r, d in zip(real, real_reach, strict=True)) for f in fake]
    found = [any(np.linalg.norm(f - r) <= d for f, d in zip(fake, fake_reach, strict=True)) for r in real]
    scores = manifold_scores(real, fake)
    assert scores.precision == pytest.approx(np.mean(inside))
    assert scores.recall == pytest.approx(np.mean(found))


def test_what_cannot_be_compared() -> None:
    with pytest.raises(InvalidShape):
        manifold_scores(np.zeros((5, 2)), np.zeros((5, 3)))
    with pytest.raises(InvalidInput, match="k = 3"):
        manifold_scores(np.zeros((3, 2)), np.zeros((5, 2)))
