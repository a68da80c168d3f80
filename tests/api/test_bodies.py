"""Files in bodies: who stalls keeps nobody waiting, and a body that does not go on is ended."""

from pathlib import Path

import anyio
import pytest
from fastapi import APIRouter, FastAPI
from starlette.types import Message, Receive, Scope, Send

from tests.api.test_images import grey
from tests.library.test_sounds import clicks
from wend.api import audio, images, problems
from wend.api.bodies import BODIES_AT_ONCE
from wend.api.body_limit import GRACE_S, LEAST_BYTES_PER_S, BodyLimit
from wend.library.images import ImageStore
from wend.library.sounds import SoundStore

SENT = BODIES_AT_ONCE + 3


async def _send_beside_stalled(router: APIRouter, path: str, query: bytes, data: bytes) -> list[int]:
    """Answers while as many others as may be in memory have stopped in the middle of their bodies."""
    app = FastAPI()
    app.include_router(router)
    answers: list[int] = []
    begun = 0
    scope = {"type": "http", "method": "POST", "path": path, "query_string": query, "headers": []}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answers.append(message["status"])

    async def stall() -> Message:
        nonlocal begun
        begun += 1
        if begun > SENT:
            await anyio.sleep_forever()
        return {"type": "http.request", "body": data[:10], "more_body": True}

    async def whole() -> Message:
        return {"type": "http.request", "body": data, "more_body": False}

    async with anyio.create_task_group() as group:
        for _ in range(SENT):
            group.start_soon(app, dict(scope), stall, send)
        await anyio.wait_all_tasks_blocked()
        await app(dict(scope), whole, send)
        group.cancel_scope.cancel()
    return answers


@pytest.mark.parametrize("kind", ["audio", "images"])
def test_stalled_ones_keep_nobody_waiting(tmp_path: Path, kind: str) -> None:
    if kind == "audio":
        sent = (audio.routes(SoundStore(tmp_path)), "/api/audio", b"", clicks(2.0))
    else:
        sent = (images.routes(ImageStore(tmp_path)), "/api/images", b"kind=mask", grey(8, 8))
    assert anyio.run(_send_beside_stalled, *sent) == [201]


class _Clock:
    """Seconds that pass when somebody says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def _answer_to_slow(tmp_path: Path, step_s: float, silence_s: float) -> tuple[int, int]:
    """Status of a body that comes in drops of 512 bytes, and how many of them were taken."""
    app = FastAPI()
    problems.install(app, {})
    app.include_router(images.routes(ImageStore(tmp_path)))
    clock, statuses, drops = _Clock(), list[int](), 0

    async def drop() -> Message:
        nonlocal drops
        if step_s == 0.0:
            await anyio.sleep_forever()
        drops += 1
        clock.now += step_s
        return {"type": "http.request", "body": bytes(512), "more_body": True}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http", "method": "POST", "path": "/api/images", "query_string": b"kind=mask", "headers": [],
    }  # fmt: skip
    limited = BodyLimit(app, 2**20, silence_s=silence_s, clock=clock)
    await limited(scope, drop, send)
    (status,) = statuses
    return status, drops


def test_a_body_that_falls_silent_is_ended(tmp_path: Path) -> None:
    assert anyio.run(_answer_to_slow, tmp_path, 0.0, 0.01) == (408, 0)


def test_drops_are_no_way_to_stay(tmp_path: Path) -> None:
    step_s = 1.0
    status, drops = anyio.run(_answer_to_slow, tmp_path, step_s, 1e6)
    assert status == 408
    # 512 bytes a second are an eighth of what is asked: 7/8 of a second is lost with each.
    assert drops == pytest.approx(GRACE_S / (step_s - 512 / LEAST_BYTES_PER_S), abs=1.5)


async def _status_behind_slow_writes() -> int:
    """Of a body whose sender was always ready, at a server that takes longer than the grace to keep it."""
    clock, statuses, rest = _Clock(), list[int](), [b"a", b"b", b"c"]

    async def ready() -> Message:
        return {"type": "http.request", "body": rest.pop(0), "more_body": bool(rest)}

    async def keep(scope: Scope, receive: Receive, send: Send) -> None:
        clock.now += 2.0 * GRACE_S  # until it is its turn
        while (await receive())["more_body"]:
            clock.now += GRACE_S
        await send({"type": "http.response.start", "status": 201, "headers": []})
        await send({"type": "http.response.body"})

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": []}
    await BodyLimit(keep, 2**20, clock=clock)(scope, ready, send)
    return statuses[0]


def test_the_server_s_own_waiting_is_not_the_sender_s() -> None:
    assert anyio.run(_status_behind_slow_writes) == 201
