"""Continued: what is not known goes on as the picture ends; what is known keeps its bits."""

import torch

from wend.imaging.continued import continued


def test_a_side_that_came_in_goes_on_as_the_picture_ends() -> None:
    rows = torch.linspace(-1.0, 1.0, 8)[None, None, :, None].expand(1, 3, 8, 8).contiguous()
    known = torch.ones_like(rows)
    known[..., :3] = 0.0
    filled = continued(rows * known, known)
    assert torch.equal(filled[..., 3:], rows[..., 3:])
    # Each ring is the mean of what it touches: the inner rows go straight on.
    assert torch.allclose(filled[:, :, 3:5, :3], rows[:, :, 3:5, :3], atol=1e-6)
    assert float((filled - rows).abs().max()) < 0.35


def test_a_corner_is_filled_from_both_sides() -> None:
    images = torch.zeros(1, 1, 4, 4)
    images[..., 2:] = 1.0
    known = torch.ones_like(images)
    known[:, :, :2, 1:3] = 0.0
    filled = continued(images, known)
    assert bool((filled >= 0.0).all())
    assert bool((filled <= 1.0).all())
    assert 0.0 < float(filled[0, 0, 1, 1]) < 1.0


def test_where_nothing_or_all_is_known_nothing_changes() -> None:
    images = torch.rand(2, 3, 4, 4)
    assert torch.equal(continued(images, torch.ones_like(images)), images)
    assert torch.equal(continued(images, torch.zeros_like(images)), images)
