"""Sketches over HTTP: drawings in, sets kept and changed, files of strokes, refusals in words."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from wend.api import images, problems, sketches
from wend.library.images import ImageStore
from wend.library.sketch_sets import SketchSets

STROKES = json.dumps({"drawing": [[[0, 200, 100], [0, 100, 255]]]}).encode() + b"\n"


def drawn(row: int = 20, side: int = 64) -> bytes:
    pixels = np.full((side, side), 255, np.uint8)
    pixels[row : row + 3, 5:-5] = 0
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def inked(side: int = 64) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (side, side), 0).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    app = FastAPI()
    problems.install(app, {})
    store = ImageStore(tmp_path / "images")
    app.include_router(images.routes(store))
    app.include_router(sketches.routes(SketchSets(tmp_path / "sketches", store), store))
    with TestClient(app) as client:
        yield client


def keep(client: TestClient, data: bytes, **params: str) -> dict[str, object]:
    answer = client.post("/api/images", params={"kind": "sketch", **params}, content=data)
    assert answer.status_code == 201, answer.text
    kept: dict[str, object] = answer.json()
    return kept


def test_a_set_lives_its_life(client: TestClient) -> None:
    one, two = (keep(client, drawn(row), drawn="true") for row in (10, 30))
    assert (one["kind"], one["width"]) == ("sketch", 64)
    body = {"name": "Tilted", "model": "portraits-64", "drawings": [one["id"]]}
    kept = client.post("/api/sketches", json=body).json()
    assert (kept["kind"], kept["revision"]) == ("lines", 1)
    path = f"/api/sketches/{kept['id']}"
    changed = client.patch(path, json={"base": 1, "drawings": [one["id"], two["id"]]}).json()
    assert (changed["name"], len(changed["drawings"])) == ("Tilted", 2)
    late = client.patch(path, json={"base": 1, "name": "Lost"})
    assert (late.status_code, late.json()["code"]) == (409, "sketch_set_changed")
    assert client.delete(path).status_code == 204
    assert client.get(path).json()["code"] == "sketch_set_not_found"
    assert client.get("/api/sketches").json() == {"sets": []}
    assert client.post(f"{path}/restore").json() == changed
    assert client.get(path).json() == changed


def test_strokes_become_images(client: TestClient) -> None:
    found = client.post("/api/sketches/quickdraw?width=0.05", content=STROKES * 3).json()["images"]
    assert [each["kind"] for each in found] == ["sketch"] * 3
    many = client.post("/api/sketches/quickdraw", content=STROKES * 31)
    assert (many.status_code, many.json()["code"]) == (422, "sketches_too_many")
    assert "31" in many.json()["detail"]


@pytest.mark.parametrize(
    ("data", "params", "code"),
    [
        (drawn(64), {}, "sketch_empty"),
        (drawn(64), {"drawn": "true"}, "sketch_empty"),
        (inked(), {}, "sketch_full"),
        (inked(), {"drawn": "true"}, "sketch_full"),
        (b"x", {}, "image_invalid"),
        (drawn(side=1100), {"drawn": "true"}, "image_invalid"),
    ],
)
def test_what_is_no_sketch_is_refused(
    client: TestClient, data: bytes, params: dict[str, str], code: str
) -> None:
    answer = client.post("/api/images", params={"kind": "sketch", **params}, content=data)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_set_refuses_too_many_and_none(client: TestClient) -> None:
    image = keep(client, drawn(), drawn="true")["id"]
    for count, code in ((500, "sketches_too_many"), (0, "sketch_set_invalid")):
        answer = client.post("/api/sketches", json={"name": "A", "drawings": [image] * count})
        assert (answer.status_code, answer.json()["code"]) == (422, code)
