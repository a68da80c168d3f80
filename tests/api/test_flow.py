"""Backpressure on a real server: who does not read, or sends nonsense, costs nobody else anything."""

import itertools
import json
import socket
import statistics
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.api.conftest import MODEL
from tests.api.fake_engine import FakeEngineBuilder
from tests.api.running import PATIENCE_S, StuckClient, open_socket, running
from wend.api.server import PING_S
from wend.protocol.frames import Frame, decode_frame
from wend.settings import Settings

PAYLOAD_BYTES = 16 * 1024
FLOOD = 3000


@pytest.fixture
def served(settings: Settings) -> Iterator[tuple[int, FakeEngineBuilder]]:
    builder = FakeEngineBuilder(PAYLOAD_BYTES)
    with running(settings, builder) as port:
        yield port, builder


def render(revision: int) -> str:
    picture = {"model": MODEL, "latent": {"kind": "seed", "seed": revision}}
    return json.dumps({"type": "render", "view": 0, "revision": revision, "picture": picture})


@contextmanager
def greeted(port: int) -> Iterator[ClientConnection]:
    with open_socket(port) as client:
        assert json.loads(client.recv(PATIENCE_S))["type"] == "hello"
        yield client


def ask(client: ClientConnection, revision: int) -> Frame:
    client.send(render(revision))
    data = client.recv(PATIENCE_S)
    assert isinstance(data, bytes), data
    return decode_frame(data)


def problem(client: ClientConnection) -> dict[str, Any]:  # Any: JSON
    answer: dict[str, Any] = json.loads(client.recv(PATIENCE_S))  # Any: JSON
    assert answer["type"] == "error"
    return answer


def send_and_listen(client: ClientConnection, message: str | bytes) -> str | bytes:
    client.send(message)
    return client.recv(PATIENCE_S)


def wait_for(is_there: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_there():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.01)


def drag(client: ClientConnection, revisions: range) -> float:
    """Median time of an edit until its frame, in s."""
    times = []
    for revision in revisions:
        start = time.perf_counter()
        assert ask(client, revision).revision == revision
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def test_a_reader_that_never_reads_holds_little_and_delays_nobody(
    served: tuple[int, FakeEngineBuilder],
) -> None:
    port, builder = served
    with greeted(port) as client:
        alone_s = drag(client, range(100))
        stuck = StuckClient(port)
        revisions, floods = itertools.count(100, 100), itertools.count(0, FLOOD)

        def median_s() -> float:
            first = next(revisions)
            return drag(client, range(first, first + 100))

        def is_quick_in_a_flood() -> bool:
            first = next(floods)
            for revision in range(first, first + FLOOD):
                stuck.send(render(revision))
            return median_s() < 5.0 * alone_s + 0.05

        # Any machine that does other work has its moments; who delayed others would never let one be. While
        # edits are read the loop is shared, and a shared queue would cost seconds.
        wait_for(is_quick_in_a_flood, "edits were answered beside a flood")
        own, last = builder.engine.drawn[0].key.session, next(floods) - 1
        wait_for(lambda: any(r.revision == last for r in builder.engine.submitted), "its edits arrived")
        # Who then only does not read costs nothing.
        wait_for(lambda: median_s() < 3.0 * alone_s + 0.01, "edits were answered as if alone")
        asked = [r for r in builder.engine.submitted if r.key.session != own]
        drawn = [r for r in builder.engine.drawn if r.key.session != own]
        stuck.close()
    # Beyond what the kernels take not one frame is drawn for it: two were, of 16 KiB. Without a limit: all.
    assert 0 < len(drawn) <= 16
    wait_for(lambda: asked[0].key.session in builder.engine.forgotten, "it is forgotten")


def test_who_reads_again_gets_the_newest_picture(served: tuple[int, FakeEngineBuilder]) -> None:
    port, _ = served
    stuck = StuckClient(port)
    for revision in range(2000):
        stuck.send(render(revision))
    newest = struct.pack("<I", 1999)
    tail = b""
    deadline = time.monotonic() + PATIENCE_S
    # The revision stands at byte 9 of the header, right after the magic number and five single bytes.
    while not any(tail[i + 9 : i + 13] == newest for i in _headers(tail)):
        assert time.monotonic() < deadline, "the newest picture never came"
        tail = tail[-2 * PAYLOAD_BYTES :] + stuck.read_some(65536)
    stuck.close()


def _headers(data: bytes) -> Iterator[int]:
    start = data.find(b"DNEW")
    while start >= 0:
        yield start
        start = data.find(b"DNEW", start + 1)


def test_a_stopping_server_waits_for_no_stuck_reader(settings: Settings) -> None:
    with running(settings, FakeEngineBuilder(PAYLOAD_BYTES)) as port:
        stuck = StuckClient(port)
        for revision in range(1000):
            stuck.send(render(revision))
        time.sleep(0.2)
        start = time.monotonic()
    assert time.monotonic() - start < PING_S  # after which any server would let it go
    stuck.close()


def test_who_answers_no_ping_is_let_go(settings: Settings) -> None:
    builder = FakeEngineBuilder(PAYLOAD_BYTES)
    with running(settings, builder, ping_s=0.3) as port:
        stuck = StuckClient(port)
        with suppress(OSError):
            for revision in range(1000):
                stuck.send(render(revision))
        wait_for(lambda: builder.engine.forgotten != [], "it is forgotten")
        stuck.close()
        with greeted(port) as client:
            time.sleep(1.0)
            assert ask(client, 1).revision == 1


def test_large_messages(served: tuple[int, FakeEngineBuilder]) -> None:
    port, _ = served
    with greeted(port) as client:
        client.send("x" * 200_000)
        assert problem(client)["code"] == "message_too_large"
        client.send("ä" * 40_000)  # few characters, many bytes
        assert problem(client)["code"] == "message_too_large"
        assert ask(client, 1).revision == 1
    for huge in ("x" * 10_000_000, b"\x00" * 10_000_000):
        with greeted(port) as client, pytest.raises(ConnectionClosed) as closed:
            send_and_listen(client, huge)
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1009, "message_too_large")
        with greeted(port) as client:
            assert ask(client, 1).revision == 1


def test_garbage_on_the_port_ends_its_own_connection_only(served: tuple[int, FakeEngineBuilder]) -> None:
    port, _ = served
    handshake = (
        f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    ).encode()
    for garbage in (
        b"\x16\x03\x01\x02\x00\x01\x00" * 50,
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"A" * 100_000,
        handshake + b"\xff" * 2000,
        handshake + b"\x81\x02\xc3\x28",  # unmasked, and not UTF-8
    ):
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as raw:
            raw.sendall(garbage)
            raw.shutdown(socket.SHUT_WR)
            try:
                while raw.recv(65536):
                    continue
            except ConnectionError:
                continue
    with greeted(port) as client:
        assert ask(client, 1).revision == 1


def test_a_flood_of_wrong_messages_is_answered_in_order(served: tuple[int, FakeEngineBuilder]) -> None:
    port, _ = served
    with greeted(port) as client:
        for number in range(500):
            client.send(json.dumps({"type": "render", "revision": number}))
        assert [problem(client)["revision"] for _ in range(500)] == list(range(500))


def test_a_script_that_goes_away_is_forgotten(settings: Settings) -> None:
    builder = FakeEngineBuilder(is_silent=True)
    with running(settings, builder) as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        connection.request("POST", "/api/render", json.dumps({"picture": json.loads(render(1))["picture"]}))
        wait_for(lambda: builder.engine.submitted != [], "it asked")
        assert builder.engine.forgotten == []
        connection.close()
        session = builder.engine.submitted[0].key.session
        wait_for(lambda: builder.engine.forgotten == [session], "it is forgotten")


def test_after_a_restart_the_same_address_serves_again(settings: Settings) -> None:
    builder = FakeEngineBuilder()
    with ExitStack() as stack:
        with running(settings, builder) as port:
            client = stack.enter_context(greeted(port))
            assert ask(client, 1).revision == 1
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(PATIENCE_S)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012  # the server restarts: a page tries again
    with running(settings, builder, port) as again:
        assert again == port
        with greeted(port) as client:
            assert ask(client, 2).revision == 2
