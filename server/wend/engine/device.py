"""Device: all that the one thread owns - resident generators and caches - and how it draws a batch."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wend.documents.picture import Picture
from wend.engine.faults import as_wend_error, is_device_lost, is_out_of_memory
from wend.engine.render import LiveFrame, render_live
from wend.engine.request import RenderRequest
from wend.engine.residency import Residency, Resident
from wend.engine.settings import EngineSettings, memory_budget, thread_count
from wend.engine.states import StateCache
from wend.errors import EngineError, WendError
from wend.generators.single import make_do
from wend.library.images import ImageStore
from wend.library.models import ModelStore
from wend.library.shelf import Shelf
from wend.library.walk_record import WalkRecord
from wend.measure.slices import Sliced
from wend.methods.still.keep import keeper_of
from wend.pictures.factors import FactorValue, factor_values
from wend.pictures.final import Pixels, Rendered, draw_final
from wend.pictures.resolve import Resolved, Resolver
from wend.pictures.still import Pending

STATES_SHARE = 8  # of the budget one part in eight is for kept states, but no more than
STATES_BYTES = 512 * 2**20

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Drawn:
    """A rendered request. pixels: uint8 [H, W, C]; image: what they are of, float32 [1, C, H, W] on the
    device, of the generator with this hash; times in ms. pending: what is to be worked out before this is the
    picture, see `Resolved`."""

    request: RenderRequest
    pixels: Pixels
    image: Tensor
    generator_hash: str
    render_ms: float
    wait_ms: float
    pending: Pending | None = None


@dataclass(frozen=True)
class Failed:
    """A request that could not be rendered."""

    request: RenderRequest
    error: WendError


class Device:
    """One torch device. Made and used by the engine's thread alone.

    `on_relief` is called when memory has run out: who else keeps something there gives it back.
    """

    def __init__(self, store: ModelStore, shelf: Shelf, settings: EngineSettings) -> None:
        """Raises: EngineError for a device that this machine does not have."""
        self.threads = thread_count(settings)
        torch.set_num_threads(self.threads)
        self.device, self.text, device_bytes = _open(settings.device, self.threads)
        make_do(self.device)
        budget = memory_budget(settings, device_bytes)
        states = min(budget // STATES_SHARE, STATES_BYTES)
        self.residency = Residency(store, self.device, budget - states)
        self.states = StateCache(states)
        self.reused = 0
        self.on_relief: Callable[[], None] = _keep_nothing
        self.nearest_samples = settings.nearest_samples
        self.images = None if settings.images_dir is None else ImageStore(settings.images_dir)
        self.database = settings.database
        self._shelf = shelf
        self._resolver = Resolver(shelf, keeper_of(self.images))
        self.residency.on_evicted = self._resolver.let_go

    def draw(self, batch: Sequence[RenderRequest]) -> list[Drawn | Failed]:
        """Render requests of one model and quality, each to pixels or to its error.

        Out of memory: everything else leaves memory (see `relieve`) and each request is tried again alone.
        One that breaks does not take its batch along. Raises only what means that the device is lost.
        """
        try:
            return self._attempt(batch)
        except Exception as error:  # noqa: BLE001 - turned into an answer, whatever it is
            answer = self._answer(error, batch)
            is_exhausted = is_out_of_memory(error)
        # Outside the handler, whose traceback holds on to the tensors of the failed attempt.
        if is_exhausted:
            self.relieve(batch[0].picture.model)
        elif len(batch) == 1:
            return [Failed(batch[0], answer)]
        return [self._draw_alone(request) for request in batch]

    def draw_image(self, picture: Picture) -> Tensor:
        """A picture's image in final quality, float32 [1, C, H, W] on the device.

        Raises: ModelNotFound, InvalidPicture, WalkNotFound, and whatever breaks.
        """
        resident = self.residency.of(picture)
        return draw_final(resident.exact, self._resolver.resolve(picture, resident)).image

    def draw_in_slices(self, picture: Picture) -> Sliced[Tensor]:
        """The same, a slice for each part of what keeps regions still. Raises: as `draw_image`."""
        resolved = yield from self.resolve(picture, self.residency.of(picture))
        return draw_final(self.residency.of(picture).exact, resolved).image

    def factors(self, picture: Picture) -> tuple[FactorValue, ...]:
        """Every factor on the shelf of a picture's model, as it predicts it. Raises: as `draw_image`."""
        return factor_values(picture, self.walks(picture.model), self._resolver, self.residency.of(picture))

    def walks(self, model_id: str) -> tuple[WalkRecord, ...]:
        """What lies on a model's shelf. Raises: ModelNotFound, CardInvalid."""
        return self._shelf.walks(model_id)

    def resolve(self, picture: Picture, resident: Resident) -> Sliced[Resolved]:
        """A picture's tensors, in slices. Raises: InvalidPicture, WalkNotFound, ImageNotFound."""
        while True:
            resolved = self._resolver.resolve(picture, resident, waits=False)
            if resolved.pending is None:
                return resolved
            while not resolved.pending.advance():
                yield

    def relieve(self, model_id: str) -> None:
        """Memory has run out: all but this model leaves it - states, resolved edits, other models, and the
        networks and images of those who look at pictures."""
        _log.warning("%s is out of memory: everything but %s leaves it", self.text, model_id)
        self.on_relief()
        self.states.clear()
        self._resolver.clear()
        self.residency.evict_others(model_id)

    def reset(self) -> None:
        """Drop everything that lies in the device's memory."""
        self.residency.clear()
        self.states.clear()
        self._resolver.clear()

    def _draw_alone(self, request: RenderRequest) -> Drawn | Failed:
        try:
            return self._attempt([request])[0]
        except Exception as error:  # noqa: BLE001 - as above
            return Failed(request, self._answer(error, [request]))

    def _answer(self, error: Exception, batch: Sequence[RenderRequest]) -> WendError:
        if is_device_lost(error):
            raise error
        if not isinstance(error, WendError):
            _log.error("rendering %s failed", [request.picture.model for request in batch], exc_info=error)
        return as_wend_error(error, self.text)

    def _attempt(self, batch: Sequence[RenderRequest]) -> list[Drawn | Failed]:
        resident = self.residency.of(batch[0].picture)
        began, clock = time.perf_counter(), time.monotonic()
        frames: list[tuple[RenderRequest, LiveFrame]] = []
        outcomes: list[Drawn | Failed] = []
        for request in batch:
            try:
                resolved = self._resolver.resolve(request.picture, resident, waits=False)
                frames.append((request, LiveFrame(request.key, resolved)))
            except WendError as error:
                outcomes.append(Failed(request, error))
        rendered = self._render(resident, batch[0].quality == "final", [frame for _, frame in frames])
        render_ms = (time.perf_counter() - began) * 1e3
        for (request, frame), each in zip(frames, rendered, strict=True):
            wait_ms = max(0.0, clock - request.arrived) * 1e3
            pending = frame.picture.pending
            outcomes.append(
                Drawn(request, each.pixels, each.image, resident.hash, render_ms, wait_ms, pending)
            )
        return outcomes

    def _render(self, resident: Resident, is_final: bool, frames: Sequence[LiveFrame]) -> list[Rendered]:
        if not frames:
            return []
        if is_final:
            return [draw_final(resident.exact, frame.picture) for frame in frames]
        rendered, reused = render_live(resident, frames, self.states)
        self.reused += reused
        return rendered


def in_turn(*calls: Callable[[], None]) -> None:
    """One call after the other."""
    for call in calls:
        call()


def _keep_nothing() -> None:
    """The relief of a device at whose pictures nobody looks."""


def _open(name: str | None, threads: int) -> tuple[torch.device, str, int | None]:
    """The device, what it is in words, and a GPU's memory in bytes. Raises: EngineError."""
    try:
        device = torch.device(name or ("cuda" if torch.cuda.is_available() else "cpu"))
        if device.type == "cpu":
            return device, f"cpu, {threads} thread{'' if threads == 1 else 's'}", None
        if device.type == "mps":
            torch.empty(1, device=device)
            return device, "Apple GPU (MPS)", torch.mps.recommended_max_memory()
        properties = torch.cuda.get_device_properties(device)
        return device, properties.name, properties.total_memory
    except (RuntimeError, AssertionError, ValueError) as error:
        # torch asserts, where it was built without CUDA.
        raise EngineError(f"The device {name!r} cannot be used: {str(error).splitlines()[0]}.") from error
