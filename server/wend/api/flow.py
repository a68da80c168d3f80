"""Flow: the websocket side of uvicorn with backpressure that the outbox can feel.

uvicorn waits before a send, for room in a buffer of 64 KiB, and the kernel grows its own for a reader
that is slow. Here a send returns once the kernel has the bytes, and the kernel keeps little unsent: what
waits, waits in the outbox, where a newer frame replaces it. Measured with frames of 16 KiB and a reader
that never reads: two were drawn for it, with uvicorn's own flow control five.
"""

import logging
import socket
from asyncio.transports import BaseTransport

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode
from websockets.server import ServerProtocol

from wend.errors import MessageTooLarge

UNSENT_BYTES = 16 * 1024
"""What the kernel may hold that has not gone out: a few live frames of the bundled model."""
SEND_BUFFER_BYTES = 128 * 1024
"""Sent but unconfirmed bytes; enough for 10 MB/s at 10 ms round trip, and Linux doubles it."""


LINGER_S = 2.0
"""How long what still arrives after a refused message is read and dropped, so that its sender hears why."""


class _Wire(ServerProtocol):
    """The wire, whose refusal of a message beyond the limit carries our stable code as its reason."""

    def fail(self, code: int, reason: str = "") -> None:
        super().fail(code, MessageTooLarge.code if code == CloseCode.MESSAGE_TOO_BIG else reason)


class FlowControlledProtocol(WebSocketsSansIOProtocol):
    """One websocket connection whose `send` ends when its bytes have left this process."""

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        assert not self.config.ws_per_message_deflate  # frames are compressed already
        self.conn = _Wire(max_size=self.config.ws_max_size, logger=logging.getLogger("uvicorn.error"))
        self.transport.set_write_buffer_limits(high=0)
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
            if hasattr(socket, "TCP_NOTSENT_LOWAT") and sock.family in (socket.AF_INET, socket.AF_INET6):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        await self.writable.wait()

    def handle_parser_exception(self) -> None:
        """Say goodbye and wait for the other side: to close on unread bytes would reset the connection."""
        if self.close_sent:
            return
        assert self.conn.close_sent is not None
        code, reason = self.conn.close_sent.code, self.conn.close_sent.reason
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(LINGER_S, self.transport.abort)

    def keepalive_timeout(self) -> None:
        """A reader that answers no ping takes no goodbye either: closing would wait for it forever."""
        super().keepalive_timeout()
        self.transport.abort()

    def shutdown(self) -> None:
        """The server stops: a reader that takes nothing must not hold it up."""
        super().shutdown()
        if not self.writable.is_set():
            self.transport.abort()
