"""Owner of softening."""

import pytest
import torch

from wend.methods.sketch.softening import softened

SIDE = 64


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(3)


def test_a_line_grows_soft_by_as_much_as_was_asked_and_keeps_its_ink() -> None:
    maps = torch.zeros(200, 1, SIDE, SIDE)
    maps[:, :, :, SIDE // 2] = 1.0
    soft = softened(maps, 0.04, rng())
    across = soft[:, 0, SIDE // 2]
    assert torch.allclose(across.sum(dim=1), torch.ones(200), atol=1e-4)
    places = torch.arange(SIDE) - SIDE // 2
    sds = (across * places.square()).sum(dim=1).sqrt()
    assert sds.max().item() == pytest.approx(0.04 * SIDE, rel=0.05)
    assert 0.1 * 0.04 * SIDE < sds.min().item() < 0.3 * 0.04 * SIDE, "some are hardly touched"


def test_paper_stays_paper_up_to_the_edge_and_every_channel_is_its_own() -> None:
    assert torch.allclose(softened(torch.ones(2, 3, SIDE, SIDE), 0.03, rng()), torch.ones(()), atol=1e-5)
    maps = torch.zeros(1, 3, SIDE, SIDE)
    maps[0, 1] = 1.0
    assert softened(maps, 0.03, rng()).mean(dim=(0, 2, 3)).tolist() == pytest.approx(
        [0.0, 1.0, 0.0], abs=1e-5
    )


def test_gradients_reach_what_was_softened() -> None:
    maps = torch.rand(2, 1, 16, 16, requires_grad=True)
    softened(maps, 0.05, rng())[:, :, 8, 8].sum().backward()
    assert maps.grad is not None
    assert (maps.grad != 0.0).sum() > 2


def test_a_blur_as_wide_as_the_map_is_cut_at_its_edges() -> None:
    assert softened(torch.rand(1, 1, 8, 8), 1.0, rng()).shape == (1, 1, 8, 8)
