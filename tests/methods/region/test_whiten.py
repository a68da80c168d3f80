"""Whitened numbers: a quadratic of known curvature is round in them, and slopes are the correction's."""

import torch

from wend.methods.region.whiten import Whitening

AXES = torch.diag(torch.tensor([4.0, 2.0, 1.0]))
GROUPS = ((1, 3), (3, 4))
CURVATURE = torch.tensor(
    [[8.0, 2.0, 0.0, 0.0], [2.0, 4.0, 0.0, 0.0], [0.0, 0.0, 16.0, 0.0], [0.0, 0.0, 0.0, 1.0]],
    dtype=torch.float64,
)


def whitening() -> Whitening:
    return Whitening.of(CURVATURE, AXES, GROUPS, num_ws=4, ridge=1e-9)


def test_ranges_are_round() -> None:
    white = whitening()
    x = torch.zeros(len(white), dtype=torch.float64)
    x[:4] = torch.tensor([1.0, -2.0, 0.5, 3.0])
    rows = white.correction(x).reshape(4, 3)
    torch.testing.assert_close(rows[1], rows[2])
    moved = torch.cat([rows[1, :2], rows[3, :2]])
    torch.testing.assert_close(moved @ CURVATURE @ moved, x @ x)


def test_rows_share_their_range_and_axes_behind_the_known_are_as_their_length() -> None:
    scale = whitening().scale
    assert torch.equal(scale[0], torch.zeros(3, dtype=torch.float64))
    torch.testing.assert_close(scale[1], scale[2])
    # The known axes have 8 / 16 and 4 / 4 for their squared lengths: 0.75 for the third's, which is 1.
    curved = torch.tensor([8.0, 4.0, 0.75], dtype=torch.float64) / 2.0
    torch.testing.assert_close(scale[1], curved.rsqrt())


def test_the_slope_is_the_adjoint_of_the_correction() -> None:
    white = whitening()
    numbers = torch.Generator().manual_seed(0)
    x = torch.randn(len(white), generator=numbers, dtype=torch.float64)
    slope = torch.randn(12, generator=numbers, dtype=torch.float64)
    torch.testing.assert_close(slope @ white.correction(x), white.slope(slope) @ x)
