"""Regions: the searches of painted regions on one device, and what they share."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from wend.documents.picture import Mask, Picture
from wend.engine.device import Device
from wend.engine.region_preparation import RegionPreparation
from wend.engine.region_work import RegionWork
from wend.engine.request import RegionReport, RegionRequest
from wend.errors import ImageNotFound, RegionUnusable
from wend.measure.slices import Sliced
from wend.methods.region.effects import RegionJacobian
from wend.methods.region.ground import Grounding
from wend.methods.region.jacobian import Linearization
from wend.methods.region.search import RegionSearch, RegionTask
from wend.methods.workbench import Workbench
from wend.pictures.corrections import MapsKey
from wend.pictures.recent import Recent

KEPT_GROUNDS = 4
KEPT_JACOBIANS = 3
"""Pictures whose derivatives are kept: 24 MB each at 64 px with 48 axes. A mask that is painted over, and a
second one on the same picture, take them up."""


@dataclass(frozen=True)
class _Place:
    """All that derivatives depend on."""

    generator_hash: str
    ws: bytes
    noise_key: MapsKey
    layers: tuple[int, int] | None


class Regions:
    """Made and used by the device's thread alone. emit: where reports go."""

    def __init__(self, device: Device, emit: Callable[[RegionReport], None]) -> None:
        self._device = device
        self._images = device.images
        self._emit = emit
        self._grounds: Recent[str, Grounding] = Recent(KEPT_GROUNDS)
        self._jacobians: Recent[_Place, RegionJacobian] = Recent(KEPT_JACOBIANS)

    def clear(self) -> None:
        """Give the device's memory back."""
        self._grounds.clear()
        self._jacobians.clear()

    def is_prepared(self, generator_hash: str) -> bool:
        """Whether a model's ground is known; without masks there is nothing to prepare."""
        return self._images is None or self._grounds.peek(generator_hash) is not None

    def prepare(self, bench: Workbench) -> RegionPreparation:
        """The work that measures a model's ground."""
        return RegionPreparation(bench.model, self._grounding(bench))

    def build(self, request: RegionRequest, bench: Workbench) -> RegionWork:
        """The work that answers a request, with its model in memory."""
        opened = partial(self._open, request, bench)
        return RegionWork(request, opened, bench.shelf, self._emit, self._device.database)

    def _grounding(self, bench: Workbench) -> Grounding:
        resident = self._device.residency.get(bench.model)
        psi = bench.shelf.store.get(bench.model).card.psi
        return self._grounds.get(resident.hash, lambda: Grounding(bench, psi))

    def _open(self, request: RegionRequest, bench: Workbench) -> Sliced[RegionSearch]:
        """Raises: ImageNotFound, InvalidInput, InvalidPicture, WalkNotFound; RegionUnusable, for a picture
        between two models, too: the shelf has no place for walks of neither."""
        if self._images is None:
            raise ImageNotFound(request.mask)
        picture = request.picture
        resident = self._device.residency.get(picture.model)
        if self._device.residency.of(picture).hash != resident.hash:
            raise RegionUnusable("This picture lies between two models; sliders are found in one alone.")
        resolved = yield from self._device.resolve(picture, resident)
        origin = {
            "mask": request.mask,
            "picture": _as_searched(picture).model_dump_json(),
            "model": picture.model,
        }
        noise = None if resolved.noise is None else list(resolved.noise)
        task = RegionTask(
            resolved.ws, noise, self._images.mask(request.mask), picture.psi, origin, request.layers
        )
        yield
        grounding = self._grounding(bench)
        ground = yield from grounding.first()
        place = _Place(resident.hash, resolved.ws.cpu().numpy().tobytes(), resolved.noise_key, request.layers)
        jacobian = self._jacobians.peek(place)
        if jacobian is None:
            at = yield from Linearization.at(bench.generator, resolved.ws, noise)
            jacobian = RegionJacobian(at, ground.space, request.layers)
            made = jacobian
            self._jacobians.get(place, lambda: made)
        known = [bench.shelf.get(picture.model, walk) for walk in request.walks]
        return RegionSearch(bench.generator, resident.hash, task, grounding, jacobian, known)


def _as_searched(picture: Picture) -> Picture:
    """A picture with what determines its pixels alone: of the same search it is the same one.

    Edits of no strength, masks that keep nothing still, the names of the others and a mixture that is not one
    are left out.
    """
    images = sorted({mask.image for mask in picture.masks if mask.is_still})
    return picture.model_copy(
        update={
            "model_blend": None,
            "edits": tuple(edit for edit in picture.edits if edit.alpha != 0.0 or edit.is_locked),
            "masks": tuple(Mask(name=image[:40], image=image, is_still=True) for image in images),
        }
    )
