"""Body limit: a request larger than allowed is refused while it arrives, never held whole."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wend.api import problems
from wend.errors import MessageTooLarge


class BodyLimit:
    """Counts the bytes of every request's body; over the limit the answer is a problem document."""

    def __init__(self, app: ASGIApp, limit_bytes: int) -> None:
        self.app = app
        self.limit_bytes = limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdecimal() or int(declared[:20]) > self.limit_bytes:
            await problems.response(MessageTooLarge(self.limit_bytes))(scope, receive, send)
            return
        received = 0
        has_started = False

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.limit_bytes:
                raise MessageTooLarge(self.limit_bytes)
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
