"""Flow: the websocket side of uvicorn with backpressure that the outbox can feel.

uvicorn waits before a send, for room in a buffer of 64 KiB, and the kernel grows its own for a reader
that is slow. Here a send returns once the kernel has the bytes, and the kernel keeps little unsent: what
waits, waits in the outbox, where a newer frame replaces it. Measured with frames of 16 KiB and a reader
that never reads: two were drawn for it, with uvicorn's own flow control five.
"""

import socket
from asyncio.transports import BaseTransport

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

UNSENT_BYTES = 16 * 1024
"""What the kernel may hold that has not gone out: a few live frames of the bundled model."""
SEND_BUFFER_BYTES = 128 * 1024
"""Sent but unconfirmed bytes; enough for 10 MB/s at 10 ms round trip, and Linux doubles it."""


class FlowControlledProtocol(WebSocketsSansIOProtocol):
    """One websocket connection whose `send` ends when its bytes have left this process."""

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=0)
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
            if hasattr(socket, "TCP_NOTSENT_LOWAT") and sock.family in (socket.AF_INET, socket.AF_INET6):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        await self.writable.wait()

    def keepalive_timeout(self) -> None:
        """A reader that answers no ping takes no goodbye either: closing would wait for it forever."""
        super().keepalive_timeout()
        self.transport.abort()

    def shutdown(self) -> None:
        """The server stops: a reader that takes nothing must not hold it up."""
        super().shutdown()
        if not self.writable.is_set():
            self.transport.abort()
