"""Wobble: the same drawing, unsteady."""

import torch

from wend.imaging.wobble import wobbly
from wend.measure.line_score import f_scores


def _box() -> torch.Tensor:
    ink = torch.zeros(2, 1, 64, 64)
    ink[:, :, 16:48, 16:18] = ink[:, :, 16:48, 46:48] = 1.0
    ink[:, :, 16:18, 16:48] = ink[:, :, 46:48, 16:48] = 1.0
    return ink


def test_lines_are_bent_and_broken_but_stay_near() -> None:
    ink = _box()
    bent = wobbly(ink, 3)
    assert bent.shape == ink.shape
    assert float(bent.min()) >= 0.0
    assert float(bent.max()) <= 1.0
    assert not torch.equal(bent[0], bent[1])
    assert 0.5 * float(ink.sum()) < float(bent.sum()) < float(ink.sum())
    assert float(f_scores(ink, bent, 4).diagonal().min()) > 0.9
    assert float(f_scores(ink, bent, 1).diagonal().max()) < 0.95


def test_a_drawing_depends_on_seed_and_number_alone() -> None:
    ink = _box()
    assert torch.equal(wobbly(ink, 3)[:1], wobbly(ink[:1], 3))
    assert not torch.equal(wobbly(ink, 3), wobbly(ink, 4))


def test_no_bend_and_no_gap_leave_it_alone() -> None:
    assert torch.allclose(wobbly(_box(), 1, 0.0, 0.0), _box(), atol=1e-5)


def test_white_paper_stays_white() -> None:
    assert float(wobbly(torch.zeros(1, 1, 32, 32), 0).abs().max()) == 0.0
