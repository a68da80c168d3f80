"""Path plane: a chain of latents seen in two dimensions, by principal components, or by UMAP where it is."""

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

_UMAP_SEED = 42
_FEWEST = 4
"""Points that UMAP's spectral start can lay out in a plane; fewer end in an error of its own."""


@dataclass(frozen=True)
class PathPlane:
    """Points [n, 2] in chain order, `origin` (x, y) of the picture itself where the plane has it, and the
    share of the chain's variance that the plane shows, None where that has no meaning."""

    name: str
    points: Tensor
    origin: tuple[float, float] | None
    share: float | None


def principal_plane(displacements: Tensor) -> PathPlane:
    """Displacements float [n, ...], flattened, along their two leading principal components."""
    flat = displacements.flatten(1).double()
    mean = flat.mean(dim=0)
    _, values, axes = torch.linalg.svd(flat - mean, full_matrices=False)
    axes = axes[:2]
    # Signs of components are a matter of chance; the chain goes to the right, and begins low.
    points = (flat - mean) @ axes.T
    signs = torch.where(points[-1] >= points[0], 1.0, -1.0).double()
    origin = (-mean @ axes.T) * signs
    total = float(values.square().sum())
    share = float(values[:2].square().sum()) / total if total > 0.0 else None
    return PathPlane("PCA", points * signs, (float(origin[0]), float(origin[-1])), share)


def open_umap() -> ModuleType | None:
    """The package, where it is installed."""
    return None if importlib.util.find_spec("umap") is None else importlib.import_module("umap")


def neighbour_plane(
    displacements: Tensor,
    umap: Callable[[], Any] = open_umap,  # Any: it has no types
) -> PathPlane | None:
    """The same by UMAP with its defaults and random state 42; None where it is not installed, and for fewer
    points than it takes.

    Source: Yang, Rokeby and Snelgrove, 2020, released code.
    """
    flat = displacements.flatten(1).numpy()
    package = umap() if len(flat) >= _FEWEST else None
    if package is None:
        return None
    # With a random state it has one thread, and warns of any other number.
    neighbours = min(15, len(flat) - 1)
    found = package.UMAP(random_state=_UMAP_SEED, n_neighbors=neighbours, n_jobs=1).fit_transform(flat)
    return PathPlane("UMAP", torch.from_numpy(found).double(), None, None)
