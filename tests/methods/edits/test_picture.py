"""Picture edits: identity, exact pixels, masks, known corners."""

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from wend.errors import InvalidInput
from wend.imaging.lab import rgb_to_lab
from wend.methods.edits.picture import (
    Edited,
    billboard,
    color,
    color_lab,
    hue,
    rotate2d,
    rotate3d,
    shift_x,
    shift_y,
    zoom,
)

IMAGES = 2.0 * torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0)) - 1.0


def _smooth(side: int = 64) -> Tensor:
    """A picture without detail, whose value at (x, y) in -1..1 is known."""
    axis = torch.linspace(-1.0, 1.0, side)
    return (0.5 * axis[None, :] - 0.3 * axis[:, None]).expand(1, 3, -1, -1).contiguous()


@pytest.mark.parametrize(
    ("edit", "still"),
    [
        (shift_x, 0.0),
        (shift_y, 0.0),
        (zoom, 1.0),
        (rotate2d, 0.0),
        (rotate3d, 0.0),
        (color, torch.zeros(1, 3)),
        (color_lab, torch.zeros(1, 3)),
        (hue, torch.zeros(1, 1)),
    ],
)
def test_no_edit_is_the_picture_bit_for_bit(edit: Callable[[Tensor, object], Edited], still: object) -> None:
    target, mask = edit(IMAGES, still)
    assert torch.equal(target.view(torch.int32), IMAGES.view(torch.int32))
    assert torch.equal(mask, torch.ones_like(IMAGES))


@pytest.mark.parametrize("pixels", [1, 7, -13, 31, -31])
def test_whole_shifts_roll_and_leave_nothing_behind(pixels: int) -> None:
    for edit, axis in ((shift_x, 3), (shift_y, 2)):
        target, mask = edit(IMAGES, float(pixels))
        rolled = torch.roll(IMAGES, pixels, dims=axis)
        assert torch.equal(target[mask == 1.0], rolled[mask == 1.0])
        assert bool((target[mask == 0.0] == 0.0).all())
        assert int(mask[0, 0].sum()) == 64 * (64 - abs(pixels))
        # The side that the picture comes from is the empty one.
        edge = mask.select(axis, 0 if pixels > 0 else -1)
        assert float(edge.sum()) == 0.0


def test_there_and_back_recovers_the_overlap() -> None:
    there, _ = shift_x(IMAGES, 9.0)
    back, _ = shift_x(there, -9.0)
    assert torch.equal(back[:, :, :, : 64 - 9], IMAGES[:, :, :, : 64 - 9])


def test_a_shift_past_the_picture_leaves_nothing() -> None:
    target, mask = shift_x(IMAGES, 64.0)
    assert float(target.abs().sum()) == 0.0
    assert float(mask.sum()) == 0.0


def test_shifts_between_pixels_interpolate() -> None:
    picture = _smooth()
    half, mask = shift_x(picture, 2.5)
    between = 0.5 * (shift_x(picture, 2.0)[0] + shift_x(picture, 3.0)[0])
    assert torch.allclose(half[..., 3:], between[..., 3:], atol=1e-6)
    # Half covered counts as covered.
    assert float(mask[0, 0, 0].sum()) == 62.0


# Sizes of the windows at 128 px; source: the table of sizes for scale, s = 1 / view.
@pytest.mark.parametrize(
    ("view", "window"),
    [(1.0 / 0.5, 256), (1.0 / 0.6, 213), (1.0 / 0.7, 182), (1.0 / 0.8, 160), (1.0 / 0.9, 142),
     (1.0 / 1.1, 116), (1.0 / 1.2, 106), (1.0 / 1.3, 98), (1.0 / 1.4, 91), (1.0 / 1.5, 85)],
)  # fmt: skip
def test_windows_have_the_published_sizes(view: float, window: int) -> None:
    _, mask = zoom(torch.ones(1, 3, 128, 128), view)
    if view < 1.0:
        assert float(mask.min()) == 1.0
        ramp = torch.arange(128.0).expand(1, 3, 128, 128).contiguous()
        target, _ = zoom(ramp, view)
        seen = 2 * (window // 2)
        # Both ends show the first and the last column of the window, bilinear without reaching beyond it.
        assert float(target[0, 0, 0, 0]) == 64 - seen // 2
        assert float(target[0, 0, 0, -1]) == 64 + seen // 2 - 1
    else:
        # The picture takes 128 / window of the side; partly covered pixels count.
        shown = int(mask[0, 0, 64].sum())
        assert 128.0 * 128.0 / window - 1.0 <= shown <= 128.0 * 128.0 / window + 3.0


def test_zoom_in_then_out_agrees_within_the_mask() -> None:
    picture = _smooth()
    closer, full = zoom(picture, 0.5)
    back, mask = zoom(closer, 2.0)
    assert float(full.min()) == 1.0
    assert set(mask.unique().tolist()) == {0.0, 1.0}
    inner = mask == 1.0
    inner[:, :, [16, 47]] = False
    inner[:, :, :, [16, 47]] = False
    assert torch.allclose(back[inner], picture[inner], atol=0.02)
    assert float(mask.mean()) == pytest.approx(0.25)


def test_zoom_below_one_comes_closer() -> None:
    picture = _smooth()
    assert float(zoom(picture, 0.5)[0][0, 0, 32, -1]) == pytest.approx(
        0.5 * float(picture[0, 0, 32, -1]), abs=0.02
    )


@pytest.mark.parametrize("view", [1.02, 1.41, 1.7, 2.0, 3.3])
def test_zooming_out_is_a_canvas_brought_to_size(view: float) -> None:
    """Against the canvas itself, as the source makes it."""
    picture = _smooth()
    side = picture.shape[-1]
    window = int(view * side)
    before = window // 2 - side // 2
    after = window - side - before
    canvas = F.pad(picture, (before, after, before, after))
    expected = F.interpolate(canvas, size=(side, side), mode="bilinear", align_corners=False)
    assert torch.allclose(zoom(picture, view)[0], expected, atol=1e-5)


def test_a_window_of_any_width_needs_no_canvas() -> None:
    """One of 2^40 pixels would not fit any memory."""
    target, mask = zoom(IMAGES, 2.0**40)
    assert target.shape == IMAGES.shape
    assert float(mask.sum()) == 0.0


def test_a_window_without_pixels_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no pixel"):
        zoom(IMAGES, 0.01)


def test_a_quarter_turn_is_counter_clockwise_about_the_middle() -> None:
    target, mask = rotate2d(IMAGES, 90.0)
    turned = torch.rot90(IMAGES, 1, (2, 3))
    # The middle is the pixel (32, 32), half a pixel right and down of the picture's: one row is lost.
    assert torch.allclose(target[:, :, 1:], turned[:, :, :-1], atol=1e-5)
    assert float(mask[:, :, 0].sum()) == 0.0
    assert float(mask[:, :, 1:].min()) == 1.0


def test_small_turns_move_as_the_angle_says() -> None:
    dot = torch.zeros(1, 3, 64, 64)
    dot[:, :, 32, 52] = 1.0  # 20 px right of the middle
    target, _ = rotate2d(dot, 30.0)
    y, x = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    weight = target[0, 0] / target[0, 0].sum()
    assert float((weight * x).sum()) == pytest.approx(32.0 + 20.0 * 0.8660, abs=0.1)
    assert float((weight * y).sum()) == pytest.approx(32.0 - 20.0 * 0.5, abs=0.1)


# Source: corner values of the specification for 256 px at 10 degrees, made from the released formula.
def test_the_billboard_sends_corners_where_it_should() -> None:
    corners = {
        (0, 0): (-6.1, -8.0),
        (255, 0): (245.4, 7.7),
        (0, 255): (-6.1, 262.9),
        (255, 255): (245.4, 247.4),
    }
    matrix = torch.tensor(billboard(10.0, 256, 256), dtype=torch.float64)
    for (x, y), expected in corners.items():
        across, down, depth = (matrix @ torch.tensor([x, y, 1.0], dtype=torch.float64)).tolist()
        assert (across / depth, down / depth) == pytest.approx(expected, abs=0.1)


def test_pixels_go_where_the_billboard_says() -> None:
    picture = torch.zeros(1, 3, 64, 64)
    picture[:, :, 20, 44] = 1.0
    matrix = torch.tensor(billboard(25.0, 64, 64), dtype=torch.float64)
    across, down, depth = (matrix @ torch.tensor([44.0, 20.0, 1.0], dtype=torch.float64)).tolist()
    target, _ = rotate3d(picture, 25.0)
    y, x = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    weight = target[0, 0] / target[0, 0].sum()
    assert float((weight * x).sum()) == pytest.approx(across / depth, abs=0.25)
    assert float((weight * y).sum()) == pytest.approx(down / depth, abs=0.25)


def test_the_least_turn_in_depth_shrinks_the_picture() -> None:
    focal = (2.0 * 64.0**2) ** 0.5
    matrix = torch.tensor(billboard(1e-9, 64, 64), dtype=torch.float64)
    across, _, depth = (matrix @ torch.tensor([0.0, 32.0, 1.0], dtype=torch.float64)).tolist()
    assert (across / depth - 32.0) / -32.0 == pytest.approx(focal / (focal + 1.0), abs=1e-6)


def test_colour_is_added_to_each_sample_and_never_cut() -> None:
    offsets = torch.tensor([[0.5, -0.25, 0.0], [0.0, 0.1, 0.3]], dtype=torch.float64)
    target, mask = color(IMAGES, offsets)
    assert torch.allclose(target, IMAGES + offsets.float()[:, :, None, None])
    assert float(target.max()) > 1.0
    assert torch.equal(mask, torch.ones_like(IMAGES))


def test_hues_turn_about_grey() -> None:
    red = torch.zeros(3, 3, 4, 4)
    red[:, 0] = 0.5
    turned, mask = hue(red, torch.tensor([[0.0], [120.0], [-120.0]]))
    assert torch.equal(turned[0], red[0])
    assert torch.equal(mask, torch.ones_like(red))
    assert turned[1:, :, 0, 0].flatten().tolist() == pytest.approx([0, 0.5, 0, 0, 0, 0.5], abs=1e-6)
    grey = torch.full((1, 3, 4, 4), 0.3)
    assert torch.allclose(hue(grey, torch.tensor([[77.0]]))[0], grey, atol=1e-6)


def test_hues_come_round_and_keep_their_light() -> None:
    muted = 0.4 * IMAGES
    there, _ = hue(muted, torch.tensor([[180.0]]))
    assert torch.allclose(there, hue(muted, torch.tensor([[-180.0]]))[0], atol=1e-6)
    # Twice half way round is the picture, and the mean of the channels never changed.
    assert torch.allclose(hue(there, torch.tensor([[180.0]]))[0], muted, atol=1e-5)
    assert torch.allclose(there.mean(dim=1), muted.mean(dim=1), atol=1e-6)
    assert float(hue(IMAGES, torch.tensor([[60.0]]))[0].abs().max()) == 1.0


def test_lab_offsets_are_scaled_by_50_128_and_128() -> None:
    grey = torch.zeros(3, 3, 1, 1)
    offsets = torch.tensor([[0.2, 0.0, 0.0], [0.0, 0.1, 0.0], [0.0, 0.0, -0.1]], dtype=torch.float64)
    target, _ = color_lab(grey, offsets)
    lab = rgb_to_lab((target + 1.0) / 2.0) - rgb_to_lab((grey + 1.0) / 2.0)
    expected = torch.diag(torch.tensor([10.0, 12.8, -12.8], dtype=torch.float64))
    assert torch.allclose(lab[:, :, 0, 0], expected, atol=1e-3)


@pytest.mark.parametrize(
    ("edit", "amount"), [(shift_x, 5.0), (zoom, 1.7), (zoom, 0.4), (rotate2d, 20.0), (rotate3d, 30.0)]
)
def test_masks_are_what_the_warp_makes_of_ones(
    edit: Callable[[Tensor, float], Edited], amount: float
) -> None:
    _, mask = edit(IMAGES, amount)
    ones, again = edit(torch.ones_like(IMAGES), amount)
    assert torch.equal(mask, again)
    assert set(mask.unique().tolist()) <= {0.0, 1.0}
    assert float(ones[mask == 0.0].abs().sum()) == pytest.approx(0.0, abs=0.1)
    assert float(ones[mask == 1.0].min()) > 0.0
