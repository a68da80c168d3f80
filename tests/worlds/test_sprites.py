"""The sprite worlds: the published grid to the number, shapes that are what they are called."""

import math

import numpy as np
import pytest
import torch

from wend.worlds.sprites import (
    ELLIPSE_RX,
    ELLIPSE_RY,
    GRID,
    GRID_COUNT,
    HEART_HALF,
    SQUARE_HALF,
    Sprites,
    SpritesColor,
    draw_grid,
    grid_classes,
    grid_factors,
    grid_index,
    published_latents,
)
from wend.worlds.world import class_names, draw, sample_factors

WORLD = Sprites()


def _one(**values: float) -> dict[str, torch.Tensor]:
    rest = {"shape": 0.0, "scale": 1.0, "orientation": 0.0, "x": 0.5, "y": 0.5}
    return {name: torch.tensor([value]) for name, value in (rest | values).items()}


def test_the_grid_is_the_published_one() -> None:
    assert GRID_COUNT == 737_280
    index = np.array([0, 1, 32, 1024, 40 * 1024, 245_760, GRID_COUNT - 1])
    assert grid_classes(index).tolist() == [
        [0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 1],
        [0, 0, 0, 0, 1, 0],
        [0, 0, 0, 1, 0, 0],
        [0, 0, 1, 0, 0, 0],
        [0, 1, 0, 0, 0, 0],
        [0, 2, 5, 39, 31, 31],
    ]
    assert grid_index(grid_classes(index)).tolist() == index.tolist()
    last = published_latents(index[-1:])[0]
    assert last.tolist() == pytest.approx([1.0, 3.0, 1.0, 2.0 * math.pi, 1.0, 1.0])
    assert published_latents(index[:1])[0].tolist() == [1.0, 1.0, 0.5, 0.0, 0.0, 0.0]
    factors = grid_factors(np.array([grid_index(np.array([[0, 1, 2, 13, 8, 31]]))[0]]))
    assert {k: v.item() for k, v in factors.items()} == pytest.approx(
        {"shape": 1.0, "scale": 0.7, "orientation": 120.0, "x": 8 / 31, "y": 1.0}
    )


def test_the_world_draws_from_the_grid() -> None:
    values = sample_factors(WORLD, 4000, seed=1)
    for factor, steps in zip(WORLD.factors, GRID[1:], strict=True):
        width = 1.0 if factor.is_discrete else (factor.high - factor.low) / (steps - 1)
        step = (values[factor.name] - factor.low) / width
        assert torch.allclose(step, step.round(), atol=1e-3), factor.name
        counts = torch.bincount(step.round().long(), minlength=steps)
        assert len(counts) == steps
        assert counts.min() > 0.6 * 4000 / steps, factor.name
        assert float(values[factor.name].std()) == pytest.approx(factor.moments()[1], rel=0.03)


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        (0, (2.0 * SQUARE_HALF) ** 2),
        (1, math.pi * ELLIPSE_RX * ELLIPSE_RY),
        # A square and two half discs on two of its sides.
        (2, (2.0 * HEART_HALF) ** 2 + math.pi * HEART_HALF**2),
    ],
)
def test_areas_are_those_of_the_shapes(shape: int, area: float) -> None:
    for scale, angle in ((1.0, 0.0), (0.7, 50.0)):
        scene = WORLD.render(_one(shape=float(shape), scale=scale, orientation=angle), 256)
        share = float((scene.images[0, 0] + 1.0).mean()) / 2.0
        assert share == pytest.approx(area * scale**2 / 4.0, rel=0.01)
        assert scene.labels.unique().tolist() == [0, shape + 1]


def test_position_orientation_and_which_way_is_up() -> None:
    def centre(**values: float) -> tuple[float, float]:
        mass = (WORLD.render(_one(**values), 64).images[0, 0] + 1.0) / 2.0
        axis = torch.arange(64) + 0.5
        x, y = (mass.sum(0) * axis).sum() / mass.sum(), (mass.sum(1) * axis).sum() / mass.sum()
        return float(x), float(y)

    assert centre(x=0.0, y=1.0) == pytest.approx((16.0, 48.0), abs=0.02)
    assert centre(shape=1.0, x=1.0, y=0.0) == pytest.approx((48.0, 16.0), abs=0.02)
    # An ellipse is wide; turned a quarter it is tall. A heart stands on its tip, and turns clockwise.
    wide = WORLD.render(_one(shape=1.0), 64).labels[0]
    tall = WORLD.render(_one(shape=1.0, orientation=90.0), 64).labels[0]
    assert torch.equal(wide, tall.T)
    heart = WORLD.render(_one(shape=2.0), 64).labels[0] > 0
    widths = heart.sum(dim=1)
    rows = torch.where(widths > 0)[0]
    assert widths[rows[2]] > 3 * widths[rows[-2]]
    left = WORLD.render(_one(shape=2.0, orientation=90.0), 64).labels[0] > 0
    columns = torch.where(left.any(dim=0))[0]
    assert left[:, columns[1]].sum() < left[:, columns[-2]].sum()


def test_no_sprite_is_cut_off() -> None:
    ends = [float(k) for k in (0, 1)]
    for shape in range(3):
        for x in ends:
            angles = torch.arange(0.0, 360.0, 30.0)
            values = {k: v.expand(len(angles)) for k, v in _one(shape=float(shape), x=x, y=1.0 - x).items()}
            labels = WORLD.render({**values, "orientation": angles}, 64).labels
            assert int(labels[:, [0, -1]].max()) == int(labels[:, :, [0, -1]].max()) == 0


def test_published_pictures_are_zeros_and_ones() -> None:
    index = np.array([0, 300_000, 700_000])
    pictures = draw_grid(index)
    assert pictures.shape == (3, 64, 64)
    assert np.unique(pictures).tolist() == [0, 1]
    # The first: the smallest square, upright, at the top left.
    side = round(SQUARE_HALF * 0.5 * 64)
    assert pictures[0].sum() == pytest.approx(side**2, abs=2 * side)
    assert pictures[0][16, 16] == 1
    soft = (WORLD.render(grid_factors(index), 64).images[:, 0] > 0.0).numpy()
    assert float((soft != pictures.astype(bool)).mean()) < 0.002


def test_in_color_with_classes() -> None:
    world = SpritesColor()
    assert class_names(world) == ("square", "ellipse", "heart")
    scene = draw(world, 12, seed=4, size=32)
    inside = scene.labels > 0
    assert torch.equal(scene.labels.flatten(1).amax(1).long(), scene.factors["shape"].long() + 1)
    grey = scene.images.mean(dim=1)
    for image, mask in zip(grey, inside, strict=True):
        assert float(image[mask].mean()) > float(image[~mask].mean()) + 0.4
    assert float(scene.lines.amax()) > 0.9


def test_gradient_in_every_number() -> None:
    world = SpritesColor()
    values = {k: v.double() for k, v in sample_factors(world, 3, seed=6).items()}
    values["shape"] = torch.tensor([0.0, 1.0, 2.0], dtype=torch.float64)
    names = [name for name in values if name != "shape"]
    leaves = [values[name].requires_grad_(True) for name in names]
    gradients = torch.autograd.grad(world.render(values, 32).images.square().sum(), leaves)
    for name, gradient in zip(names, gradients, strict=True):
        assert bool(torch.isfinite(gradient).all()), name
        assert bool((gradient.abs() > 0).any()), name
