"""Files in bodies: only so many are in memory, however many come at once."""

from pathlib import Path

import anyio
import pytest
from fastapi import APIRouter, FastAPI
from starlette.types import Message

from tests.api.test_images import grey
from tests.library.test_sounds import clicks
from wend.api import audio, images
from wend.api.uploads import BODIES_AT_ONCE
from wend.library.images import ImageStore
from wend.library.sounds import SoundStore

SENT = BODIES_AT_ONCE + 3


async def _send_all(router: APIRouter, path: str, query: bytes, data: bytes) -> tuple[int, list[int]]:
    """How many bodies are read while none has come to its end, and every answer's status."""
    app = FastAPI()
    app.include_router(router)
    may_end = anyio.Event()
    begun: list[int] = []
    answers: list[int] = []
    scope = {"type": "http", "method": "POST", "path": path, "query_string": query, "headers": []}

    async def send_one(number: int) -> None:
        async def receive() -> Message:
            if number not in begun:
                begun.append(number)
                return {"type": "http.request", "body": data[:10], "more_body": True}
            await may_end.wait()
            return {"type": "http.request", "body": data[10:], "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answers.append(message["status"])

        await app(dict(scope), receive, send)

    async with anyio.create_task_group() as group:
        for number in range(SENT):
            group.start_soon(send_one, number)
        await anyio.wait_all_tasks_blocked()
        reading = len(begun)
        may_end.set()
    return reading, answers


@pytest.mark.parametrize("kind", ["audio", "images"])
def test_more_bodies_wait_before_a_byte_is_read(tmp_path: Path, kind: str) -> None:
    if kind == "audio":
        sent = (audio.routes(SoundStore(tmp_path)), "/api/audio", b"", clicks(2.0))
    else:
        sent = (images.routes(ImageStore(tmp_path)), "/api/images", b"kind=mask", grey(8, 8))
    reading, answers = anyio.run(_send_all, *sent)
    assert reading == BODIES_AT_ONCE
    assert answers == [201] * SENT
