"""Manifold build: from parameters and a generator to the scene, the mask and the eyes of a chain."""

from dataclasses import dataclass

from torch import Tensor

from wend.errors import InvalidParams
from wend.imaging.mask import MaskCover, fit_mask
from wend.measure.part_mask import bounds
from wend.methods.distances import chosen_distance
from wend.methods.losses import LossName
from wend.methods.manifold.params import ManifoldParams
from wend.methods.manifold.scene import Scene, open_scene
from wend.methods.manifold.sight import MaskSight, Rectangle, Sight, StripSight
from wend.methods.manifold.start import Wanted
from wend.methods.workbench import Workbench
from wend.perception.sizes import MIN_SIDE


@dataclass(frozen=True)
class ManifoldTask:
    """One chain to find. mask: float32 [H, W] at the size of the picture, on the generator's device; note:
    what was done to the mask that came, in words, empty where nothing was; loss: the distance it was."""

    params: ManifoldParams
    scene: Scene
    sight: Sight
    mask: Tensor
    note: str
    loss: LossName

    @property
    def wanted(self) -> Wanted:
        params = self.params
        return Wanted(params.frames, params.offsets, params.is_pinned, params.c, params.sigma)


def manifold_task(params: ManifoldParams, bench: Workbench) -> ManifoldTask:
    """Raises: InvalidParams for what does not fit the model or the mask; InvalidPicture, WalkNotFound for the
    picture; ImageNotFound; PerceptionNotFound, WeightsInvalid for a loss whose networks are not there."""
    return mask_task(params, open_scene(params.picture, params.layers, bench), None, bench)


def mask_task(params: ManifoldParams, scene: Scene, own: Tensor | None, bench: Workbench) -> ManifoldTask:
    """The task in a scene. own: a mask float32 [H, W] in place of the parameters' one. Raises as above."""
    height, width = scene.image.shape[2:]
    if min(height, width) < MIN_SIDE:
        raise InvalidParams("picture", f"pictures of less than {MIN_SIDE} px are too small to compare")
    mask, place, note = (own, None, "") if own is not None else _mask(params, bench, height, width)
    lack = MaskCover.of(mask).lack
    if lack is not None:
        raise InvalidParams("mask" if params.rectangle is None else "rectangle", lack.rstrip("."))
    loss, distance = chosen_distance(params.loss, bench)
    mask = mask.to(bench.device)
    sight: Sight
    if params.outside == "strips":
        assert place is not None, "strips have a rectangle"
        sight = StripSight(distance, scene.image, place)
    else:
        sight = MaskSight(distance, scene.image, mask)
    return ManifoldTask(params, scene, sight, mask, note, loss)


def _mask(
    params: ManifoldParams, bench: Workbench, height: int, width: int
) -> tuple[Tensor, Rectangle | None, str]:
    """The mask float32 [H, W], the rectangle if it is one, and what was done to it: for strips a painted mask
    is the least rectangle around it."""
    if params.rectangle is not None:
        place = Rectangle(*params.rectangle)
        if place.bottom > height or place.right > width:
            raise InvalidParams("rectangle", f"it ends outside of the picture of {width} x {height} px")
        return place.mask(height, width), place, ""
    assert params.mask is not None, "the parameters ask for one of them"
    if bench.images is None:
        raise InvalidParams("mask", "no painted masks are kept here; give a rectangle")
    mask = bench.images.mask(params.mask)
    note = ""
    if tuple(mask.shape) != (height, width):
        note = f"resized from {mask.shape[1]} x {mask.shape[0]} to {width} x {height} px"
    mask = fit_mask(mask, height, width)
    if params.outside == "mask":
        return mask, None, note
    if not bool((mask >= 0.5).any()):
        raise InvalidParams("mask", "it is soft all over, so that there is no rectangle around it")
    place = Rectangle(*bounds(mask))
    said = f"as rows {place.top} to {place.bottom} and columns {place.left} to {place.right}"
    return place.mask(height, width), place, f"{note}, {said}".removeprefix(", ")
