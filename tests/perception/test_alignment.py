"""Cutting a face out upright, against the world that knows where it is."""

import torch
from torch import Tensor

from tests.perception.heads import CODE, WORLD
from wend.perception.alignment import Pose, cut_out, has_pose
from wend.perception.factor_code import FactorCode


def scene(**values: float) -> Tensor:
    with torch.no_grad():
        return WORLD.render({name: torch.tensor([value]) for name, value in values.items()}, 128).images


def pose(x: float = 0.0, y: float = 0.0, scale: float = 1.0, tilt: float = 0.0) -> Pose:
    return Pose(*(torch.tensor([v]) for v in (x, y, scale, tilt)))


def test_a_head_is_cut_out_alike_wherever_and_however_it_is() -> None:
    straight = cut_out(scene(), pose(), 48, 0.5)
    moved = scene(head_x=0.08, head_y=-0.05, head_scale=1.2, tilt=15.0)
    aligned = cut_out(moved, pose(0.08, -0.05, 1.2, 15.0), 48, 0.5)
    ignored = cut_out(moved, pose(), 48, 0.5)
    assert float((aligned - straight).abs().mean()) < 0.03
    assert float((ignored - straight).abs().mean()) > 0.2


def test_gradients_reach_the_pose() -> None:
    x = torch.tensor([0.01], requires_grad=True)
    one, zero = torch.ones(1), torch.zeros(1)
    cut_out(scene(), Pose(x, zero, one, zero), 32, 0.5).square().sum().backward()
    assert x.grad is not None
    assert float(x.grad.abs()) > 0


def test_a_wild_guess_is_kept_within_what_a_picture_can_show() -> None:
    wild = Pose.of({name: torch.tensor([1e6]) for name in ("head_x", "head_y", "head_scale", "tilt")})
    assert [float(v) for v in (wild.x, wild.y, wild.scale, wild.tilt)] == [
        float(torch.tensor(v)) for v in (0.3, 0.3, 1.5, 45.0)
    ]


def test_a_world_without_heads_has_no_pose() -> None:
    assert has_pose(CODE)
    assert not has_pose(FactorCode(CODE.attributes[1:], CODE.centers[1:], CODE.scales[1:], CODE.choices))
