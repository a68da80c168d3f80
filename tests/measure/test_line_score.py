"""F-score of drawings of a few strokes."""

import pytest
import torch

from wend.measure.line_score import LineScore, f_scores


def drawing(*points: tuple[int, int]) -> torch.Tensor:
    ink = torch.zeros(1, 1, 8, 8)
    for y, x in points:
        ink[0, 0, y, x] = 1.0
    return ink


def test_a_stroke_one_pixel_off_is_right_at_a_tolerance_of_one() -> None:
    truth, drawn = drawing((2, 2), (2, 3)), drawing((3, 2), (3, 3))
    near, exact = LineScore(1), LineScore(0)
    near.add(truth, drawn)
    exact.add(truth, drawn)
    assert near.f_score == 1.0
    assert exact.f_score == 0.0


def test_precision_and_recall_by_hand() -> None:
    score = LineScore(1)
    score.add(drawing((1, 1), (6, 6)), drawing((1, 2), (1, 6), (4, 4)))
    assert score.precision == pytest.approx(1.0 / 3.0)
    assert score.recall == pytest.approx(1.0 / 2.0)
    assert score.f_score == pytest.approx(0.4)


def test_faint_ink_is_no_ink() -> None:
    score = LineScore(1)
    score.add(0.4 * drawing((1, 1)), 0.4 * drawing((6, 6)))
    assert (score.precision, score.recall, score.f_score) == (1.0, 1.0, 1.0)


def test_a_missing_drawing_scores_nothing() -> None:
    score = LineScore(1)
    score.add(drawing((1, 1)), drawing())
    assert (score.recall, score.f_score) == (0.0, 0.0)


def test_pairs_score_as_they_do_alone() -> None:
    rng = torch.Generator().manual_seed(0)
    truths, drawings = (torch.rand(n, 1, 12, 12, generator=rng).pow(4) for n in (3, 4))
    truths[2] = 0.0
    scores = f_scores(truths, drawings)
    assert tuple(scores.shape) == (4, 3)
    for row, drawn in enumerate(drawings):
        for column, true in enumerate(truths):
            alone = LineScore()
            alone.add(true[None], drawn[None])
            assert scores[row, column].item() == pytest.approx(alone.f_score, abs=1e-6)
