"""Picture edits: ordinary image processing as pure functions (images, amount) -> (target, mask).

Images are float32 [N, 3, H, W], square where an edit says so; target and mask have their shape. A mask is
0 where nothing is known of the target: it is what the same warp makes of ones, every value above 1e-3 (the
source: above 0) set to 1, so partly covered pixels count whole. An amount that changes nothing gives the
images, bit for bit, and ones.

Source of all but `hue`, which is ours: Jahanian, Chai and Isola, "On the 'steerability' of generative
adversarial networks", ICLR 2020, and its released code.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.errors import InvalidInput
from wend.imaging.lab import lab_to_rgb, rgb_to_lab

LAB_SCALES = (50.0, 128.0, 128.0)
# A pixel covered by less is not covered: a warp that meets pixel centres exactly misses them by rounding.
_LEAST_COVER = 1e-3
# float64 of a share times a side: 0.5 * 64 may come out a hair below 32.
_HAIR = 1e-9

Edited = tuple[Tensor, Tensor]


def shift_x(images: Tensor, pixels: float) -> Edited:
    """Moved right by so many pixels, left where negative. Whole pixels keep their bits."""
    return _shifted(images, pixels, 0.0)


def shift_y(images: Tensor, pixels: float) -> Edited:
    """Moved down by so many pixels, up where negative. Whole pixels keep their bits."""
    return _shifted(images, 0.0, pixels)


def zoom(images: Tensor, view: float) -> Edited:
    """Showing a window `view` times as wide: below 1 things grow, above 1 they shrink into the middle.

    The window is int(view * side) pixels, an even number of them where it is cut out. Square images.
    Raises: InvalidInput for a window of less than two pixels.
    """
    if view == 1.0:
        return _same(images)
    side = images.shape[-1]
    window = int(view * side + _HAIR)
    if window < 2:
        raise InvalidInput(f"A window of {view:g} of the picture has no pixel left.")
    both = torch.cat([images, torch.ones_like(images)])
    if view < 1.0:
        first, last = side // 2 - window // 2, side // 2 + window // 2
        seen = both[:, :, first:last, first:last]
    else:
        return _same(images) if window == side else _split(_shrunk(both, window))
    if seen.shape[-1] == side:
        return _same(images)
    seen = F.interpolate(seen, size=(side, side), mode="bilinear", align_corners=False)
    return _split(seen)


def _shrunk(images: Tensor, window: int) -> Tensor:
    """Images [N, C, D, D] in the middle of nothing `window` pixels wide, brought to D again: bilinear between
    pixel centres, as `interpolate` does it. The canvas is never made, so a window may be of any width."""
    side = images.shape[-1]
    at = (torch.arange(side, dtype=torch.float64) + 0.5) * (window / side) - 0.5
    first = at.floor()
    share = at - first
    own = torch.arange(side, dtype=torch.float64) + (window // 2 - side // 2)
    ahead = own - first[:, None]
    weights = ((ahead == 0.0) * (1.0 - share)[:, None] + (ahead == 1.0) * share[:, None]).to(images)
    return weights @ images @ weights.T


def rotate2d(images: Tensor, degrees: float) -> Edited:
    """Turned counter-clockwise about (W // 2, H // 2)."""
    height, width = images.shape[-2:]
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = width // 2, height // 2
    # Where each pixel of the picture goes; the screen's y points down.
    moves = ((cos, sin, x - cos * x - sin * y), (-sin, cos, y + sin * x - cos * y), (0.0, 0.0, 1.0))
    return _same(images) if degrees == 0.0 else _warped(images, moves)


def rotate3d(images: Tensor, degrees: float) -> Edited:
    """Turned about its vertical axis like a billboard, seen from a distance of its diagonal.

    The plane stands at depth 1 before the camera's own distance, so the least turn shrinks the picture
    by f / (f + 1); no turn at all leaves it.
    """
    if degrees == 0.0:
        return _same(images)
    return _warped(images, billboard(degrees, images.shape[-2], images.shape[-1]))


Matrix = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]


def billboard(degrees: float, height: int, width: int) -> Matrix:
    """Where `rotate3d` sends (x, y, 1), as homogeneous coordinates."""
    focal = math.hypot(height, width)
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = width / 2.0, height / 2.0
    # (X', Z) of X = x - W/2 at depth 1, turned; Z is the last row.
    depth = (sin, 0.0, cos + focal - sin * x)
    across = (focal * cos + x * sin, 0.0, focal * (-sin - cos * x) + x * depth[2])
    down = (y * sin, focal, -focal * y + y * depth[2])
    return across, down, depth


def color(images: Tensor, offsets: Tensor) -> Edited:
    """Offsets [N or 1, 3] added to red, green and blue, in image units; not cut to the pixel range."""
    target = images + offsets.to(images)[:, :, None, None]
    return torch.where(offsets.to(images)[:, :, None, None] == 0.0, images, target), torch.ones_like(images)


def color_lab(images: Tensor, offsets: Tensor) -> Edited:
    """Offsets [N or 1, 3], scaled by 50, 128 and 128, added to L, a and b; cut to the pixel range."""
    offsets = offsets.to(images.device, torch.float64).expand(len(images), 3)
    scaled = offsets * offsets.new_tensor(LAB_SCALES)
    lab = rgb_to_lab((images.clamp(-1.0, 1.0) + 1.0) / 2.0) + scaled[:, :, None, None]
    target = (lab_to_rgb(lab) * 2.0 - 1.0).to(images.dtype)
    is_same = (offsets == 0.0).all(dim=1)[:, None, None, None]
    return torch.where(is_same, images, target), torch.ones_like(images)


def hue(images: Tensor, degrees: Tensor) -> Edited:
    """Colours turned about the axis of greys by degrees [N or 1, 1], red to yellow to green where positive;
    cut to the pixel range.

    The mean of red, green and blue stays, and so does every grey. Hues come round: 180 and -180 are one
    picture, so whatever counts them on a line stays between the two. What is turned out of the range of
    colours loses saturation where it is cut.
    Source: Rodrigues' formula for a turn about (1, 1, 1).
    """
    angles = torch.deg2rad(degrees.to(images.device, torch.float64)).expand(len(images), 1)[:, :, None]
    ones = angles.new_ones(3, 3)
    cross = angles.new_tensor([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])
    cos, sin = angles.cos(), angles.sin()
    turn = cos * torch.eye(3).to(ones) + (1.0 - cos) / 3.0 * ones + sin / math.sqrt(3.0) * cross
    target = torch.einsum("nij,njhw->nihw", turn.to(images), images).clamp(-1.0, 1.0)
    return torch.where(angles[..., None] == 0.0, images, target), torch.ones_like(images)


def _same(images: Tensor) -> Edited:
    return images, torch.ones_like(images)


def _split(both: Tensor) -> Edited:
    """Images and their mask, which went through the same warp in one batch."""
    target, mask = both.chunk(2)
    return target, (mask > _LEAST_COVER).to(target.dtype)


def _shifted(images: Tensor, right: float, down: float) -> Edited:
    if right == 0.0 and down == 0.0:
        return _same(images)
    if right != int(right) or down != int(down):
        return _warped(images, ((1.0, 0.0, right), (0.0, 1.0, down), (0.0, 0.0, 1.0)))
    height, width = images.shape[-2:]
    x, y = int(right), int(down)
    both = torch.cat([images, torch.ones_like(images)])
    moved = torch.zeros_like(both)
    if abs(x) < width and abs(y) < height:
        seen = both[:, :, max(-y, 0) : height - max(y, 0), max(-x, 0) : width - max(x, 0)]
        moved[:, :, max(y, 0) : height + min(y, 0), max(x, 0) : width + min(x, 0)] = seen
    return _split(moved)


def _warped(images: Tensor, moves: Matrix) -> Edited:
    """Each pixel (x, y) sent to moves (x, y, 1), pixel centres at whole numbers; bilinear, 0 beyond."""
    height, width = images.shape[-2:]
    back = torch.linalg.inv(torch.tensor(moves, dtype=torch.float64))
    y, x = torch.meshgrid(
        torch.arange(height, dtype=torch.float64), torch.arange(width, dtype=torch.float64), indexing="ij"
    )
    from_x, from_y, depth = torch.einsum("ij,jhw->ihw", back, torch.stack([x, y, torch.ones_like(x)]))
    # grid_sample counts from -1 to 1 between the centres of the outermost pixels.
    grid = torch.stack(
        [2.0 * from_x / depth / (width - 1) - 1.0, 2.0 * from_y / depth / (height - 1) - 1.0], -1
    )
    grid = grid.to(images).expand(2 * len(images), -1, -1, -1)
    both = torch.cat([images, torch.ones_like(images)])
    return _split(F.grid_sample(both, grid, mode="bilinear", padding_mode="zeros", align_corners=True))
