"""Server: uvicorn as it serves here."""

import logging
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from wend.api.flow import FlowControlledProtocol
from wend.errors import WendError

MAX_WEBSOCKET_BYTES = 2**20
"""Beyond this a message ends its connection (1009, message_too_large); below, too large a one is answered
with a problem."""
SHUTDOWN_S = 3
PING_S = 20.0
"""A browser is asked this often whether it is there, and has as long to answer."""


class Server(uvicorn.Server):
    """Says when it really answers."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._announce()


def build_server(app: FastAPI, announce: Callable[[], None], ping_s: float = PING_S) -> Server:
    """A server for `run([listener])`."""
    config = uvicorn.Config(
        app,
        lifespan="on",
        ws=FlowControlledProtocol,
        ws_max_size=MAX_WEBSOCKET_BYTES,
        ws_ping_interval=ping_s,
        ws_ping_timeout=ping_s,
        ws_per_message_deflate=False,  # frames are compressed already
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,  # it would print the token
        server_header=False,
        proxy_headers=False,  # it would believe any process of this machine; see `proxy`
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    # What kept the app from starting is told by the command line, in a sentence; uvicorn prints its stack.
    logging.getLogger("uvicorn.error").addFilter(lambda _: app.state.refusal is None)
    return Server(config, announce)


def run(app: FastAPI, listener: socket.socket, announce: Callable[[], None]) -> None:
    """Serve until a signal comes. Raises: WendError when the server cannot start."""
    try:
        build_server(app, announce).run([listener])
    except KeyboardInterrupt:
        return
    except SystemExit:
        refusal = app.state.refusal
        if isinstance(refusal, WendError):
            raise refusal from None
        raise
