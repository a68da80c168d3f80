"""The digits world: every digit is another one, upright with a bias, turned and moved as its factors say."""

import math

import pytest
import torch
from torch import Tensor

from wend.worlds.digits import CLASSES, STROKES, Digits
from wend.worlds.registry import open_world
from wend.worlds.world import class_names, draw

WORLD = Digits()


def _ink(**values: float) -> Tensor:
    """One picture in 0..1, [84, 84]."""
    given = {name: torch.tensor([value]) for name, value in values.items()}
    return (WORLD.render(given, 84).images[0, 0] + 1.0) / 2.0


def test_shapes_and_range() -> None:
    scene = draw(WORLD, 30, seed=0, size=28)
    assert scene.images.shape == (30, 3, 28, 28)
    assert scene.labels.shape == (30, 28, 28)
    assert scene.lines.shape == (30, 1, 28, 28)
    assert float(scene.images.min()) == -1.0
    assert float(scene.images.max()) <= 1.0
    assert class_names(WORLD) == CLASSES
    assert len(STROKES) == len(CLASSES)


def test_ten_digits_that_differ() -> None:
    each = WORLD.render({"digit": torch.arange(10.0)}, 28)
    ink = (each.images[:, 0] + 1.0) / 2.0
    apart = (ink[:, None] - ink[None]).abs().mean(dim=(2, 3)) + torch.eye(10)
    assert float(apart.min()) > 0.03
    # Strokes of a pen: between a twentieth and a third of the picture.
    covered = ink.mean(dim=(1, 2))
    assert 0.05 < float(covered.min()) < float(covered.max()) < 0.33
    assert torch.equal(each.labels > 0, ink > 0.5 * float(ink.max()))


def test_its_bias_is_to_stand_upright() -> None:
    tilt = draw(WORLD, 2000, seed=1, size=8).factors["tilt"]
    assert float(tilt.std()) == pytest.approx(4.0, rel=0.05)
    assert float((tilt.abs() > 15.0).float().mean()) < 0.002
    wide = open_world("digits:tilt.sd=3x")
    assert float(draw(wide, 2000, seed=1, size=8).factors["tilt"].std()) == pytest.approx(12.0, rel=0.05)


def test_tilt_turns_clockwise_by_degrees() -> None:
    upright = {"digit": 1.0, "slant": 0.0, "bend": 0.0}

    def angle(tilt: float) -> float:
        ink = _ink(tilt=tilt, **upright)
        axis = torch.arange(84.0)
        x, y = axis[None, :].expand(84, -1), axis[:, None].expand(-1, 84)
        mass = ink.sum()
        dx, dy = x - (ink * x).sum() / mass, y - (ink * y).sum() / mass
        xx, yy, xy = ((ink * p).sum() / mass for p in (dx * dx, dy * dy, dx * dy))
        return math.degrees(0.5 * math.atan2(float(2.0 * xy), float(yy - xx)))

    # The long axis of a one, counted from the vertical; its top goes right when it turns clockwise.
    assert angle(20.0) - angle(0.0) == pytest.approx(-20.0, abs=0.7)
    assert angle(-20.0) - angle(0.0) == pytest.approx(20.0, abs=0.7)


def test_position_size_and_pen() -> None:
    def centre(ink: Tensor) -> tuple[float, float]:
        axis = (torch.arange(84.0) + 0.5) / 84.0
        mass = float(ink.sum())
        return float((ink.sum(0) * axis).sum()) / mass, float((ink.sum(1) * axis).sum()) / mass

    still = centre(_ink(digit=8.0))
    moved = centre(_ink(digit=8.0, x=0.1, y=-0.05))
    assert (moved[0] - still[0], moved[1] - still[1]) == pytest.approx((0.1, -0.05), abs=2e-3)
    zero = {"digit": 0.0, "slant": 0.0}
    heights = [int((_ink(scale=s, **zero) > 0.1).any(dim=1).sum()) for s in (0.7, 1.05)]
    assert heights[1] > 1.3 * heights[0]
    assert float(_ink(width=0.12, **zero).sum()) == pytest.approx(
        2.0 * float(_ink(width=0.06, **zero).sum()), rel=0.03
    )
    assert float(_ink(ink=0.6, **zero).max()) == pytest.approx(0.6, abs=1e-5)


def test_gradients_reach_every_factor_but_the_digit() -> None:
    for factor in WORLD.factors[1:]:
        value = torch.tensor([factor.moments()[0]], requires_grad=True)
        image = WORLD.render({"digit": torch.tensor([2.0]), factor.name: value}, 28).images
        (gradient,) = torch.autograd.grad((image * torch.randn(28, 28)).sum(), value)
        assert torch.isfinite(gradient).all()
        assert gradient.abs() > 0.0, factor.name
