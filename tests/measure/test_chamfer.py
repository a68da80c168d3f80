"""Chamfer: distances of lines, and the samples picked by them."""

import math

import pytest
import torch

from wend.measure.chamfer import chamfer, nearest


def _line(column: int) -> torch.Tensor:
    ink = torch.zeros(1, 1, 16, 16)
    ink[..., column] = 1.0
    return ink


def test_parallel_lines_are_as_far_as_they_lie_apart() -> None:
    drawings = torch.cat([_line(3), _line(8)])
    assert chamfer(drawings, _line(3))[:, 0].tolist() == pytest.approx([0.0, 5.0])


def test_both_ways_count() -> None:
    both = torch.maximum(_line(3), _line(8))
    assert float(chamfer(both, _line(3))) == pytest.approx(0.5 * (2.5 + 0.0))


def test_a_blank_drawing_is_a_diagonal_away() -> None:
    blank = torch.zeros(1, 1, 16, 16)
    assert float(chamfer(blank, _line(3))) == pytest.approx(math.hypot(16, 16))


def test_the_nearest_to_any_sketch_are_picked_nearest_first() -> None:
    pool = torch.cat([_line(k) for k in (0, 5, 9, 14)])
    assert nearest(pool, torch.cat([_line(9), _line(4)]), 2, chunk=3).tolist() == [2, 1]
