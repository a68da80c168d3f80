"""Alignment: a square of a photo, turned as it may be, cut out of it; and that in which FFHQ has a face."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter

from wend.errors import InvalidInput

Point = tuple[float, float]
"""x and y in pixels of a photo from the upper left corner of its upper left pixel."""
MOST_REACH = 4.0
"""Longest side of a square, in longer sides of the photo: beyond, nearly all of it would be made up."""
_OVERSAMPLING = 4
"""As published: 4096 pixels that are then reduced to 1024."""


@dataclass(frozen=True)
class Square:
    """middle; side in pixels; turn: of its upper edge, in degrees clockwise."""

    middle: Point
    side: float
    turn: float = 0.0

    @property
    def right(self) -> NDArray[np.float64]:
        """From the middle to the middle of its right edge, [2]."""
        angle = math.radians(self.turn)
        return np.array([math.cos(angle), math.sin(angle)]) * (0.5 * self.side)

    @property
    def corners(self) -> NDArray[np.float64]:
        """[4, 2]: upper left, lower left, lower right, upper right."""
        middle, x = np.array(self.middle), self.right
        y = np.array([-x[1], x[0]])
        return np.stack([middle - x - y, middle - x + y, middle + x + y, middle + x - y])

    @property
    def told(self) -> dict[str, float]:
        """As a job's files tell it."""
        return {"x": self.middle[0], "y": self.middle[1], "side": self.side, "turn": self.turn}


def ffhq_square(left_eye: Point, right_eye: Point, mouth: Point) -> Square:
    """The square of a face whose eyes, left and right as seen, and mouth's middle lie there.

    Upright is halfway between the line of the eyes and the square to the line from eyes to mouth; the side
    is 4 times the eyes' distance or 3.6 times theirs to the mouth, whichever is more; its middle lies a tenth
    of the way from the eyes to the mouth. Source: Karras et al., "A style-based generator architecture",
    CVPR 2019, appendix C and its released code, after Karras et al., "Progressive growing", 2018, appendix C.
    Raises: InvalidInput for points that give no direction.
    """
    left, right, below = (np.array(point, dtype=np.float64) for point in (left_eye, right_eye, mouth))
    eyes = 0.5 * (left + right)
    eye_to_eye, eye_to_mouth = right - left, below - eyes
    x = eye_to_eye + np.array([eye_to_mouth[1], -eye_to_mouth[0]])
    length = float(np.hypot(*x))
    if length < 1e-6:
        raise InvalidInput("Both eyes and the mouth must be three places, the mouth below the eyes.")
    half = max(2.0 * float(np.hypot(*eye_to_eye)), 1.8 * float(np.hypot(*eye_to_mouth)))
    middle = eyes + 0.1 * eye_to_mouth
    turn = math.degrees(math.atan2(x[1], x[0]))
    return Square((float(middle[0]), float(middle[1])), 2.0 * half, turn)


def cut_square(pixels: NDArray[np.uint8], square: Square, size: int) -> NDArray[np.uint8]:
    """What lies in a square of a photo uint8 [H, W, 3], at [size, size, 3].

    Where it ends outside, the photo is mirrored, blurred and led over into its median, the more the further
    out. Source: as above, released code: halved while it is much too large, cut, padded, drawn at four times
    the size by bilinear interpolation, and reduced. Raises: InvalidInput for a square that misses the photo
    or is many times as large.
    """
    height, width = pixels.shape[:2]
    corners, side = square.corners, square.side
    low, high = corners.min(axis=0), corners.max(axis=0)
    if side > MOST_REACH * max(height, width) or high.min() <= 0.0 or low[0] >= width or low[1] >= height:
        raise InvalidInput(f"The square lies outside of the photo of {width} x {height} px.")
    image = Image.fromarray(pixels)
    shrink = math.floor(side / size * 0.5)
    if shrink > 1:
        image = image.resize(
            (max(1, round(width / shrink)), max(1, round(height / shrink))), Image.Resampling.LANCZOS
        )
        corners, side = corners / shrink, side / shrink
    border = max(round(side * 0.1), 3)
    image, corners = _cropped(image, corners, border)
    image, corners = _padded(image, corners, border, side)
    drawn = image.transform(
        (_OVERSAMPLING * size, _OVERSAMPLING * size),
        Image.Transform.QUAD,
        tuple((corners + 0.5).flatten().tolist()),
        Image.Resampling.BILINEAR,
    )
    found: NDArray[np.uint8] = np.asarray(drawn.resize((size, size), Image.Resampling.LANCZOS))
    return found


def _cropped(
    image: Image.Image, corners: NDArray[np.float64], border: int
) -> tuple[Image.Image, NDArray[np.float64]]:
    """What lies near the square, and the square in it."""
    low, high = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
    box = (
        max(int(low[0]) - border, 0),
        max(int(low[1]) - border, 0),
        min(int(high[0]) + border, image.width),
        min(int(high[1]) + border, image.height),
    )
    if box[2] - box[0] < image.width or box[3] - box[1] < image.height:
        return image.crop(box), corners - np.array(box[:2])
    return image, corners


def _padded(
    image: Image.Image, corners: NDArray[np.float64], border: int, side: float
) -> tuple[Image.Image, NDArray[np.float64]]:
    """The photo gone on with where the square leaves it, and the square in that."""
    low, high = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
    left, top = (max(-int(low[k]) + border, 0) for k in (0, 1))
    right = max(int(high[0]) - image.width + border, 0)
    bottom = max(int(high[1]) - image.height + border, 0)
    if max(left, top, right, bottom) <= border - 4:
        return image, corners
    least = round(side * 0.3)
    left, top, right, bottom = (max(pad, least, 1) for pad in (left, top, right, bottom))
    widths = ((top, bottom), (left, right), (0, 0))
    grown = np.pad(np.asarray(image, dtype=np.float32), widths, "reflect" if min(image.size) > 1 else "edge")
    height, width = grown.shape[:2]
    y, x, _ = np.ogrid[:height, :width, :1]
    outside = np.maximum(
        1.0 - np.minimum(np.float32(x) / left, np.float32(width - 1 - x) / right),
        1.0 - np.minimum(np.float32(y) / top, np.float32(height - 1 - y) / bottom),
    )
    blur = side * 0.02
    grown += (gaussian_filter(grown, [blur, blur, 0]) - grown) * np.clip(outside * 3.0 + 1.0, 0.0, 1.0)
    grown += (np.median(grown, axis=(0, 1)) - grown) * np.clip(outside, 0.0, 1.0)
    pixels = np.uint8(np.clip(np.rint(grown), 0, 255))
    return Image.fromarray(pixels), corners + np.array([left, top])
