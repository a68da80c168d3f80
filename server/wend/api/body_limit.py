"""Body limit: a request larger than allowed is refused while it arrives, never held whole."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wend.api import problems
from wend.errors import MessageTooLarge


class BodyLimit:
    """Counts the bytes of every request's body; over the limit the answer is a problem document.

    larger: limits of routes that take files, by (method, path), where they are above the general one.
    """

    def __init__(
        self, app: ASGIApp, limit_bytes: int, larger: Mapping[tuple[str, str], int] | None = None
    ) -> None:
        self.app = app
        self.limit_bytes = limit_bytes
        self.larger = dict(larger or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = max(self.limit_bytes, self.larger.get((scope["method"], scope["path"]), 0))
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdecimal() or int(declared[:20]) > limit:
            await problems.response(MessageTooLarge(limit))(scope, receive, send)
            return
        received = 0
        has_started = False

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise MessageTooLarge(limit)
            return message

        async def send_noted(message: Message) -> None:
            nonlocal has_started
            has_started = has_started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive_counted, send_noted)
        except MessageTooLarge as error:
            if has_started:
                raise
            await problems.response(error)(scope, receive, send)
