"""Pixel statistics: what can be measured of a picture without any network."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import InvalidShape
from wend.measure.attributes import AttributeColumn, Attributes, weighted_centre

# Source: ITU-R BT.709-6.
LUMA = (0.2126, 0.7152, 0.0722)
LEAST_WHITE = 0.002
"""Eight pixels of 64 x 64: a tenth of the smallest sprite."""


def of_pixels(images: Tensor) -> Attributes:
    """Light and colour of images float32 [N, 3, H, W] in [-1, 1], clamped; each in 0..1.

    luminance: mean BT.709 luma; contrast: its standard deviation over the picture; red, green, blue:
    mean channels; saturation: mean of (max - min) / max over pixels, 0 for black
    (Source: Smith, "Color gamut transform pairs", 1978, the HSV model).
    """
    if images.ndim != 4 or images.shape[1] != 3:
        raise InvalidShape("images", "[N, 3, H, W]", str(list(images.shape)))
    rgb = (images.detach().clamp(-1.0, 1.0).double().cpu() + 1.0) / 2.0
    luma = (rgb * torch.tensor(LUMA, dtype=torch.float64).view(1, 3, 1, 1)).sum(dim=1)
    most, least = rgb.max(dim=1).values, rgb.min(dim=1).values
    saturation = torch.where(most > 0.0, (most - least) / most.clamp_min(1e-12), 0.0)
    values = {
        "luminance": luma.mean(dim=(1, 2)),
        "contrast": luma.std(dim=(1, 2), correction=0),
        "red": rgb[:, 0].mean(dim=(1, 2)),
        "green": rgb[:, 1].mean(dim=(1, 2)),
        "blue": rgb[:, 2].mean(dim=(1, 2)),
        "saturation": saturation.mean(dim=(1, 2)),
    }
    return Attributes(tuple(AttributeColumn(name, "0..1", v.numpy()) for name, v in values.items()))


def of_difference(images: Tensor, reference: Tensor, threshold: float = 0.0) -> Attributes:
    """Where images differ from a reference [1 or N, 3, H, W]: centre, covered area and mean change.

    A pixel's weight is its mean absolute difference over channels as a share of the pixel range; pixels
    of `threshold` or less count for nothing. The centre is from the middle in shares of the side, not
    found where nothing differs.
    """
    change = (images.detach().double() - reference.detach().double()).abs().mean(dim=1).cpu() / 2.0
    change = torch.where(change > threshold, change, 0.0)
    x, y = weighted_centre(change)
    return Attributes(
        (
            AttributeColumn("difference_x", "of width", x),
            AttributeColumn("difference_y", "of width", y),
            AttributeColumn("difference_area", "of area", (change > 0.0).double().mean(dim=(1, 2)).numpy()),
            AttributeColumn("difference", "0..1", change.mean(dim=(1, 2)).numpy()),
        )
    )


def of_white(images: Tensor, threshold: float = 0.0) -> Attributes:
    """Centre and area of what is white in pictures of white on black, float32 [N, 3, H, W] in [-1, 1].

    A pixel is white whose mean over channels is above `threshold`. white_x, white_y: the white pixels' mean
    place from the middle, in shares of the side, right and down; white_area: their share of the picture. All
    three are not found where less than 0.2 % is white.
    Source: the protocol for binary pictures of Plumerault, Le Borgne and Hudelot 2020 (centroid and area).
    """
    white = (images.detach().mean(dim=1) > threshold).double().cpu()
    area = white.mean(dim=(1, 2)).numpy()
    lost = np.where(area >= LEAST_WHITE, 0.0, np.nan)
    x, y = weighted_centre(white)
    return Attributes(
        (
            AttributeColumn("white_x", "of width", x + lost),
            AttributeColumn("white_y", "of width", y + lost),
            AttributeColumn("white_area", "of area", area + lost),
        )
    )


def random_pixels(images: Tensor, count: int = 100, seed: int = 0) -> NDArray[np.float64]:
    """Grey levels float64 [N, count] in 0..255 at random places, drawn anew for each picture.

    The unweighted mean of red, green and blue; places may repeat.
    Source: Jahanian, Chai and Isola, 2020, the colour statistic of the released code.
    """
    grey = (images.detach().clamp(-1.0, 1.0).double().cpu().mean(dim=1).flatten(1) + 1.0) * 127.5
    places = np.random.default_rng(seed).integers(0, grey.shape[1], (len(grey), count))
    picked: NDArray[np.float64] = np.take_along_axis(grey.numpy(), places, axis=1)
    return picked
