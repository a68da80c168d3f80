"""Smoothness on paths whose every step is known."""

import pytest
import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.measure.slices import finish
from wend.measure.smoothness import path_length, slerp, step_lengths


class SquaredDistance:
    """Mean squared pixel difference: grows with the square of a small change."""

    def map(self, a: Tensor, b: Tensor) -> Tensor:
        return (a - b).square().mean(dim=1)

    def distance(self, a: Tensor, b: Tensor) -> Tensor:
        return self.map(a, b).mean(dim=(1, 2))


def _path(*levels: float) -> Tensor:
    return torch.tensor(levels).view(1, -1, 1, 1, 1).expand(1, len(levels), 3, 4, 4)


def test_even_steps() -> None:
    found = step_lengths(_path(0.0, 0.25, 0.5, 0.75), SquaredDistance())
    assert found.lengths == pytest.approx((0.0625,) * 3)
    assert found.unevenness == pytest.approx(0.0)
    assert found.longest == pytest.approx(1.0 / 3.0)


def test_a_jump() -> None:
    found = step_lengths(_path(0.0, 0.0, 1.0, 1.0), SquaredDistance())
    assert found.lengths == pytest.approx((0.0, 1.0, 0.0))
    assert found.longest == pytest.approx(1.0)
    assert found.unevenness == pytest.approx(2.0**0.5)  # sd sqrt(2) / 3 over mean 1 / 3


def test_averages_over_paths() -> None:
    paths = torch.cat([_path(0.0, 0.25, 0.5), _path(0.0, 0.0, 1.0)])
    found = step_lengths(paths, SquaredDistance())
    assert found.paths == 2
    assert found.lengths == pytest.approx((0.03125, 0.53125))
    assert found.spreads == pytest.approx((0.03125, 0.46875))
    assert found.unevenness == pytest.approx(0.5)
    assert found.table().rows[1] == pytest.approx((2, 0.53125, 0.46875))


def test_paths_that_are_none() -> None:
    with pytest.raises(InvalidInput, match="three pictures"):
        step_lengths(_path(0.0, 1.0), SquaredDistance())
    with pytest.raises(InvalidInput, match="Nothing changes"):
        step_lengths(_path(1.0, 1.0, 1.0), SquaredDistance())


def _draw(latents: Tensor) -> Tensor:
    """Every pixel is the first coordinate."""
    return latents[:, :1, None, None].expand(-1, 3, 2, 2)


def test_path_length_of_straight_lines_is_their_squared_length() -> None:
    starts = torch.zeros(40, 2, dtype=torch.float64)
    ends = torch.tensor([[3.0, 7.0]], dtype=torch.float64).expand(40, 2)
    found = finish(path_length(_draw, starts, ends, SquaredDistance(), "w", epsilon=1e-3))
    assert found.mean == pytest.approx(9.0)
    assert found.standard_error == pytest.approx(0.0, abs=1e-6)
    assert found.count == 40


def test_path_length_on_the_sphere() -> None:
    # From (1, 0) to (0, 1): the first coordinate is cos(pi t / 2), so the squared speed averages pi^2 / 8.
    starts = torch.tensor([[1.0, 0.0]], dtype=torch.float64).expand(4000, 2)
    ends = torch.tensor([[0.0, 5.0]], dtype=torch.float64).expand(4000, 2)
    found = finish(path_length(_draw, starts, ends, SquaredDistance(), "z", epsilon=1e-4, chunk=500))
    assert found.untrimmed_mean == pytest.approx(torch.pi**2 / 8.0, rel=0.05)
    assert found.standard_error > 0.0


def test_path_length_wants_pairs() -> None:
    with pytest.raises(InvalidInput, match="two pairs"):
        finish(path_length(_draw, torch.zeros(1, 2), torch.zeros(1, 2), SquaredDistance(), "w"))


def test_slerp() -> None:
    a, b = torch.tensor([[2.0, 0.0]]), torch.tensor([[0.0, 3.0]])
    half = slerp(a, b, torch.tensor([[0.5]]))
    assert torch.allclose(half, torch.full((1, 2), 0.5**0.5))
    assert torch.allclose(slerp(a, a, torch.tensor([[0.7]])), torch.tensor([[1.0, 0.0]]))
