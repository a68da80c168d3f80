"""Checkpoints over HTTP: announced, sent in parts, gone on with, and a model in the end."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.api.conftest import LOCAL
from tests.api.fake_engine import FakeEngine
from tests.formats.real_files import real_file
from wend.api import problems, uploads
from wend.api.body_limit import BodyLimit
from wend.app import create_app
from wend.library.intake import Intake
from wend.library.uploads import Room, UploadStore
from wend.settings import Settings

DEADLINE_S = 90.0
BODY = {"name": "faces.pkl", "size_bytes": 6, "stamp": "1"}


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    """Not started: what is whole waits."""
    store = UploadStore(tmp_path, 2**20, Room(lambda _folder: 2**40))
    return Intake(store, lambda _path, _called, _scratch, _stopped: "a-model", lambda: None)


@pytest.fixture
def client(intake: Intake) -> Iterator[TestClient]:
    app = FastAPI()
    problems.install(app, {})
    app.include_router(uploads.routes(intake))
    app.add_middleware(BodyLimit, limit_bytes=1024, larger={("PATCH", "/api/uploads/"): 4096})
    with TestClient(app) as client:
        yield client


def patch(client: TestClient, upload: str, offset: int, data: bytes) -> tuple[int, object]:
    answer = client.patch(f"/api/uploads/{upload}", content=data, headers={"Upload-Offset": str(offset)})
    told = answer.json()
    return answer.status_code, told["received_bytes"] if answer.status_code == 200 else told["code"]


def test_a_file_comes_in_parts(client: TestClient) -> None:
    answer = client.post("/api/models", json=BODY)
    assert answer.status_code == 201
    upload = answer.json()["id"]
    assert answer.headers["location"] == f"/api/uploads/{upload}"
    assert patch(client, upload, 0, b"abcd") == (200, 4)
    assert patch(client, upload, 0, b"abcd") == (409, "upload_offset_wrong")
    head = client.head(f"/api/uploads/{upload}")
    assert (head.headers["upload-offset"], head.headers["upload-length"]) == ("4", "6")
    # A page that was reloaded asks with the same file.
    assert client.post("/api/models", json=BODY).json()["received_bytes"] == 4
    assert patch(client, upload, 4, b"efg") == (413, "format_too_large")
    assert patch(client, upload, 4, b"ef") == (200, 6)
    (listed,) = client.get("/api/uploads").json()["uploads"]
    assert (listed["id"], listed["state"]) == (upload, "reading")


def test_what_cannot_be_is_said(client: TestClient) -> None:
    assert client.post("/api/models", json={**BODY, "size_bytes": 2**21}).json()["code"] == "format_too_large"
    assert client.post("/api/models", json={**BODY, "name": "a\nb"}).status_code == 422
    beside = {"name": "../card.toml", "text": ""}
    assert client.post("/api/models", json={**BODY, "beside": beside}).status_code == 422
    assert patch(client, "0" * 16, 0, b"x") == (404, "upload_not_found")
    assert client.get("/api/uploads/..%2F..").status_code == 404
    upload = client.post("/api/models", json=BODY).json()["id"]
    assert patch(client, upload, 0, bytes(4097)) == (413, "message_too_large")


def test_a_cancelled_one_is_gone(client: TestClient, tmp_path: Path) -> None:
    upload = client.post("/api/models", json=BODY).json()["id"]
    patch(client, upload, 0, b"abc")
    assert client.delete(f"/api/uploads/{upload}").status_code == 204
    assert list(tmp_path.iterdir()) == []
    assert client.delete(f"/api/uploads/{upload}").status_code == 404


def test_a_sent_checkpoint_is_a_model(tmp_path: Path) -> None:
    """With a real file and the real reader."""
    data = real_file("vaes/betaH_dsprites/model.pt").read_bytes()
    app = create_app(
        Settings(data_dir=tmp_path), lambda _store, _shelf, _settings, deliver: FakeEngine(deliver)
    )
    with TestClient(app, base_url=LOCAL) as client:
        told = {
            "name": "my sprites.pt",
            "size_bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        upload = client.post("/api/models", json=told).json()["id"]
        assert patch(client, upload, 0, data) == (200, len(data))
        deadline = time.monotonic() + DEADLINE_S
        answer = client.get(f"/api/uploads/{upload}").json()
        while time.monotonic() < deadline and answer["state"] == "reading":
            time.sleep(0.1)
            answer = client.get(f"/api/uploads/{upload}").json()
        assert (answer["state"], answer["model"]) == ("done", "my-sprites")
        model = client.get("/api/models/my-sprites").json()
        assert (model["spaces"], model["is_shipped"]) == (["z"], False)
        assert model["source"]["file"] == "my sprites.pt"
        assert list((tmp_path / "uploads").iterdir()) == []
        assert client.delete("/api/models/my-sprites").status_code == 204
        assert client.get("/api/models/my-sprites").status_code == 404
        assert client.delete("/api/models/portraits-64").json()["code"] == "model_shipped"
