"""Outbox: what waits to leave for one browser, bounded; and the one place where threads meet the loop."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from wend.api.nearest import nearest_message
from wend.api.readings import reading_message, sight_message
from wend.api.regions import Thumbnails, drift_message, region_message
from wend.engine.nearest_request import NearestReport
from wend.engine.request import (
    REGION_PREFIX,
    DriftReport,
    EngineEvent,
    OverlayResult,
    Reading,
    RegionReport,
    RenderFailure,
    RenderResult,
    SetReport,
    Sight,
    ViewKey,
    WorkProgress,
)
from wend.protocol.base import Message
from wend.protocol.messages import Problem, Progress, WalksChanged

JOB_PREFIX = "job:"
"""Of the names of works, and of the keys of messages, that belong to jobs."""
CONTROL_LIMIT = 64
"""Ordered messages that may wait. Its own reader is not read from beyond that, see `room`."""


@dataclass(frozen=True)
class Parcel:
    """One thing to write: a message, or a picture or map for a view, with the time it was posted
    (monotonic, s)."""

    content: Message | RenderResult | OverlayResult
    key: ViewKey | None
    posted: float


class Outbox:
    """Of one connection; used on the event loop only.

    Four kinds wait here. Control messages leave in order, and who causes them waits for `room`.
    Progress has one place per work and readings one per view: the newest. Every view has one place for
    its newest outcome, a frame or a failure; a slow browser loses old frames, never memory, and never
    slows another. Every view has one place for its newest map, which leaves when nothing else waits.
    """

    def __init__(self) -> None:
        self._control: deque[Parcel] = deque()
        self._keyed: dict[str, Parcel] = {}
        self._views: dict[ViewKey, Parcel] = {}
        self._maps: dict[ViewKey, Parcel] = {}
        self._changed = asyncio.Event()
        self._taken = asyncio.Event()
        self.dropped = 0
        """Outcomes and progress that a newer one replaced."""

    def __len__(self) -> int:
        return len(self._control) + len(self._keyed) + len(self._views) + len(self._maps)

    def post(self, message: Message) -> None:
        """An ordered message. Callers that answer a client wait for `room` first."""
        self._control.append(Parcel(message, None, _now()))
        self._changed.set()

    def post_keyed(self, key: str, message: Message) -> None:
        """A message of which only the newest of its key matters."""
        self.dropped += key in self._keyed
        self._keyed[key] = Parcel(message, None, _now())
        self._changed.set()

    def post_outcome(self, key: ViewKey, content: RenderResult | Problem) -> None:
        """The newest frame or failure of a view. Views are served in turn."""
        self.dropped += self._views.pop(key, None) is not None
        self._views[key] = Parcel(content, key, _now())
        self._changed.set()

    def post_map(self, key: ViewKey, content: OverlayResult) -> None:
        """The newest map over a view's picture."""
        self.dropped += self._maps.pop(key, None) is not None
        self._maps[key] = Parcel(content, None, _now())
        self._changed.set()

    async def room(self) -> None:
        """Wait until few enough ordered messages wait."""
        while len(self._control) >= CONTROL_LIMIT:
            self._taken.clear()
            await self._taken.wait()

    async def take(self) -> Parcel:
        """The next to leave: control, progress and readings, the view that waits longest, then maps."""
        while not len(self):
            self._changed.clear()
            await self._changed.wait()
        self._taken.set()
        if self._control:
            return self._control.popleft()
        if self._keyed:
            return self._keyed.pop(next(iter(self._keyed)))
        slots = self._views or self._maps
        return slots.pop(next(iter(slots)))


class Outboxes:
    """Every open outbox by session; the engine's events come in here, from its threads."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._open: dict[str, Outbox] = {}
        self.thumbnails = Thumbnails()
        self._answers: dict[ViewKey, asyncio.Future[RenderResult | RenderFailure]] = {}
        self._reports: dict[ViewKey, asyncio.Future[SetReport]] = {}
        self._listeners: list[Callable[[WorkProgress], None]] = []

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Events go to this loop from now on."""
        self._loop = loop

    def detach(self) -> None:
        """The loop ends: later events are nobody's."""
        self._loop = None

    def post_event(self, event: EngineEvent) -> None:
        """Thread-safe; never blocks."""
        loop = self._loop
        if loop is None:
            return
        try:
            loop.call_soon_threadsafe(self._route, event)
        except RuntimeError:
            # The loop closed between the two lines: nobody is left to be told.
            return

    def open(self, session: str) -> Outbox:
        outbox = Outbox()
        self._open[session] = outbox
        return outbox

    def close(self, session: str) -> None:
        self._open.pop(session, None)

    def __len__(self) -> int:
        return len(self._open)

    def tell(self, key: str, message: Message) -> None:
        """Thread-safe; never blocks. To every connection: the newest of its key that still waits."""
        loop = self._loop
        if loop is None:
            return
        try:
            loop.call_soon_threadsafe(self._tell, key, message)
        except RuntimeError:
            return  # as in post_event

    def _tell(self, key: str, message: Message) -> None:
        for outbox in self._open.values():
            outbox.post_keyed(key, message)

    def broadcast(self, message: Message) -> None:
        """To every connection. The newest of a kind and content is enough, so it is keyed by them."""
        for outbox in self._open.values():
            outbox.post_keyed(message.model_dump_json(), message)

    def listen(self, listener: Callable[[WorkProgress], None]) -> None:
        """Tell it of every progress report, on the event loop."""
        self._listeners.append(listener)

    def expect(self, key: ViewKey) -> asyncio.Future[RenderResult | RenderFailure]:
        """The outcome of one request that no socket waits for; `forget_answer` ends the wait."""
        future: asyncio.Future[RenderResult | RenderFailure] = asyncio.get_running_loop().create_future()
        self._answers[key] = future
        return future

    def expect_report(self, key: ViewKey) -> asyncio.Future[SetReport]:
        """What becomes of factors that are set; `forget_answer` ends the wait."""
        future: asyncio.Future[SetReport] = asyncio.get_running_loop().create_future()
        self._reports[key] = future
        return future

    def forget_answer(self, key: ViewKey) -> None:
        self._answers.pop(key, None)
        self._reports.pop(key, None)

    def _route(self, event: EngineEvent) -> None:
        match event:
            case RenderResult() | RenderFailure():
                self._route_outcome(event)
            case WorkProgress():
                # Of jobs the runner tells, with all that is known of them.
                if not event.work.startswith((JOB_PREFIX, REGION_PREFIX)):
                    self._tell(event.work, _progress(event))
                for listener in self._listeners:
                    listener(event)
            case RegionReport():
                self._route_region(event)
            case NearestReport():
                self._route_nearest(event)
            case DriftReport():
                self._route_drift(event)
            case SetReport():
                report = self._reports.get(event.key)
                if report is not None and not report.done():
                    report.set_result(event)
            case Sight() | Reading() | OverlayResult():
                self._route_seen(event)
            case _:
                assert_never(event)

    def _route_seen(self, event: Sight | Reading | OverlayResult) -> None:
        outbox = self._open.get(event.key.session)
        if outbox is None:
            return
        match event:
            case Sight():
                outbox.post(sight_message(event))
            case Reading():
                outbox.post_keyed(f"reading:{event.key.view}", reading_message(event))
            case OverlayResult():
                outbox.post_map(event.key, event)
            case _:
                assert_never(event)

    def _route_region(self, report: RegionReport) -> None:
        self.thumbnails.keep(report.assets)
        outbox = self._open.get(report.key.session)
        if outbox is not None:
            outbox.post_keyed(f"region:{report.key.view}", region_message(report))
        if report.is_done and report.sliders:
            self.broadcast(WalksChanged(model=report.model))

    def _route_nearest(self, report: NearestReport) -> None:
        self.thumbnails.keep(report.assets)
        outbox = self._open.get(report.key.session)
        if outbox is not None:
            outbox.post_keyed(f"nearest:{report.key.view}", nearest_message(report))

    def _route_drift(self, report: DriftReport) -> None:
        outbox = self._open.get(report.key.session)
        if outbox is not None:
            outbox.post_keyed(f"drift:{report.key.view}", drift_message(report))

    def _route_outcome(self, event: RenderResult | RenderFailure) -> None:
        answer = self._answers.get(event.key)
        if answer is not None:
            if not answer.done():
                answer.set_result(event)
            return
        outbox = self._open.get(event.key.session)
        if outbox is None:
            return
        outbox.post_outcome(event.key, event if isinstance(event, RenderResult) else _problem(event))


def _problem(failure: RenderFailure) -> Problem:
    return Problem(
        code=failure.code,
        sentence=failure.sentence,
        hint=failure.hint,
        view=failure.key.view,
        revision=failure.revision,
    )


def _progress(event: WorkProgress) -> Progress:
    return Progress(
        work=event.work,
        label=event.label,
        fraction=min(1.0, max(0.0, event.fraction)),
        seconds_left=event.seconds_left,
        is_done=event.done,
        failure=event.failure,
    )


def _now() -> float:
    return asyncio.get_running_loop().time()
