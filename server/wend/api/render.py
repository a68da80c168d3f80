"""Render: POST /api/render, one picture in `final` quality."""

import asyncio
import itertools
import time
from collections.abc import Coroutine
from typing import TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from wend.api import problems
from wend.api.engine_port import EnginePort
from wend.api.metrics import Metrics
from wend.api.outbox import Outboxes
from wend.engine.request import RenderFailure, RenderRequest, RenderResult, ViewKey
from wend.errors import RenderTimeout
from wend.imaging.png_text import with_picture
from wend.protocol.resources import RenderBody
from wend.protocol.schema import REF_TEMPLATE

MAX_AT_ONCE = 8
"""Scripts that ask for more wait here, so that the engine's queue stays that of the people who drag."""

CLIENT_CLOSED = 499
"""The status of an answer that nobody reads, as nginx counts it."""

T = TypeVar("T")
_IMAGE_TYPES = ("image/png", "image/jpeg", "image/webp")


def parse_body(data: bytes) -> RenderBody:
    """Read a body as strictly as a socket message. Raises: InvalidMessage."""
    try:
        return RenderBody.model_validate_json(data, strict=True)
    except ValidationError as error:
        raise problems.invalid_message(error) from error


class Renders:
    """Renders that no socket waits for."""

    def __init__(self, outboxes: Outboxes, engine: EnginePort, timeout_s: float) -> None:
        self._outboxes = outboxes
        self._engine = engine
        self._timeout_s = timeout_s
        self._turns = asyncio.Semaphore(MAX_AT_ONCE)
        self._numbers = itertools.count()

    async def render(self, body: RenderBody) -> RenderResult | RenderFailure:
        """One picture, without blocking the loop. Raises: RenderTimeout."""
        key = ViewKey(f"http-{next(self._numbers)}", 0)
        answer = self._outboxes.expect(key)
        try:
            async with asyncio.timeout(self._timeout_s), self._turns:
                request = RenderRequest(key, 0, body.picture, "final", body.format, time.monotonic())
                self._engine.submit(request)
                while True:
                    result = await answer
                    if isinstance(result, RenderFailure) or result.quality == "final":
                        return result
                    # As far as it is known by now; it comes again when it is worked out, not before this.
                    answer = self._outboxes.expect(key)
                    self._engine.delivered(key)
        except TimeoutError as error:
            raise RenderTimeout(self._timeout_s) from error
        finally:
            self._outboxes.forget_answer(key)
            self._engine.forget(key.session)


async def _while_connected(request: Request, render: Coroutine[object, object, T]) -> T | None:
    """The outcome; None when nobody waits for it any more, and the render has been called off."""
    work, gone = asyncio.ensure_future(render), asyncio.ensure_future(_disconnect(request))
    try:
        await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
        return await work if work.done() else None
    finally:
        for task in (work, gone):
            task.cancel()
        # Called off means forgotten by the engine, too, which the end of the task waits for.
        await asyncio.wait((work, gone))


async def _disconnect(request: Request) -> None:
    """Returns when the client has gone away. Its body must have been read."""
    while (await request.receive())["type"] != "http.disconnect":
        continue


def routes(renders: Renders, metrics: Metrics) -> APIRouter:
    """POST /api/render."""
    router = APIRouter(prefix="/api/render", tags=["render"])
    schema = {"$ref": REF_TEMPLATE.format(model=RenderBody.__name__)}

    @router.post(
        "",
        summary="A picture in final quality: the same bytes for the same picture; a PNG says in it which",
        response_class=Response,
        responses={200: {"content": {kind: {} for kind in _IMAGE_TYPES}}},
        openapi_extra={
            "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}
        },
    )
    async def render(request: Request) -> Response:
        body = parse_body(await request.body())
        start = time.monotonic()
        result = await _while_connected(request, renders.render(body))
        if result is None:
            return Response(status_code=CLIENT_CLOSED)
        if isinstance(result, RenderFailure):
            metrics.failures.labels(result.code).inc()
            return problems.failure_response(result.code, result.sentence, result.hint)
        metrics.frames.labels(result.quality).inc()
        metrics.render.observe(result.render_ms / 1e3)
        metrics.latency.labels(result.quality).observe(time.monotonic() - start)
        height, width = result.size
        headers = {"Cache-Control": "no-store", "X-Wend-Size": f"{height}x{width}"}
        payload = with_picture(result.payload, body.picture) if body.format == "png" else result.payload
        return Response(payload, media_type=f"image/{result.codec}", headers=headers)

    return router
