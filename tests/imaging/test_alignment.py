"""Alignment: FFHQ's square by hand-made cases, and what is cut out, inside of a photo and beyond it."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from wend.errors import InvalidInput
from wend.imaging.alignment import Square, cut_square, ffhq_square


def test_an_upright_face_by_hand() -> None:
    # Eyes 20 px apart, mouth 20 px below: 4 x 20 = 80 beats 3.6 x 20 = 72; a tenth of the way is 2 px.
    square = ffhq_square((40.0, 40.0), (60.0, 40.0), (50.0, 60.0))
    assert square == Square((50.0, 42.0), 80.0, 0.0)
    assert square.corners.tolist() == [[10.0, 2.0], [10.0, 82.0], [90.0, 82.0], [90.0, 2.0]]


def test_a_long_face_is_measured_by_its_length() -> None:
    # 3.6 x 60 = 216 beats 4 x 20 = 80.
    square = ffhq_square((40.0, 40.0), (60.0, 40.0), (50.0, 100.0))
    assert square.side == pytest.approx(216.0)
    assert square.middle == (50.0, 46.0)


def test_a_leaning_head_turns_the_square() -> None:
    # The upright face above, a quarter turn clockwise: (x, y) -> (-y, x).
    square = ffhq_square((-40.0, 40.0), (-40.0, 60.0), (-60.0, 50.0))
    assert square.turn == pytest.approx(90.0)
    assert square.side == pytest.approx(80.0)
    assert square.middle == pytest.approx((-42.0, 50.0))


def test_eyes_and_mouth_that_disagree_count_alike() -> None:
    # Worked out by hand: eyes (3, 4) apart, their middle at (1.5, 2), the mouth (0, 6) below that.
    # x is (3, 4) + (6, 0) = (9, 4); half the side is max(2 x 5, 1.8 x 6) = 10.8.
    square = ffhq_square((0.0, 0.0), (3.0, 4.0), (1.5, 8.0))
    assert square.turn == pytest.approx(np.degrees(np.arctan2(4.0, 9.0)))
    assert square.side == pytest.approx(21.6)
    assert square.middle == pytest.approx((1.5, 2.6))


def test_points_without_a_direction_are_refused() -> None:
    with pytest.raises(InvalidInput, match="three places"):
        ffhq_square((5.0, 5.0), (5.0, 5.0), (5.0, 5.0))


def _photo(height: int = 60, width: int = 80) -> NDArray[np.uint8]:
    """Colours that go on smoothly, so that half a pixel is little."""
    y, x = np.mgrid[:height, :width]
    return np.stack([3 * x, 4 * y, 2 * (x + y) % 256], axis=2).clip(0, 255).astype(np.uint8)


def test_an_upright_square_inside_is_that_part() -> None:
    found = cut_square(_photo(), Square((40.0, 30.0), 32.0), 16)
    plain = Image.fromarray(_photo()).crop((24, 14, 56, 46)).resize((16, 16), Image.Resampling.LANCZOS)
    assert found.shape == (16, 16, 3)
    # Published: half a pixel further, at four times the size.
    assert np.abs(found.astype(int) - np.asarray(plain).astype(int)).mean() < 3.0


def test_a_turned_square_is_turned_back() -> None:
    upright = cut_square(_photo(), Square((40.0, 30.0), 32.0), 16)
    turned = cut_square(np.rot90(_photo(), -1).copy(), Square((30.0, 40.0), 32.0, 90.0), 16)
    assert np.abs(upright.astype(int) - turned.astype(int)).mean() < 4.0


def test_what_lies_outside_goes_on_blurred_towards_the_median() -> None:
    rng = np.random.RandomState(0)
    photo = rng.randint(0, 256, (40, 40, 3)).astype(np.uint8)
    found = cut_square(photo, Square((20.0, 20.0), 100.0), 32).astype(int)
    rim = np.concatenate([found[:3].reshape(-1, 3), found[-3:].reshape(-1, 3)])
    assert rim.std() < 0.5 * found[12:20, 12:20].std()
    assert np.abs(rim.mean(axis=0) - np.median(photo, axis=(0, 1))).max() < 12.0


@pytest.mark.parametrize("size", [(1, 1), (1, 30)])
def test_a_photo_of_hardly_any_pixels_fills_its_square(size: tuple[int, int]) -> None:
    photo = np.full((*size, 3), 77, np.uint8)
    found = cut_square(photo, Square((0.5 * size[1], 0.5 * size[0]), 1.0), 8)
    assert found.tolist() == np.full((8, 8, 3), 77).tolist()


@pytest.mark.parametrize("square", [Square((200.0, 30.0), 20.0), Square((40.0, 30.0), 1000.0)])
def test_a_square_that_misses_the_photo_is_refused(square: Square) -> None:
    with pytest.raises(InvalidInput, match="outside of the photo of 80 x 60"):
        cut_square(_photo(), square, 16)
