"""Shares told by hand, and curvature felt where every derivative is known."""

import math

import pytest
import torch
from torch import Tensor

from tests.methods.linear_generator import SIDE, LinearGenerator
from wend.measure.slices import finish
from wend.methods.still.felt import felt
from wend.methods.still.scene import StillScene
from wend.methods.still.share import SLIGHT, StillShare

STEP = 1.0 / 127.5
AIM = 0.25


@pytest.fixture
def scene() -> StillScene:
    """The upper half is to stay."""
    axes = torch.eye(2)
    generator = LinearGenerator(axes, torch.ones(2), torch.ones(4, 2))
    mask = torch.zeros(SIDE, SIDE)
    mask[: SIDE // 2] = 1.0
    ws = generator.w_avg.expand(1, 4, 2).clone()
    return StillScene(generator, ws, None, axes, 4, torch.zeros(1, 3, SIDE, SIDE), mask)


def halves(upper: float, lower: float) -> Tensor:
    """A picture changed by so many 8-bit steps."""
    rows = torch.tensor([upper, lower]).repeat_interleave(SIDE // 2)
    return (STEP * rows)[None, None, :, None].expand(1, 3, SIDE, SIDE).clone()


def test_the_edits_alone_leave_all_and_differ_in_nothing(scene: StillScene) -> None:
    share = StillShare(scene, halves(20.0, 40.0), 20.0, 1.0, AIM)
    whole = (math.hypot(1.0, SLIGHT) - SLIGHT) / AIM
    assert float(share(halves(20.0, 40.0))) == pytest.approx(whole, rel=1e-4)


def test_nothing_moved_is_all_of_the_rest(scene: StillScene) -> None:
    share = StillShare(scene, halves(20.0, 40.0), 20.0, 0.7, AIM)
    assert float(share(halves(0.0, 0.0))) == pytest.approx(0.7, rel=1e-4)
    assert float(share(halves(0.0, 20.0))) == pytest.approx(0.7 / 4.0, rel=1e-4)


def test_shares_know_no_unit(scene: StillScene) -> None:
    large = StillShare(scene, halves(20.0, 40.0), 20.0, 1.0, AIM)(halves(5.0, 30.0))
    small = StillShare(scene, halves(2.0, 4.0), 2.0, 1.0, AIM)(halves(0.5, 3.0))
    assert float(small) == pytest.approx(float(large), rel=1e-4)


def test_the_curvature_that_probes_feel_is_that_of_the_rows(scene: StillScene) -> None:
    curved = torch.full((SIDE, SIDE), 2.0)
    curved[SIDE // 2 :] = 8.0
    with torch.no_grad():
        found = finish(felt(scene, scene.ws, curved, probes=200)).reshape(4, 2)
    generator = scene.generator
    assert isinstance(generator, LinearGenerator)
    # The mean of both axes, which lie beside each other.
    band = float(generator.patterns.square().sum(dim=(1, 2, 3)).mean())
    expected = torch.tensor([2.0, 2.0, 8.0, 8.0], dtype=torch.float64)[:, None].expand(4, 2) * band
    torch.testing.assert_close(found, expected, rtol=0.2, atol=0.0)
