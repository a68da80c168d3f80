"""Looking: what a watched view is told of the very picture it is shown, in slices between renders."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from wend.documents.picture import Picture
from wend.engine.agenda import Agenda
from wend.engine.device import Device
from wend.engine.eyes import Eyes, Vision
from wend.engine.factor_look import measured_in_slices, with_measured
from wend.engine.faults import as_wend_error, is_device_lost, is_out_of_memory
from wend.engine.overlays import DrawnOverlay, overlay_samples
from wend.engine.request import (
    EngineEvent,
    MeasuredChances,
    MeasuredValue,
    Overlay,
    Reading,
    RenderRequest,
    Sight,
    ViewKey,
    WatchRequest,
)
from wend.measure.slices import Sliced
from wend.perception.network import FactorNetwork, Measurement
from wend.pictures.recent import Recent

SHORT_S = 0.002  # what takes less is no slice of its own
MAX_EXHAUSTED = 2  # the second look had the device's memory to itself; a third would fare no better
KEPT_STARTS = 4  # pictures before any edit; during a drag there is one

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shown:
    """The picture a view was given last. image: float32 [1, 3, H, W] on the device, as it was rendered."""

    request: RenderRequest
    generator_hash: str
    image: Tensor


@dataclass
class _Start:
    """A picture without its edits, float32 [1, 3, H, W], and what was measured of it by whom."""

    image: Tensor
    measured: tuple[FactorNetwork, Measurement] | None = None


@dataclass
class _View:
    """One watched view: what it wants, what it shows, the look at that, and what it has been told."""

    watch: WatchRequest
    shown: Shown | None = None
    look: Sliced[None] | None = None
    looked_at: Shown | None = None
    told: Sight | None = None
    times_exhausted: int = 0  # looks in a row that memory did not suffice for


class Looker:
    """Watches, and the looks they cause. Made and used by the engine's thread alone.

    device: draws starts, tells factors, and makes all but a model leave its memory, through `clear` what is
    kept here too; emit: where answers go; send_overlay: compresses a map off this thread and delivers it;
    clock: seconds.
    """

    def __init__(
        self,
        eyes: Eyes,
        device: Device,
        emit: Callable[[EngineEvent], None],
        send_overlay: Callable[[DrawnOverlay], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._eyes = eyes
        self._device = device
        self._emit = emit
        self._send_overlay = send_overlay
        self._clock = clock
        self._agenda = Agenda()
        self._views: dict[ViewKey, _View] = {}
        self._starts: Recent[tuple[str, Picture], _Start] = Recent(KEPT_STARTS)
        self.slices = 0

    def watch(self, watch: WatchRequest) -> None:
        """Begin, change or end a watch. What the view shows already is looked at again, not rendered.

        One that changes nothing disturbs no look; what can be told is then said again with the next one.
        """
        if not watch.is_wanted:
            self._drop(watch.key)
            return
        view = self._views.setdefault(watch.key, _View(watch))
        view.told, view.times_exhausted = None, 0
        if view.watch == watch:
            return
        is_restart = view.look is not None
        view.watch, view.look = watch, None
        if view.shown is not None:
            self._agenda.ask(watch.key, self._clock(), is_restart)

    def watches(self, key: ViewKey) -> bool:
        """Whether this view's images are worth keeping: not where looks at them run out of memory."""
        view = self._views.get(key)
        return view is not None and view.times_exhausted < MAX_EXHAUSTED

    def show(self, shown: Shown) -> None:
        """A watched view has been rendered. A final picture ends the look at an older one."""
        key = shown.request.key
        view = self._views[key]
        view.shown = shown
        is_final = shown.request.quality == "final"
        if is_final:
            view.look = None
        self._agenda.note(key, is_final, self._clock())

    def forget(self, session: str) -> None:
        for key in [k for k in self._views if k.session == session]:
            self._drop(key)

    def clear(self) -> None:
        """Give the device's memory back; watches stay, and go on with the next picture."""
        self._starts.clear()
        self._eyes.clear()
        for key, view in self._views.items():
            view.shown = view.look = view.looked_at = None
            self._agenda.forget(key)

    def wait_s(self, may_look: Callable[[ViewKey], bool]) -> float | None:
        """Seconds until there is something to look at; see Agenda."""
        return self._agenda.wait_s(self._clock(), may_look)

    def next(self, is_idle: bool, may_look: Callable[[ViewKey], bool]) -> ViewKey | None:
        """The view to look at now, if any; see Agenda."""
        return self._agenda.next(self._clock(), is_idle, may_look)

    def run_slice(self, key: ViewKey) -> None:
        """One slice of the look at a view. Raises only what means that the device is lost."""
        view = self._views[key]
        if view.look is None:
            assert view.shown is not None, "the agenda names views that have been rendered"
            view.looked_at, view.look = view.shown, self._look(view, view.shown)
        began = now = self._clock()
        is_done = False
        while not is_done and now - began < SHORT_S:
            is_done = self._advance(view, view.look)
            now = self._clock()
        self.slices += 1
        self._agenda.spent(now - began, now)
        if is_done:
            view.look = None
            self._agenda.ended(key, now)
            if view.shown is not None and view.shown is not view.looked_at:
                self._agenda.note(key, view.shown.request.quality == "final", now)

    def _advance(self, view: _View, look: Sliced[None]) -> bool:
        """True when nothing is left of it, done or broken.

        Out of memory: everything else leaves memory for the next picture. If that does not help either, the
        view is not looked at until its watch is asked for again.
        """
        try:
            with torch.inference_mode():
                next(look)
            return False
        except StopIteration:
            view.times_exhausted = 0
            return True
        except Exception as error:
            if is_device_lost(error):
                raise
            self._explain(view, error)
            is_exhausted = is_out_of_memory(error)
        # Outside the handler, whose traceback holds on to the tensors of the failed look.
        if is_exhausted:
            assert view.looked_at is not None
            view.times_exhausted += 1
            self._device.relieve(view.looked_at.request.picture.model)
        return True

    def _look(self, view: _View, shown: Shown) -> Sliced[None]:
        watch, request = view.watch, shown.request
        vision = yield from self._eyes.open(request.picture.model, watch)
        self._tell(view, vision, request)
        start = self._starts.get(_start_of(shown), lambda: self._begin(shown))
        yield
        if watch.factors:
            yield from self._read(vision.factors, shown, start)
        if watch.overlay in vision.overlays:
            yield from self._overlay(vision, watch.overlay, shown, start)

    def _begin(self, shown: Shown) -> _Start:
        request = shown.request
        if request.quality == "final" and not request.picture.edits:
            return _Start(shown.image)
        return _Start(self._device.draw_image(_without_edits(request.picture)))

    def _read(self, network: FactorNetwork | None, shown: Shown, start: _Start) -> Sliced[None]:
        """What a network measures, where one looks, and where the model's factors are."""
        values: tuple[MeasuredValue, ...] = ()
        chances: tuple[MeasuredChances, ...] = ()
        if network is not None and (start.measured is None or start.measured[0] is not network):
            start.measured = (network, (yield from measured_in_slices(network, start.image, self._clock))[0])
        now, waited = None, 0.0
        began = self._clock()
        if network is not None and start.measured is not None:
            before = now = start.measured[1]
            if shown.image is not start.image:
                now, waited = yield from measured_in_slices(network, shown.image, self._clock)
            values = tuple(
                MeasuredValue(name, a, b)
                for name, a, b in zip(now.values, _numbers(now), _numbers(before), strict=True)
            )
            chances = tuple(
                MeasuredChances(name, tuple(chances[0].tolist()), tuple(before.chances[name][0].tolist()))
                for name, chances in now.chances.items()
            )
        factors = self._device.factors(shown.request.picture)
        if factors:
            records = self._device.walks(shown.request.picture.model)
            factors = with_measured(factors, records, shown.image, network, now)
        if network is not None or factors:
            key, revision, ms = (
                shown.request.key,
                shown.request.revision,
                (self._clock() - began - waited) * 1e3,
            )
            self._emit(Reading(key, revision, values, chances, ms, factors))
        yield

    def _overlay(self, vision: Vision, overlay: Overlay, shown: Shown, start: _Start) -> Sliced[None]:
        began = self._clock()
        host = overlay_samples(vision, overlay, shown.image, start.image)
        self._send_overlay(DrawnOverlay(shown.request, overlay, host, (self._clock() - began) * 1e3))
        yield

    def _tell(self, view: _View, vision: Vision, request: RenderRequest) -> None:
        """What can be told of this model's pictures, unless that has been said."""
        sight = Sight(
            key=request.key,
            model=request.picture.model,
            title=vision.title,
            attributes=vision.factors.attributes if vision.factors is not None else (),
            choices=vision.factors.choices if vision.factors is not None else (),
            labels=vision.colored_labels,
            overlays=vision.overlays,
            lack=vision.lack,
        )
        self._say(view, sight)

    def _explain(self, view: _View, error: Exception) -> None:
        """A look broke: say why, once, and go on with the next picture."""
        assert view.looked_at is not None
        request = view.looked_at.request
        known = as_wend_error(error, "in use")
        lack = (known.sentence, known.hint)
        if view.told is None or view.told.lack != lack:
            _log.error("looking at a picture of %s failed", request.picture.model, exc_info=error)
        self._say(view, Sight(request.key, request.picture.model, None, (), (), (), (), lack))

    def _say(self, view: _View, sight: Sight) -> None:
        if view.told != sight:
            view.told = sight
            self._emit(sight)

    def _drop(self, key: ViewKey) -> None:
        self._views.pop(key, None)
        self._agenda.forget(key)


def _without_edits(picture: Picture) -> Picture:
    return picture.model_copy(update={"edits": ()})


def _start_of(shown: Shown) -> tuple[str, Picture]:
    return shown.generator_hash, _without_edits(shown.request.picture)


def _numbers(measurement: Measurement) -> list[float]:
    """The values of one picture, through one copy from the device."""
    if not measurement.values:
        return []
    numbers: list[float] = torch.stack([value[0] for value in measurement.values.values()]).tolist()
    return numbers
