"""Regions: the searches of painted regions on one device, and what they share."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from wend.documents.picture import Mask, Picture
from wend.engine.device import Device
from wend.engine.region_preparation import RegionPreparation, nothing_said
from wend.engine.region_work import RegionWork
from wend.engine.request import RegionReport, RegionRequest, ViewKey, WorkProgress
from wend.engine.running import Running
from wend.engine.works import Works
from wend.errors import ImageNotFound, RegionUnusable, WendError
from wend.measure.slices import Sliced
from wend.methods.region import RegionSearch, RegionTask
from wend.methods.region_effects import RegionJacobian
from wend.methods.region_ground import Grounding
from wend.methods.region_jacobian import Linearization
from wend.methods.workbench import Workbench
from wend.pictures.recent import Recent
from wend.pictures.resolve import NoiseKey

KEPT_GROUNDS = 4
KEPT_JACOBIANS = 3
"""Pictures whose derivatives are kept: 24 MB each at 64 px with 48 axes. A mask that is painted over, and a
second one on the same picture, take them up."""


@dataclass(frozen=True)
class _Place:
    """All that derivatives depend on."""

    generator_hash: str
    ws: bytes
    noise_key: NoiseKey
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
        return RegionWork(request, partial(self._open, request, bench), bench.shelf, self._emit)

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
        resolved = self._device.resolve(picture, resident)
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
            "edits": tuple(edit for edit in picture.edits if edit.alpha != 0.0),
            "masks": tuple(Mask(name=image[:40], image=image, is_still=True) for image in images),
        }
    )


class Searches:
    """Which view's search is which work. Not thread-safe; the engine holds its lock.

    build: makes the work of a request, prepare: that of a preparation, on the device thread.
    """

    def __init__(
        self,
        build: Callable[[RegionRequest, Workbench], RegionWork],
        prepare: Callable[[Workbench], RegionPreparation],
    ) -> None:
        self._build = build
        self._prepare = prepare
        self._names: dict[ViewKey, str] = {}

    def begin(self, request: RegionRequest, works: Works) -> None:
        """Queue a search; an older one of its view ends with what it has."""
        self.end(request.key, works)
        self._names[request.key] = request.work
        build, say = partial(self._build, request), partial(said, request)
        works.add(Running(request.work, request.picture.model, build, say=say))

    def prepare(self, model_id: str, works: Works) -> None:
        """Queue the preparation of a model, unless that is queued."""
        works.add(Running(f"prepare:{model_id}", model_id, self._prepare, say=nothing_said))

    def end(self, key: ViewKey, works: Works) -> None:
        name = self._names.pop(key, None)
        if name is not None:
            works.stop(name)

    def forget(self, session: str, works: Works) -> None:
        for key in [k for k in self._names if k.session == session]:
            self.end(key, works)


def said(request: RegionRequest, progress: WorkProgress) -> RegionReport | None:
    """What is told of a search that broke. All else it tells itself."""
    if progress.failure is None:
        return None
    return _broken(request, progress.label, progress.failure, progress.hint or WendError.hint)


def broken_search(request: RegionRequest, error: WendError) -> RegionReport:
    """What is told of a search whose device has gone."""
    return _broken(request, "Searching", error.sentence, error.hint)


def _broken(request: RegionRequest, label: str, sentence: str, hint: str) -> RegionReport:
    return RegionReport(
        request.key,
        request.request,
        request.picture.model,
        "",
        (),
        (),
        label,
        1.0,
        time.monotonic() - request.arrived,
        True,
        (sentence, hint),
    )
