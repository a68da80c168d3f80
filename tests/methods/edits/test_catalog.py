"""Edits: their units and scales, the laws of their draws, and one of a user's own."""

import math

import pytest
import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.methods.edits import picture as picture_edits
from wend.methods.edits.catalog import EDITS, PUBLISHED
from wend.methods.edits.edit import user_edit

IMAGES = 2.0 * torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0)) - 1.0


def _draws(name: str, count: int, reach: float) -> Tensor:
    """Float64 [count, S], one batch of one each."""
    rng = torch.Generator().manual_seed(1)
    return torch.cat([EDITS[name].draw(rng, 1, reach) for _ in range(count)])


def test_the_seven_are_there() -> None:
    assert PUBLISHED == ("shift_x", "shift_y", "zoom", "rotate2d", "rotate3d", "color", "colorlab")
    assert {name: edit.unit for name, edit in EDITS.items()} == {
        "shift_x": "px",
        "shift_y": "px",
        "zoom": "log2 x",
        "rotate2d": "degrees",
        "rotate3d": "degrees",
        "color": "of range",
        "colorlab": "of range",
        "luminance": "of range",
        "hue": "degrees",
    }


@pytest.mark.parametrize("side", [16, 64, 256])
@pytest.mark.parametrize("name", list(EDITS))
def test_something_is_left_at_the_most_that_may_be_asked(name: str, side: int) -> None:
    edit, images = EDITS[name], 0.5 * torch.ones(1, 3, side, side)
    most = edit.most_at(side)
    for alpha in (-most, most):
        _, mask = edit.along()(images, alpha)
        assert float(mask.sum()) > 0.0
    assert most >= edit.reach_at(side, is_published=True)
    assert most >= abs(edit.steps.size_at(side)) * edit.steps.count


def test_most_is_what_a_picture_holds() -> None:
    assert EDITS["shift_x"].most_at(64) == 63.0
    assert EDITS["zoom"].most_at(64) == 5.0
    assert EDITS["rotate2d"].most_at(64) == 180.0
    assert user_edit("dim", lambda images, alpha: images - alpha, 0.5).most_at(64) == 2.0
    with pytest.raises(InvalidInput, match="no pixel"):
        EDITS["zoom"].along()(IMAGES, 6.0)


@pytest.mark.parametrize("name", ["Dim", "dim-2", "\u00e9t\u00e9", "a" * 41, "2dim", ""])
def test_a_name_that_no_family_can_have_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be called"):
        user_edit(name, lambda images, alpha: images - alpha, 0.5)


def test_an_edit_that_ends_the_program_is_told() -> None:
    def leave(images: Tensor, alpha: float) -> Tensor:
        raise SystemExit(3)

    with pytest.raises(InvalidInput, match="end the program"):
        user_edit("leave", leave, 0.5).along()(IMAGES, 0.1)


@pytest.mark.parametrize("name", list(EDITS))
def test_strength_zero_is_the_picture(name: str) -> None:
    edit = EDITS[name]
    target, mask = edit.apply(IMAGES, torch.zeros(2, len(edit.sliders), dtype=torch.float64))
    assert torch.equal(target, IMAGES)
    assert torch.equal(mask, torch.ones_like(IMAGES))
    assert torch.equal(edit.along()(IMAGES, 0.0)[0], IMAGES)


# Source: the specification's table of transformations: training reach and alpha_g at it, for 256 px.
@pytest.mark.parametrize(
    ("name", "reach", "gain"),
    [
        ("shift_x", 127.0, 127.0 / 128.0),
        ("shift_y", 127.0, 127.0 / 128.0),
        ("zoom", 2.0, -math.log(4.0)),
        ("rotate2d", 44.0, 44.0 / 45.0),
        ("rotate3d", 44.0, 44.0 / 45.0),
        ("color", 0.5, 0.5),
        ("colorlab", 0.5, 0.5),
    ],
)
def test_published_reach_and_scale(name: str, reach: float, gain: float) -> None:
    edit = EDITS[name]
    assert edit.reach_at(256, is_published=True) == reach
    assert reach * edit.gain_at(256) == pytest.approx(gain)


# Source: as above: eps and N, with the whole reach in the units of the edit.
@pytest.mark.parametrize(
    ("name", "size", "count", "whole"),
    [
        ("shift_x", 25.0, 5, 125.0),
        ("shift_y", 25.0, 5, 125.0),
        ("zoom", -math.log2(1.41), 4, math.log2(3.95)),
        ("rotate2d", 10.0, 5, 50.0),
        ("rotate3d", 10.0, 5, 50.0),
        ("color", 0.1, 5, 0.5),
        ("colorlab", 0.1, 5, 0.5),
    ],
)
def test_published_steps(name: str, size: float, count: int, whole: float) -> None:
    steps = EDITS[name].steps
    assert steps.size_at(256) == pytest.approx(size)
    assert steps.count == count
    assert abs(steps.size_at(256)) * count == pytest.approx(whole, abs=2e-3)


def test_steps_of_colour_move_light_alone() -> None:
    target, _ = EDITS["color"].stepwise(IMAGES, 0.2)
    assert torch.allclose(target, IMAGES + 0.2)
    lab = picture_edits.color_lab(IMAGES, torch.tensor([[0.2, 0.0, 0.0]], dtype=torch.float64))[0]
    assert torch.equal(EDITS["colorlab"].stepwise(IMAGES, 0.2)[0], lab)


def test_steps_of_zoom_multiply() -> None:
    target, _ = EDITS["zoom"].stepwise(IMAGES, 3 * EDITS["zoom"].steps.size)
    assert torch.equal(target, picture_edits.zoom(IMAGES, 1.41**3)[0])


def test_alpha_of_zoom_counts_doublings_and_comes_closer() -> None:
    target, _ = EDITS["zoom"].along()(IMAGES, 1.0)
    assert torch.equal(target, picture_edits.zoom(IMAGES, 0.5)[0])


@pytest.mark.parametrize(("name", "reach"), [("shift_x", 31.0), ("rotate2d", 44.0)])
def test_whole_numbers_with_a_fair_sign_and_never_zero(name: str, reach: float) -> None:
    drawn = _draws(name, 6000, reach)[:, 0]
    assert torch.equal(drawn, drawn.round())
    assert int(drawn.abs().min()) == 1
    assert float(drawn.abs().max()) == reach
    assert float((drawn > 0).double().mean()) == pytest.approx(0.5, abs=0.03)
    assert float(drawn.abs().mean()) == pytest.approx((reach + 1.0) / 2.0, rel=0.03)


def test_zoom_draws_the_width_of_the_view_evenly() -> None:
    view = 2.0 ** -_draws("zoom", 6000, 2.0)[:, 0]
    wide = view[view > 1.0]
    assert len(wide) / len(view) == pytest.approx(0.5, abs=0.03)
    # Even in (1, 4), not even in its logarithm, whose mean would be 2.16.
    assert float(wide.mean()) == pytest.approx(2.5, abs=0.06)
    narrow = view[view < 1.0]
    assert float(narrow.mean()) == pytest.approx(0.625, abs=0.02)
    assert 0.25 < float(view.min()) < 0.27
    assert 3.95 < float(view.max()) < 4.0


def test_colour_draws_each_slider_of_each_sample() -> None:
    drawn = EDITS["color"].draw(torch.Generator().manual_seed(0), 4000, 0.5)
    assert drawn.shape == (4000, 3)
    assert float(drawn.abs().max()) <= 0.5
    assert float(drawn.double().std()) == pytest.approx(1.0 / math.sqrt(12.0), rel=0.03)
    assert float(torch.corrcoef(drawn.T).triu(1).abs().max()) < 0.05


@pytest.mark.parametrize("name", ["shift_x", "zoom", "rotate3d"])
def test_geometry_draws_once_for_a_batch(name: str) -> None:
    drawn = EDITS[name].draw(torch.Generator().manual_seed(0), 5, 2.0)
    assert len(drawn.unique()) == 1
    assert drawn.shape == (5, 1)


def test_near_ranges_stay_within_the_published_ones() -> None:
    for edit in EDITS.values():
        assert edit.reach_at(64, is_published=False) < edit.reach_at(64, is_published=True)
    assert EDITS["shift_x"].reach_at(64, is_published=False) == 8.0
    assert EDITS["shift_x"].reach_at(64, is_published=True) == 31.0


def test_an_edit_of_ones_own_is_one_function() -> None:
    own = user_edit("dim", lambda images, alpha: images - alpha, reach=0.4)
    target, mask = own.apply(IMAGES, torch.tensor([[0.1], [0.3]], dtype=torch.float64))
    assert torch.allclose(target, IMAGES - torch.tensor([0.1, 0.3]).view(2, 1, 1, 1))
    assert torch.equal(mask, torch.ones_like(IMAGES))
    assert (own.reach_at(64, False), own.reach_at(64, True), own.gain_at(64)) == (0.4, 0.4, 2.5)
    drawn = torch.cat([own.draw(torch.Generator().manual_seed(k), 1, 0.4) for k in range(200)])
    assert float(drawn.abs().max()) < 0.4
    assert torch.equal(own.apply(IMAGES, torch.zeros(2, 1))[0], IMAGES)


def test_an_edit_of_ones_own_may_have_a_mask() -> None:
    def left_half(images: Tensor, alpha: float) -> tuple[Tensor, Tensor]:
        mask = torch.ones_like(images)
        mask[..., 32:] = 0.0
        return images + alpha, mask

    own = user_edit("left", left_half, reach=1.0)
    assert float(own.along()(IMAGES, 0.5)[1].mean()) == 0.5


def test_what_is_no_edit_is_refused() -> None:
    with pytest.raises(InvalidInput, match="called"):
        user_edit("no name", lambda images, alpha: images, reach=1.0)
    with pytest.raises(InvalidInput, match="reach"):
        user_edit("flat", lambda images, alpha: images, reach=0.0)
    cropped = user_edit("crop", lambda images, alpha: images[..., 1:], reach=1.0)
    with pytest.raises(InvalidInput, match="made"):
        cropped.along()(IMAGES, 0.5)
