"""Placing: which part of a photo is looked for - a crop, a turned square, a face, or as the world has it."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import InvalidInput, InvalidParams, PerceptionNotFound
from wend.imaging.alignment import Square, cut_square, ffhq_square
from wend.imaging.pixels import to_images, to_uint8
from wend.library.encoding import fit_photo
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.seeing import set_seeing
from wend.methods.invert.params import InvertParams
from wend.methods.workbench import Workbench
from wend.perception.alignment import PIVOT_Y, POSE
from wend.perception.network import FactorNetwork, LandmarkNetwork
from wend.worlds.factor import Normal
from wend.worlds.registry import open_world

_ROUNDS = 5
_SEEN_AT = 64
_LEAST_SIDE, _MOST_SIDE = 0.1, 2.0  # of the photo's shorter side
_EYES = (("left_eye", "right_eye"), ("eye_left", "eye_right"))
_MOUTHS = (("mouth",), ("mouth_left", "mouth_right"))


@dataclass(frozen=True)
class Placed:
    """target: float32 [1, 3, R, R] in [-1, 1]; square: where it lies in the photo, None for a plain crop."""

    target: Tensor
    square: Square | None = None

    @property
    def told(self) -> dict[str, float] | None:
        return None if self.square is None else self.square.told


def placed(photo: Tensor, params: InvertParams, bench: Workbench, resolution: int) -> Placed:
    """What of a photo [1, 3, H, W] is looked for, at the model's size.

    Raises: InvalidParams for a place that misses the photo, or that nothing can find.
    """
    try:
        if params.align == "auto":
            return auto_placed(photo, bench, resolution)
        if params.points is not None:
            a, b, c, d, e, f = params.points
            square = ffhq_square((a, b), (c, d), (e, f))
        elif params.square is not None:
            x, y, side, turn = params.square
            square = Square((x, y), side, turn)
        else:
            return Placed(fit_photo(cropped(photo, params.crop), resolution))
        pixels = to_uint8(photo)[0].numpy()
        return Placed(to_images(cut_square(pixels, square, resolution)[None].copy()), square)
    except InvalidInput as error:
        raise InvalidParams("photo", error.sentence) from error


def auto_placed(photo: Tensor, bench: Workbench, resolution: int) -> Placed:
    """A photo [1, 3, H, W] placed as `find_square` says. Raises: as that, InvalidInput."""
    square = find_square(photo, bench.shelf.store, bench.perception, bench.model)
    pixels = to_uint8(photo)[0].numpy()
    return Placed(to_images(cut_square(pixels, square, resolution)[None].copy()), square)


def cropped(photo: Tensor, crop: tuple[float, float, float] | None) -> Tensor:
    """The square of a photo [1, 3, H, W]: left and top edge and side in shares of its shorter side.

    Raises: InvalidParams for one that ends outside of it.
    """
    if crop is None:
        return photo
    height, width = photo.shape[-2:]
    left, top, side = (round(share * min(height, width)) for share in crop)
    if side < 1 or left + side > width or top + side > height:
        raise InvalidParams("crop", f"it ends outside of the photo of {width} x {height} px")
    return photo[..., top : top + side, left : left + side]


def find_square(photo: Tensor, store: ModelStore, perception: PerceptionStore, model: str) -> Square:
    """Where a photo [1, 3, H, W] is placed like the model's pictures; on the CPU.

    By the networks that read position, size and tilt off the pictures of the model's world; for a model
    without such a world by a landmark network of any set that knows eyes and mouth, which gives FFHQ's place.
    Raises: InvalidInput where there is neither; ModelNotFound, CardInvalid, WeightsInvalid.
    """
    cpu = torch.device("cpu")
    world = store.get(model).card.world
    if world is not None:
        try:
            seeing = set_seeing(perception, world.name, "factors")
        except PerceptionNotFound:
            seeing = None
        if seeing is not None:
            network = perception.factors(seeing.card.id, cpu)
            if set(POSE) <= {attribute.name for attribute in network.attributes}:
                return by_factors(photo, network, _usual(world.name))
    for found in perception.list().sets:
        for section in found.of_role("landmarks"):
            if eyes_and_mouth(section.names) is not None:
                points = perception.load(found.card.id, section.name, cpu)
                return by_landmarks(photo, points)  # type: ignore[arg-type]  # of the role it was asked for
    raise InvalidInput(
        f"Nothing finds where the pictures of {model} have what a photo shows: no network reads position, "
        "size and tilt of its world, and no landmark network is there. Place it by hand, or click both eyes "
        "and the mouth of a face."
    )


def _usual(world: str) -> tuple[float, ...]:
    """The pose most pictures of a world have; the means of its laws."""
    laws = {factor.name: factor.law for factor in open_world(world).factors}
    found = (laws.get(name) for name in POSE)
    return tuple(
        law.mean if isinstance(law, Normal) else (1.0 if name == "head_scale" else 0.0)
        for name, law in zip(POSE, found, strict=True)
    )


@torch.no_grad()
def by_factors(photo: Tensor, network: FactorNetwork, usual: tuple[float, ...]) -> Square:
    """The square in which position, size and tilt read `usual`, of those tried the one nearest to it.

    A photo is read, its square moved, scaled and turned by what was read, and read again: of a head far off
    the first reading is coarse. A head turns about a point of its neck (`perception.alignment`).
    """
    pixels = to_uint8(photo)[0].numpy()
    height, width = pixels.shape[:2]
    short = float(min(height, width))
    square = Square((0.5 * width, 0.5 * height), short)
    best, nearest = square, math.inf
    for _ in range(_ROUNDS):
        try:
            seen = to_images(cut_square(pixels, square, _SEEN_AT)[None].copy())
        except InvalidInput:
            break  # it was led astray: what was best before counts
        values = network.measure(seen).values
        x, y, scale, tilt = (float(values[name][0]) for name in POSE)
        if not all(map(math.isfinite, (x, y, scale, tilt))):
            break  # nothing is on it that could be read
        far = (
            math.hypot(x - usual[0], y - usual[1]) + abs(scale / usual[2] - 1.0) + abs(tilt - usual[3]) / 60.0
        )
        if far < nearest:
            best, nearest = square, far
        side = square.side * scale / usual[2]
        side = min(max(side, _LEAST_SIDE * short), _MOST_SIDE * short)
        neck = np.array(square.middle) + _turned(square, 2.0 * x, PIVOT_Y + 2.0 * y)
        moved = Square((0.0, 0.0), side, square.turn + tilt - usual[3])
        middle = neck - _turned(moved, 2.0 * usual[0], PIVOT_Y + 2.0 * usual[1])
        square = Square((float(middle[0]), float(middle[1])), side, moved.turn)
    return best


def _turned(square: Square, x: float, y: float) -> NDArray[np.float64]:
    """A place given in half sides of a square from its middle, in pixels of the photo from there."""
    right = square.right
    place: NDArray[np.float64] = x * right + y * np.array([-right[1], right[0]])
    return place


@torch.no_grad()
def by_landmarks(photo: Tensor, network: LandmarkNetwork) -> Square:
    """FFHQ's place of the face in the middle of a photo. Raises: InvalidInput for a network without eyes."""
    known = eyes_and_mouth(network.points)
    if known is None:
        raise InvalidInput("The landmark network tells no eyes and mouth.")
    height, width = photo.shape[-2:]
    short = min(height, width)
    left, top = (width - short) // 2, (height - short) // 2
    middle = fit_photo(photo, 256)
    points = network.locate(middle)[0] * short + torch.tensor([float(left), float(top)])
    eyes = [points[list(group)].mean(dim=0).tolist() for group in known]
    return ffhq_square(*((point[0], point[1]) for point in eyes))


def eyes_and_mouth(names: tuple[str, ...]) -> tuple[tuple[int, ...], ...] | None:
    """Which points are the eye at the left, that at the right, and the mouth; None where nothing tells."""
    eyes = next((pair for pair in _EYES if set(pair) <= set(names)), None)
    mouth = next((points for points in _MOUTHS if set(points) <= set(names)), None)
    if eyes is None or mouth is None:
        return None
    return (names.index(eyes[0]),), (names.index(eyes[1]),), tuple(names.index(name) for name in mouth)
