"""The disc world is exact: what one measures in its pictures is what one put in."""

import math

import pytest
import torch

from wend.worlds.disc import EDGE, FACTORS, GROUND, Disc
from wend.worlds.world import draw, sample_factors

WORLD = Disc()


def _measured(images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Centroid x, y (shares of the side from the middle) and mass (share of the area times grey)."""
    mass = (images[:, 0] + 1.0) / 2.0 - GROUND
    size = images.shape[-1]
    axis = (torch.arange(size) + 0.5) / size - 0.5
    total = mass.sum(dim=(1, 2))
    x = (mass * axis[None, None]).sum(dim=(1, 2)) / total
    y = (mass * axis[None, :, None]).sum(dim=(1, 2)) / total
    return x, y, total / size**2


def test_draws_what_it_was_told() -> None:
    scene = draw(WORLD, 64, seed=1, size=32)
    x, y, mass = _measured(scene.images)
    assert torch.allclose(x, scene.factors["x"], atol=1e-3)
    assert torch.allclose(y, scene.factors["y"], atol=1e-3)
    # The integral of a logistic edge: pi (r^2 + (pi s)^2 / 3), lengths in half sides, area 4.
    radius = 2.0 * scene.factors["size"]
    area = math.pi * (radius**2 + (math.pi * EDGE) ** 2 / 3.0) / 4.0
    assert torch.allclose(mass, area * (scene.factors["brightness"] - GROUND), rtol=2e-3)


def test_labels_and_lines() -> None:
    scene = WORLD.render({"x": torch.tensor([0.1])}, 64)
    inside = scene.labels[0] == 1
    assert float(inside.float().mean()) == pytest.approx(math.pi * 0.14**2, rel=0.03)
    assert bool(inside[32, 38])
    assert not bool(inside[32, 10])
    assert float(scene.lines[0, 0][32, 38]) == 0.0
    assert float(scene.lines.max()) > 0.9


def test_ranges_keep_the_disc_inside() -> None:
    values = {f.name: torch.tensor([f.low, f.high]) for f in FACTORS}
    border = WORLD.render(values, 32).images[:, :, [0, -1]]
    assert float((border - (2.0 * GROUND - 1.0)).abs().max()) < 0.06


def test_gradient_is_that_of_the_formula() -> None:
    values = {k: v.double().requires_grad_(True) for k, v in sample_factors(WORLD, 2, seed=3).items()}
    names = list(values)

    def render(*leaves: torch.Tensor) -> torch.Tensor:
        return WORLD.render(dict(zip(names, leaves, strict=True)), 8).images

    assert torch.autograd.gradcheck(render, tuple(values.values()))
