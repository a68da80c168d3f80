"""Place: an edited picture is brought to where it belongs, and its edit is told wherever a thing stands."""

import pytest
import torch
from torch import Tensor

from wend.methods.factor.along import nearest
from wend.methods.factor.edits import FACTOR_EDITS, scale
from wend.methods.factor.loss import BlurredLoss, gaussian, sigma_at
from wend.methods.factor.place import placed
from wend.worlds.disc import Disc

_SIDE = 32
_STRENGTHS = (-0.36, -0.24, -0.12, 0.0, 0.12, 0.24, 0.36)


def _disc(x: float, size: float) -> Tensor:
    values = {"x": x, "y": -0.05, "size": size, "brightness": 0.8}
    return Disc().render({name: torch.tensor([value]) for name, value in values.items()}, _SIDE).images


def _told(x: float, times: float, is_placed: bool) -> float:
    """The strength of the edit of a disc that it looks most like when it has grown where it stands."""
    grown = _disc(x, 0.14 * times)
    edited = [scale(_disc(x, 0.14), t) for t in _STRENGTHS]
    target, mask = (torch.cat(parts) for parts in zip(*edited, strict=True))
    if is_placed:
        target, mask = placed(grown, target, mask)
    loss = BlurredLoss(gaussian(sigma_at(_SIDE)))
    return nearest(_STRENGTHS, loss(grown.expand(len(target), -1, -1, -1), target, mask).tolist())


def test_a_disc_is_moved_to_the_other() -> None:
    target = torch.cat([_disc(0.1, 0.14), _disc(-0.05, 0.14)])
    moved, mask = placed(_disc(0.0, 0.14), target, torch.ones_like(target))
    assert (moved - _disc(0.0, 0.14)).abs()[mask > 0.999].max() < 0.12
    assert (target - _disc(0.0, 0.14)).abs().amax(dim=(1, 2, 3)).min() > 0.5
    # What comes in from beyond the border is hidden.
    assert mask[0, 0, 16, -1] == 0.0
    assert mask[1, 0, 16, 0] == 0.0


@pytest.mark.parametrize("times", [0.8, 1.2])
def test_growth_is_told_wherever_a_disc_stands(times: float) -> None:
    middle = _told(0.0, times, is_placed=True)
    assert middle == pytest.approx(times - 1.0, abs=0.03)
    assert _told(0.14, times, is_placed=True) == pytest.approx(middle, abs=0.03)
    assert abs(_told(0.14, times, is_placed=False)) < 0.8 * abs(middle)


def test_a_plain_picture_stays() -> None:
    plain = torch.zeros(1, 3, _SIDE, _SIDE)
    moved, mask = placed(plain + 0.5, plain, torch.ones_like(plain))
    assert torch.equal(moved, plain)
    assert torch.equal(mask, torch.ones_like(plain))


def test_which_edits_are_about_the_middle() -> None:
    assert {name for name, edit in FACTOR_EDITS.items() if edit.is_about_middle} == {
        "scale",
        "rotate2d",
        "rotate3d",
    }
