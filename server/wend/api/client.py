"""Client: our own end of the socket, for benches and scripts; speaks as the page does."""

import socket
from collections.abc import AsyncIterator

from pydantic import TypeAdapter
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from wend.documents.picture import Picture
from wend.errors import RenderFailed
from wend.protocol.frames import Frame, decode_frame
from wend.protocol.messages import Overlay, Problem, Quality, Reading, Render, ServerMessage, Sight, Watch
from wend.protocol.regions import FindRegion, RegionFound
from wend.protocol.schema import subprotocol

__all__ = ["MAX_FRAME_BYTES", "Client", "RegionFound", "open_client", "open_stuck_client"]

MAX_FRAME_BYTES = 2**26
_SERVER_MESSAGE: TypeAdapter[ServerMessage] = TypeAdapter(ServerMessage)


class Client:
    """One connection with one view. Revisions count up; frames come back with theirs.

    readings, maps: how many of each came between the frames.
    """

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.revision = 0
        self.readings = self.maps = 0

    async def ask(self, picture: Picture, quality: Quality = "live") -> int:
        """Send a render; its revision."""
        self.revision += 1
        message = Render(revision=self.revision, quality=quality, picture=picture)
        await self.connection.send(message.model_dump_json())
        return self.revision

    async def find_region(self, picture: Picture, mask: str) -> AsyncIterator[RegionFound]:
        """Have sliders found for a mask: every answer, to the last."""
        self.revision += 1
        message = FindRegion(request=self.revision, picture=picture, mask=mask)
        await self.connection.send(message.model_dump_json())
        while True:
            received = await self.receive()
            if isinstance(received, RegionFound) and received.request == message.request:
                yield received
                if received.is_done:
                    return

    async def labels(self, picture: Picture) -> tuple[Frame, tuple[str, ...]]:
        """Have a picture looked at for its labels, which are watched: the map, and the labels' names if they
        were said anew."""
        names: tuple[str, ...] = ()
        revision = await self.ask(picture, "final")
        while True:
            received = await self.receive()
            if isinstance(received, Sight):
                names = tuple(label.name for label in received.labels)
            elif isinstance(received, Frame) and (received.kind, received.revision) == ("labels", revision):
                return received, names

    async def watch(self, factors: bool, overlay: Overlay | None) -> None:
        """Have the pictures of the view looked at; readings and maps then come between its frames."""
        await self.connection.send(Watch(factors=factors, overlay=overlay).model_dump_json())

    async def receive(self) -> Frame | ServerMessage:
        """The next frame or message. Raises: InvalidMessage for a frame of another version."""
        data = await self.connection.recv()
        return decode_frame(data) if isinstance(data, bytes) else _SERVER_MESSAGE.validate_json(data)

    async def frame(self) -> Frame:
        """The next picture; all else passes by. Raises: RenderFailed when the server reports a problem."""
        while True:
            received = await self.receive()
            if isinstance(received, Frame) and received.kind == "picture":
                return received
            self.maps += isinstance(received, Frame)
            self.readings += isinstance(received, Reading)
            if isinstance(received, Problem):
                raise RenderFailed(f"{received.code}: {received.sentence}")

    async def close(self) -> None:
        await self.connection.close()

    def abort(self) -> None:
        """Drop the connection without a word, as a crashed browser does."""
        self.connection.transport.abort()


async def open_client(url: str) -> Client:
    """Connect to ws://host:port/ws. No compression: frames are compressed pictures already."""
    return Client(await connect(url, subprotocols=_ours(), compression=None, max_size=MAX_FRAME_BYTES))


async def open_stuck_client(url: str, host: str, port: int) -> Client:
    """A client that stops taking data from the network after one unread message.

    Its receive buffer is the smallest the system allows, so the server soon feels it.
    """
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect((host, port))
    connection = await connect(
        url, sock=raw, subprotocols=_ours(), compression=None, max_queue=1, ping_interval=None
    )
    return Client(connection)


def _ours() -> list[Subprotocol]:
    return [Subprotocol(subprotocol())]
