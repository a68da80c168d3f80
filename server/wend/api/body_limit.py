"""Body limit: a request that is larger than allowed, or does not go on, is refused while it arrives."""

import asyncio
import time
from collections.abc import Callable, Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wend.api import problems
from wend.errors import BodyTooSlow, MessageTooLarge, WendError

SILENCE_S = 30.0
"""So long may nothing come of a body that has not ended."""
GRACE_S = 60.0
LEAST_BYTES_PER_S = 4096
"""A body has the grace, and as long as its bytes take at this rate: drops are no way to stay for ever. Only
the time counts in which the server waits for it."""


class BodyLimit:
    """Counts the bytes of every request's body, and its time; beyond either the answer is a problem document.

    larger: limits of routes that take files, by (method, path), where they are above the general one; a path
    that ends in a slash stands for all below it. silence_s: as `SILENCE_S`; clock: seconds from anywhere.
    """

    def __init__(
        self,
        app: ASGIApp,
        limit_bytes: int,
        larger: Mapping[tuple[str, str], int] | None = None,
        silence_s: float = SILENCE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.app = app
        self.limit_bytes = limit_bytes
        self.larger = dict(larger or {})
        self.silence_s = silence_s
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self._limit(scope["method"], scope["path"].removeprefix(scope.get("root_path", "")))
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdecimal() or int(declared[:20]) > limit:
            await problems.response(MessageTooLarge(limit))(scope, receive, send)
            return
        body = _Body(receive, limit, self.silence_s, self.clock)
        has_started = False

        async def send_unless_failed(message: Message) -> None:
            # What a route makes of a body that broke off is not what is wrong with it.
            nonlocal has_started
            if body.failure is None or has_started:
                has_started = has_started or message["type"] == "http.response.start"
                await send(message)

        try:
            await self.app(scope, body.receive, send_unless_failed)
        except (MessageTooLarge, BodyTooSlow):
            if has_started:
                raise
        if body.failure is not None and not has_started:
            await problems.response(body.failure)(scope, receive, send)

    def _limit(self, method: str, path: str) -> int:
        below = path[: path.rfind("/") + 1]
        return max(self.limit_bytes, self.larger.get((method, path), 0), self.larger.get((method, below), 0))


class _Body:
    """A request's body as it comes. failure: why it was not let come to its end."""

    def __init__(
        self, receive: Receive, limit_bytes: int, silence_s: float, clock: Callable[[], float]
    ) -> None:
        self.failure: WendError | None = None
        self._receive, self._limit, self._silence_s, self._clock = receive, limit_bytes, silence_s, clock
        self._waited_s = 0.0
        self._received = 0
        self._is_whole = False

    async def receive(self) -> Message:
        """Raises: MessageTooLarge, BodyTooSlow."""
        if self._is_whole:
            return await self._receive()  # from here on only that the browser went away
        allowed_s = GRACE_S + self._received / LEAST_BYTES_PER_S - self._waited_s
        asked = self._clock()
        try:
            message = await asyncio.wait_for(self._receive(), min(self._silence_s, allowed_s))
        except TimeoutError as error:
            self.failure = BodyTooSlow(self._received)
            raise self.failure from error
        finally:
            self._waited_s += self._clock() - asked
        self._received += len(message.get("body", b""))
        self._is_whole = not message.get("more_body", False)
        if self._received > self._limit:
            self.failure = MessageTooLarge(self._limit)
            raise self.failure
        return message
