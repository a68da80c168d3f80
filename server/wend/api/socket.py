"""Socket: WS /ws, one session per connection; one task reads, one writes."""

import time
import uuid
from collections.abc import Awaitable, Callable

from anyio import CancelScope, create_task_group, to_thread
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from wend.api import incoming, problems
from wend.api.engine_port import EnginePort
from wend.api.metrics import Metrics
from wend.api.outbox import Outbox, Outboxes
from wend.api.readings import overlay_frame
from wend.engine.nearest_request import NearestRequest
from wend.engine.request import OverlayResult, RegionRequest, RenderResult, WatchRequest
from wend.errors import InvalidMessage, SchemaMismatch, WendError
from wend.protocol.frames import Frame, encode_frame
from wend.protocol.messages import Hello, Problem
from wend.protocol.schema import SUBPROTOCOL_PREFIX, subprotocol
from wend.sessions.session import DiscoverRequest, Session, StopSearchRequest

CLOSE_STALE_PAGE = 4409
_SERIALS = 2**32


class Connection:
    """One browser: its session, its outbox and its socket."""

    def __init__(
        self,
        websocket: WebSocket,
        outboxes: Outboxes,
        engine: EnginePort,
        metrics: Metrics,
        limit_bytes: int,
        discover: Callable[[str], None],
    ) -> None:
        self.websocket = websocket
        self.session = Session(uuid.uuid4().hex)
        self.outboxes = outboxes
        self.outbox: Outbox = outboxes.open(self.session.id)
        self.engine = engine
        self.metrics = metrics
        self.limit_bytes = limit_bytes
        self.discover = discover
        self._serial = 0

    async def serve(self, hello: Hello) -> None:
        """Until the browser goes away."""
        self.metrics.connections.inc()
        self.outbox.post(hello)
        try:
            async with create_task_group() as group:
                group.start_soon(_run_until_gone, self._write, group.cancel_scope)
                group.start_soon(_run_until_gone, self._read, group.cancel_scope)
        finally:
            self.outboxes.close(self.session.id)
            self.engine.forget(self.session.id)
            self.metrics.connections.dec()
            self.metrics.dropped.inc(self.outbox.dropped)

    async def _read(self) -> None:
        while True:
            received = await self.websocket.receive()
            if received["type"] == "websocket.disconnect":
                return
            await self.outbox.room()
            text = received.get("text")
            try:
                if text is None:
                    raise InvalidMessage("the server takes no binary messages")
                await self._handle(text)
            except WendError as error:
                self.metrics.refused.labels(error.code).inc()
                self.outbox.post(incoming.refusal(text or "", error))

    async def _handle(self, text: str) -> None:
        message = incoming.parse(text, self.limit_bytes)
        request = self.session.apply(message, time.monotonic())
        if isinstance(request, DiscoverRequest):
            await to_thread.run_sync(self.discover, request.model)
        elif isinstance(request, WatchRequest):
            self.engine.watch(request)
        elif isinstance(request, RegionRequest | NearestRequest):
            self.engine.ask(request)
        elif isinstance(request, StopSearchRequest):
            self.engine.stop_search(request.search)
        elif request is not None:
            self.engine.submit(request)

    async def _write(self) -> None:
        while True:
            parcel = await self.outbox.take()
            content = parcel.content
            if isinstance(content, RenderResult):
                await self.websocket.send_bytes(self._frame(content))
                self._count(content)
                # A failure frees its view by itself, and a frame may have been drawn for it since.
                self.engine.delivered(content.key)
            elif isinstance(content, OverlayResult):
                await self.websocket.send_bytes(encode_frame(overlay_frame(content, self._next_serial())))
                self.metrics.maps.labels(content.overlay).inc()
            else:
                await self.websocket.send_text(content.model_dump_json())
                if isinstance(content, Problem) and parcel.key is not None:
                    self.metrics.failures.labels(content.code).inc()

    def _next_serial(self) -> int:
        self._serial = (self._serial + 1) % _SERIALS
        return self._serial

    def _frame(self, result: RenderResult) -> bytes:
        height, width = result.size
        return encode_frame(
            Frame(
                view=result.key.view,
                revision=result.revision,
                serial=self._next_serial(),
                codec=result.codec,
                quality=result.quality,
                height=height,
                width=width,
                render_ms=result.render_ms,
                wait_ms=result.wait_ms,
                payload=result.payload,
            )
        )

    def _count(self, result: RenderResult) -> None:
        self.metrics.frames.labels(result.quality).inc()
        self.metrics.render.observe(result.render_ms / 1e3)
        waited = self.session.waited(result.key.view, result.revision, time.monotonic())
        if waited is not None:
            self.metrics.latency.labels(result.quality).observe(waited)


async def _run_until_gone(part: Callable[[], Awaitable[None]], scope: CancelScope) -> None:
    """One half of a connection; when it ends, so does the other."""
    try:
        await part()
    except WebSocketDisconnect:
        # The ordinary end, which the writer learns as a failed send.
        return
    finally:
        scope.cancel()


def routes(
    outboxes: Outboxes,
    engine: EnginePort,
    metrics: Metrics,
    limit_bytes: int,
    greet: Callable[[], Hello],
    discover: Callable[[str], None],
) -> APIRouter:
    """WS /ws. `greet` and `discover` may look at the disk, and are called off the loop."""
    router = APIRouter()

    @router.websocket("/ws")
    async def live(websocket: WebSocket) -> None:
        offered: list[str] = websocket.scope["subprotocols"]
        if subprotocol() not in offered:
            await _refuse_stale(websocket, offered)
            return
        await websocket.accept(subprotocol())
        try:
            hello = await to_thread.run_sync(greet)
            connection = Connection(websocket, outboxes, engine, metrics, limit_bytes, discover)
            await connection.serve(hello)
        except WebSocketDisconnect:
            return

    return router


async def _refuse_stale(websocket: WebSocket, offered: list[str]) -> None:
    """A page of another version: said in words it can show, since a browser hides a refused handshake."""
    ours = [name for name in offered if name.startswith(SUBPROTOCOL_PREFIX)]
    error = SchemaMismatch(subprotocol())
    try:
        await websocket.accept(ours[0] if ours else None)
        await websocket.send_text(problems.message(error).model_dump_json())
        await websocket.close(CLOSE_STALE_PAGE, error.code)
    except WebSocketDisconnect:
        return
