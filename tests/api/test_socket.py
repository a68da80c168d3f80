"""The socket: what comes in is checked, what is wrong is answered, and the connection lives on."""

import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketDenialResponse, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from tests.api.conftest import LOCAL, MODEL
from tests.api.fake_engine import UNDRAWABLE, FakeEngineBuilder
from wend.api.incoming import refusal
from wend.app import create_app
from wend.errors import InvalidMessage
from wend.imaging import png_text
from wend.protocol.frames import Frame, decode_frame
from wend.protocol.resources import RenderBody
from wend.protocol.schema import subprotocol
from wend.settings import Settings

SOCKET = "ws://127.0.0.1:8000/ws"
LIMIT = 2**16
PICTURE: dict[str, Any] = {"model": MODEL, "latent": {"kind": "seed", "seed": 3}}  # Any: JSON


def render(revision: int, **fields: object) -> dict[str, object]:
    return {"type": "render", "view": 0, "revision": revision, "picture": PICTURE, **fields}


def with_picture(**fields: object) -> dict[str, object]:
    return render(7, picture={**PICTURE, **fields})


@contextmanager
def connection(client: TestClient) -> Iterator[WebSocketTestSession]:
    """A socket that has been greeted."""
    with client.websocket_connect(SOCKET, [subprotocol()]) as socket:
        assert socket.receive_json()["type"] == "hello"
        yield socket


def next_answer(socket: WebSocketTestSession) -> dict[str, Any] | bytes:  # Any: JSON
    """The next frame or problem; reports of long work may come between."""
    while True:
        message = socket.receive()
        if message.get("bytes") is not None:
            return bytes(message["bytes"])
        answer: dict[str, Any] = json.loads(message["text"])  # Any: JSON
        if answer["type"] == "error":
            return answer


@pytest.fixture(scope="module")
def fake(settings: Settings) -> Iterator[tuple[TestClient, FakeEngineBuilder]]:
    builder = FakeEngineBuilder()
    with TestClient(create_app(settings, builder), base_url=LOCAL) as client:
        yield client, builder


def test_an_edit_comes_back_as_a_frame_of_its_revision(client: TestClient) -> None:
    with connection(client) as socket:
        for revision, quality, codec in (
            (1, "live", "jpeg"),
            (2, "final", "png"),
            (2**32 - 1, "live", "jpeg"),
        ):
            socket.send_json(render(revision, quality=quality, view=revision % 8))
            data = next_answer(socket)
            assert isinstance(data, bytes), data
            frame = decode_frame(data)
            assert (frame.revision, frame.view, frame.quality) == (revision, revision % 8, quality)
            assert (frame.codec, frame.height, frame.width) == (codec, 16, 16)
            assert frame.render_ms > 0.0
            assert frame.wait_ms >= 0.0


def test_a_watched_view_is_told_of_its_pictures(client: TestClient) -> None:
    with connection(client) as socket:
        socket.send_json({"type": "watch", "view": 2, "factors": True, "overlay": "difference"})
        socket.send_json(render(5, quality="final", view=2))
        told: dict[str, Any] = {}  # Any: JSON
        frames: list[Frame] = []
        while "sight" not in told or len(frames) < 2:
            message = socket.receive()
            if message.get("bytes") is not None:
                frames.append(decode_frame(bytes(message["bytes"])))
            else:
                answer = json.loads(message["text"])
                told[answer["type"]] = answer
    picture, difference = frames
    assert (picture.kind, difference.kind) == ("picture", "difference")
    assert (difference.view, difference.revision, difference.codec) == (2, 5, "zlib")
    assert zlib.decompress(difference.payload) == bytes(16 * 16)  # no edits: no difference
    assert difference.serial == picture.serial + 1
    # No network looks at pictures of a model that names no world.
    assert told["sight"]["view"] == 2
    assert told["sight"]["lack"] is not None
    assert "reading" not in told


def test_a_watch_reaches_the_engine_as_it_was_meant(fake: tuple[TestClient, FakeEngineBuilder]) -> None:
    client, builder = fake
    with connection(client) as socket:
        socket.send_json({"type": "watch", "overlay": "lines"})
        socket.send_json(render(1))
        next_answer(socket)
    watch = builder.engine.watched[-1]
    assert (watch.key.view, watch.factors, watch.overlay) == (0, False, "lines")


def test_the_page_is_greeted(client: TestClient) -> None:
    with client.websocket_connect(SOCKET, [subprotocol()]) as socket:
        assert socket.accepted_subprotocol == subprotocol()
        hello = socket.receive_json()
    assert (hello["type"], hello["default_model"]) == ("hello", MODEL)
    assert "cpu" in hello["device"]


def test_the_socket_and_a_script_get_the_same_bytes(client: TestClient) -> None:
    with connection(client) as socket:
        socket.send_json(render(1, quality="final"))
        data = next_answer(socket)
    assert isinstance(data, bytes)
    answer = client.post("/api/render", json={"picture": PICTURE})
    wanted = RenderBody.model_validate({"picture": PICTURE}).picture
    assert png_text.with_picture(decode_frame(data).payload, wanted) == answer.content


@pytest.mark.parametrize("offered", [["wend.000000000000"], ["other", "wend.old"], [], ["other"]])
def test_a_stale_page_is_told_to_reload(client: TestClient, offered: list[str]) -> None:
    with client.websocket_connect(SOCKET, offered) as socket:
        # A browser fails a connection whose subprotocol it did not offer.
        assert socket.accepted_subprotocol in ([*offered, None] if offered else [None])
        problem = socket.receive_json()
        assert (problem["code"], problem["hint"]) == ("schema_mismatch", "Reload the page.")
        closed = socket.receive()
    assert (closed["type"], closed["code"], closed["reason"]) == (
        "websocket.close",
        4409,
        "schema_mismatch",
    )


WRONG = {
    "no JSON": "picture please",
    "half JSON": '{"type": "render"',
    "empty": "",
    "a number": "12",
    "null": "null",
    "a list": "[]",
    "a string": '"render"',
    "no type": "{}",
    "a ninth view": json.dumps(render(1, view=8)),
    "a walk twice": json.dumps(with_picture(edits=[{"walk": "a/1", "alpha": 1.0}] * 2)),
    "unknown type": '{"type": "shutdown"}',
    "type of another kind": '{"type": 1}',
    "deep nesting": "[" * 20_000,
    "deep nesting, closed": '{"type":' + "[" * 5_000 + "]" * 5_000 + "}",
    "a lone surrogate": '{"type": "\\ud800"}',
    "a very long number": '{"type": "render", "revision": ' + "9" * 10_000 + "}",
    "server's own message": '{"type": "models_changed"}',
    "unknown field": json.dumps(render(1, stranger=1)),
    "unknown field of the picture": json.dumps(with_picture(stranger=1)),
    "text for a number": json.dumps(render(1, view="0")),
    "a fraction for a revision": json.dumps({**render(1), "revision": 1.5}),
    "true for a revision": json.dumps({**render(1), "revision": True}),
    "a negative revision": json.dumps(render(-1)),
    "a revision too large": json.dumps(render(2**32)),
    "view too large": json.dumps(render(1, view=256)),
    "unknown quality": json.dumps(render(1, quality="best")),
    "NaN": json.dumps(with_picture(psi=float("nan"))),
    "infinity": json.dumps(with_picture(psi=float("inf"))),
    "minus infinity": json.dumps(with_picture(psi=float("-inf"))),
    "psi too large": json.dumps(with_picture(psi=2.5)),
    "a huge exponent": json.dumps(with_picture(psi=0)).replace('"psi": 0', '"psi": 1e999'),
    "seed too large": json.dumps(with_picture(latent={"kind": "seed", "seed": 2**32})),
    "alpha NaN": json.dumps(with_picture(edits=[{"walk": "test/0", "alpha": float("nan")}])),
    "alpha huge": json.dumps(with_picture(edits=[{"walk": "test/0", "alpha": 1e30}])),
    "too many edits": json.dumps(with_picture(edits=[{"walk": "test/0", "alpha": 1}] * 65)),
    "layer outside": json.dumps(
        with_picture(edits=[{"walk": "test/0", "alpha": 1, "layers": {"start": 0, "end": 65}}])
    ),
    "a path for a model": json.dumps(with_picture(model="../../etc/passwd")),
    "an empty model": json.dumps(with_picture(model="")),
    "discover without a model": '{"type": "discover"}',
    "discover a list": '{"type": "discover", "model": ["tiny"]}',
}


def test_wrong_messages_are_answered_and_the_connection_lives_on(client: TestClient) -> None:
    with connection(client) as socket:
        for name, text in WRONG.items():
            socket.send_text(text)
            problem = next_answer(socket)
            assert isinstance(problem, dict), name
            assert problem["code"] == "invalid_message", name
            assert problem["sentence"], name
            assert len(problem["sentence"]) < 500, name
        socket.send_bytes(b"\x00\xff" * 100)
        binary = next_answer(socket)
        assert isinstance(binary, dict)
        assert "binary" in binary["sentence"]
        socket.send_text(" " * (LIMIT + 1))
        large = next_answer(socket)
        assert isinstance(large, dict)
        assert large["code"] == "message_too_large"
        socket.send_json(render(1))
        assert isinstance(next_answer(socket), bytes)


def test_what_cannot_be_drawn_is_answered_with_its_revision(client: TestClient) -> None:
    cases: tuple[tuple[str, dict[str, object]], ...] = (
        ("model_not_found", {"model": "none"}),
        ("card_invalid", {"model": "damaged"}),
        ("walk_not_found", {"edits": [{"walk": "no/1", "alpha": 1.0}]}),
        ("invalid_picture", {"class_index": 0}),
    )
    with connection(client) as socket:
        for revision, (code, fields) in enumerate(cases):
            socket.send_json(render(revision, view=3, picture={**PICTURE, **fields}))
            problem = next_answer(socket)
            assert isinstance(problem, dict)
            assert (problem["code"], problem["view"], problem["revision"]) == (code, 3, revision)


def test_a_readable_address_comes_back_with_the_problem() -> None:
    text = json.dumps(with_picture(psi="high"))
    error = InvalidMessage("no")
    assert (refusal(text, error).view, refusal(text, error).revision) == (0, 7)
    assert refusal('{"revision": "7"}', error).revision is None
    assert refusal("{", error).revision is None


def test_walks_of_an_unknown_model_are_refused(fake: tuple[TestClient, FakeEngineBuilder]) -> None:
    client, builder = fake
    with connection(client) as socket:
        socket.send_json({"type": "discover", "model": "none"})
        problem = next_answer(socket)
        assert isinstance(problem, dict)
        assert problem["code"] == "model_not_found"
        socket.send_json({"type": "discover", "model": MODEL})
        socket.send_text("{}")
        next_answer(socket)
    assert builder.engine.discovered == [MODEL, MODEL]  # once at the start, once asked for


def test_frames_are_acknowledged_and_failures_are_not(fake: tuple[TestClient, FakeEngineBuilder]) -> None:
    client, builder = fake
    before = len(builder.engine.acknowledged)
    with connection(client) as socket:
        socket.send_json(render(1))
        assert isinstance(next_answer(socket), bytes)
        socket.send_json(render(2, view=1, picture={**PICTURE, "model": UNDRAWABLE}))
        failed = next_answer(socket)
        assert isinstance(failed, dict)
        assert failed["code"] == "render_failed"
        socket.send_json(render(3))
        assert isinstance(next_answer(socket), bytes)
    assert [key.view for key in builder.engine.acknowledged[before:]] == [0, 0]


def test_a_session_is_forgotten_when_its_connection_ends(
    fake: tuple[TestClient, FakeEngineBuilder],
) -> None:
    client, builder = fake
    with connection(client) as socket:
        socket.send_json(render(1))
        assert isinstance(next_answer(socket), bytes)
    session = builder.engine.drawn[-1].key.session
    client.get("/api/health")
    assert session in builder.engine.forgotten


def test_no_other_path_is_a_socket(client: TestClient) -> None:
    for path in ("/", "/api/ws", "/nothing"):
        with (
            pytest.raises((WebSocketDisconnect, WebSocketDenialResponse)),
            client.websocket_connect(f"ws://127.0.0.1:8000{path}", [subprotocol()]),
        ):
            pass
