"""A real server on a real port, as `wend serve` runs it, in a thread of the test."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from websockets.client import ClientProtocol
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from wend.api.server import PING_S, build_server
from wend.app import EngineBuilder, create_app
from wend.cli.serve import listen
from wend.protocol.schema import subprotocol
from wend.settings import Settings

PATIENCE_S = 60.0


@contextmanager
def running(
    settings: Settings, build_engine: EngineBuilder, port: int = 0, ping_s: float = PING_S
) -> Iterator[int]:
    """The port it answers on."""
    listener = listen(settings.model_copy(update={"port": port}))
    is_up = threading.Event()
    server = build_server(create_app(settings, build_engine), is_up.set, ping_s)
    thread = threading.Thread(target=server.run, args=([listener],), name="test-server")
    thread.start()
    try:
        assert is_up.wait(PATIENCE_S), "the server did not start"
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
        listener.close()
        assert not thread.is_alive(), "the server did not stop"


@contextmanager
def open_socket(port: int) -> Iterator[ClientConnection]:
    """A well-behaved client."""
    url = f"ws://127.0.0.1:{port}/ws"
    wanted = [Subprotocol(subprotocol())]
    with connect(url, subprotocols=wanted, compression=None, max_size=None, proxy=None) as client:
        yield client


class StuckClient:
    """Opens a socket and sends, but does not read until told to."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket()
        # Its own kernel takes little, so that what is counted is what the server lets go.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        self._socket.settimeout(PATIENCE_S)
        self._socket.connect(("127.0.0.1", port))
        self._protocol = ClientProtocol(
            parse_uri(f"ws://127.0.0.1:{port}/ws"), subprotocols=[Subprotocol(subprotocol())], max_size=None
        )
        self._protocol.send_request(self._protocol.connect())
        self._flush()

    def send(self, text: str) -> None:
        self._protocol.state = self._protocol.state.OPEN  # it has not read the server's consent
        self._protocol.send_text(text.encode())
        self._flush()

    def close(self) -> None:
        """Go away without a word."""
        self._socket.close()

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            self._socket.sendall(data)

    def read_some(self, limit_bytes: int) -> bytes:
        return self._socket.recv(limit_bytes)
