"""Images over HTTP: in by content, out by hash, refused in words."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from wend.api import images, problems
from wend.api.body_limit import BodyLimit
from wend.library.images import ImageStore
from wend.protocol.resources import ImageSummary

MASK = {"kind": "mask"}


def grey(width: int, height: int, codec: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (width, height), 128).save(buffer, codec)
    return buffer.getvalue()


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """The images' routes alone, behind the limit of the server."""
    app = FastAPI()
    problems.install(app, {})
    app.include_router(images.routes(ImageStore(tmp_path)))
    app.add_middleware(BodyLimit, limit_bytes=1024, larger={("POST", "/api/images"): images.MAX_BYTES})
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize(("kind", "mode"), [("mask", "L"), ("photo", "RGB")])
def test_an_image_goes_in_and_comes_out(client: TestClient, kind: str, mode: str) -> None:
    # What the sender calls it is not believed.
    answer = client.post(
        "/api/images",
        params={"kind": kind},
        content=grey(6, 4, "WEBP"),
        headers={"content-type": "text/html"},
    )
    assert answer.status_code == 201
    kept = ImageSummary.model_validate_json(answer.content)
    assert (kept.kind, kept.width, kept.height) == (kind, 6, 4)
    read = client.get(f"/api/images/{kept.id}")
    assert read.headers["content-type"] == "image/png"
    assert "immutable" in read.headers["cache-control"]
    assert hashlib.sha256(read.content).hexdigest() == kept.id
    with Image.open(io.BytesIO(read.content)) as image:
        assert (image.format, image.mode, image.size) == ("PNG", mode, (6, 4))


def test_sending_it_again_changes_nothing(client: TestClient) -> None:
    first, again = (client.post("/api/images", params=MASK, content=grey(3, 3)) for _ in range(2))
    assert first.json() == again.json()
    assert again.status_code == 201


def test_a_deleted_image_is_gone(client: TestClient) -> None:
    kept = client.post("/api/images", params=MASK, content=grey(3, 3)).json()["id"]
    assert client.delete(f"/api/images/{kept}").status_code == 204
    for answer in (client.get(f"/api/images/{kept}"), client.delete(f"/api/images/{kept}")):
        assert (answer.status_code, answer.json()["code"]) == (404, "image_not_found")


@pytest.mark.parametrize(
    ("params", "body", "status", "code"),
    [
        ({}, b"x", 422, "invalid_message"),
        ({"kind": "drawing"}, b"x", 422, "invalid_message"),
        (MASK, b"", 422, "image_invalid"),
        (MASK, b"GIF89a....", 422, "image_invalid"),
        (MASK, grey(4097, 1), 422, "image_invalid"),
        (MASK, bytes(images.MAX_BYTES + 1), 413, "message_too_large"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(
    client: TestClient, params: dict[str, str], body: bytes, status: int, code: str
) -> None:
    answer = client.post("/api/images", params=params, content=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["hint"]


@pytest.mark.parametrize("image_id", ["x", "0" * 64, "..%2f..%2fsecret", "%00"])
def test_only_a_hash_finds_anything(client: TestClient, image_id: str) -> None:
    answer = client.get(f"/api/images/{image_id}")
    assert answer.status_code == 404
    assert answer.json()["code"] in ("image_not_found", "not_found")
