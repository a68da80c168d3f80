"""Pictures over HTTP: sets in by files and by zip, listed, forgotten; where a photo is placed."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from wend.api import pictures, problems
from wend.api.body_limit import BodyLimit
from wend.errors import ImageNotFound, InvalidInput
from wend.imaging.alignment import Square
from wend.library.picture_sets import PictureSets


def _place(image: str, model: str) -> Square:
    if image != "known":
        raise ImageNotFound(image)
    if model != "heads":
        raise InvalidInput("Nothing finds where it is.")
    return Square((10.0, 20.0), 30.0, 4.0)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    app = FastAPI()
    problems.install(app, {})
    app.include_router(pictures.routes(PictureSets(tmp_path), _place))
    larger = {("POST", "/api/pictures"): 4096, ("POST", "/api/pictures/"): 2048}
    app.add_middleware(BodyLimit, limit_bytes=64, larger=larger)
    with TestClient(app) as client:
        yield client


def test_a_folder_comes_file_by_file(client: TestClient) -> None:
    made = client.post("/api/pictures", params={"name": "mine"})
    assert (made.status_code, made.json()) == (201, {"name": "mine", "count": 0})
    assert client.post("/api/pictures/mine", params={"file": "a.png"}, content=b"x" * 1000).status_code == 204
    assert client.get("/api/pictures").json() == {"sets": [{"name": "mine", "count": 1}]}
    refused = client.post("/api/pictures/mine", params={"file": "a.exe"}, content=b"x")
    assert (refused.status_code, refused.json()["code"]) == (422, "image_invalid")
    assert client.post("/api/pictures/mine", params={"file": "b.png"}, content=b"x" * 3000).status_code == 413
    assert client.delete("/api/pictures/mine").status_code == 204
    assert client.delete("/api/pictures/mine").json()["code"] == "picture_set_not_found"


def test_a_zip_comes_whole(client: TestClient) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.png", b"1")
    made = client.post("/api/pictures", params={"name": "mine.zip"}, content=buffer.getvalue())
    assert made.json() == {"name": "mine.zip", "count": 1}
    for bytes_ in (b"none", b""):
        refused = client.post("/api/pictures", params={"name": "x.zip"}, content=bytes_)
        assert "no whole zip" in refused.json()["detail"]


def test_a_photo_is_placed_or_it_is_said_why_not(client: TestClient) -> None:
    placed = client.post("/api/images/known/place", params={"model": "heads"})
    assert placed.json() == {"x": 10.0, "y": 20.0, "side": 30.0, "turn": 4.0}
    assert client.post("/api/images/other/place", params={"model": "heads"}).status_code == 404
    refused = client.post("/api/images/known/place", params={"model": "cats"})
    assert (refused.status_code, refused.json()["detail"]) == (422, "Nothing finds where it is.")
