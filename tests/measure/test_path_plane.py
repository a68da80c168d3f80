"""Chains in two dimensions: lengths in a plane are kept, and the drawing shows every frame."""

import importlib.util

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from wend.measure.path_plane import neighbour_plane, principal_plane
from wend.measure.report.path_picture import draw_path


def _arc(frames: int = 9) -> torch.Tensor:
    turns = torch.linspace(0.0, 3.0, frames)
    plane = torch.linalg.qr(torch.randn(40, 2, generator=torch.Generator().manual_seed(1))).Q
    circle = torch.stack([turns.cos(), turns.sin()], dim=1)
    arc: torch.Tensor = (circle * 2.0 @ plane.T).view(frames, 4, 10)
    return arc


def test_a_chain_that_lies_in_a_plane_is_seen_whole() -> None:
    chain = _arc()
    found = principal_plane(chain)
    assert found.share == pytest.approx(1.0, abs=1e-6)
    flat = chain.flatten(1).double()
    assert torch.allclose(torch.cdist(found.points, found.points), torch.cdist(flat, flat), atol=1e-5)
    assert found.origin is not None
    # All frames lie two from the picture itself.
    away = (found.points - torch.tensor(found.origin)).norm(dim=1)
    assert away.tolist() == pytest.approx([2.0] * 9, abs=1e-5)
    assert float(found.points[-1, 0]) >= float(found.points[0, 0])


def test_two_frames_and_a_standing_chain_have_a_plane() -> None:
    assert principal_plane(_arc(2)).points.shape[0] == 2
    still = principal_plane(torch.zeros(5, 3, 4))
    assert still.share is None
    assert bool(torch.isfinite(still.points).all())


@pytest.mark.parametrize("frames", [2, 3, 9, 40])
def test_the_drawing_shows_every_frame_as_a_point(frames: int) -> None:
    chain = _arc(frames)
    svg = draw_path(principal_plane(chain), torch.zeros(frames, 32, 32, 3, dtype=torch.uint8))
    assert svg.startswith("<svg")
    assert svg.count("<circle") == frames + 1
    assert svg.count("<image") == min(frames, 7)
    assert "the picture" in svg
    assert "nan" not in svg


@pytest.mark.skipif(importlib.util.find_spec("umap") is not None, reason="UMAP is installed here")
def test_without_umap_there_is_no_such_plane() -> None:
    assert neighbour_plane(_arc()) is None


class Package:
    """What of UMAP is used: it keeps what it was told, and drops all but two numbers of a point."""

    def __init__(self) -> None:
        self.told: dict[str, int] = {}

    def UMAP(self, **told: int) -> "Package":  # noqa: N802 - its name
        self.told = told
        return self

    def fit_transform(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        return points[:, :2]


@pytest.mark.parametrize(("frames", "neighbours"), [(4, 3), (9, 8), (36, 15)])
def test_umap_has_its_defaults_and_the_published_seed(frames: int, neighbours: int) -> None:
    package = Package()
    found = neighbour_plane(_arc(frames), lambda: package)
    assert package.told == {"random_state": 42, "n_neighbors": neighbours, "n_jobs": 1}
    assert found is not None
    assert (found.name, found.points.shape, found.origin, found.share) == ("UMAP", (frames, 2), None, None)
    assert draw_path(found, torch.zeros(frames, 32, 32, 3, dtype=torch.uint8)).count("<circle") == frames


@pytest.mark.parametrize("frames", [2, 3])
def test_a_chain_too_short_for_umap_has_no_such_plane(frames: int) -> None:
    assert neighbour_plane(_arc(frames), Package) is None
