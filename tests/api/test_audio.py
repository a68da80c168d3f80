"""Sounds over HTTP: in by content, heard by hash, refused in words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.library.test_sounds import clicks
from wend.api import audio, problems
from wend.api.body_limit import BodyLimit
from wend.documents.sound import Sound
from wend.library.sounds import SoundStore


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """The sounds' routes alone, behind the limit of the server."""
    app = FastAPI()
    problems.install(app, {})
    app.include_router(audio.routes(SoundStore(tmp_path)))
    app.add_middleware(BodyLimit, limit_bytes=1024, larger={("POST", "/api/audio"): audio.MAX_BYTES})
    with TestClient(app) as client:
        yield client


def test_a_sound_goes_in_and_is_heard(client: TestClient) -> None:
    data = clicks()
    # What the sender calls it is not believed.
    answer = client.post("/api/audio", content=data, headers={"content-type": "text/html"})
    assert answer.status_code == 201
    sound = Sound.model_validate_json(answer.content)
    assert sound.tempo == pytest.approx(120.0, rel=0.01)
    assert Sound.model_validate_json(client.get(f"/api/audio/{sound.id}").content) == sound
    file = client.get(f"/api/audio/{sound.id}/file")
    assert file.content == data
    assert file.headers["x-content-type-options"] == "nosniff"
    assert file.headers["content-type"] == "application/octet-stream"
    assert client.delete(f"/api/audio/{sound.id}").status_code == 204
    assert client.get(f"/api/audio/{sound.id}").json()["code"] == "sound_not_found"


def test_what_is_no_sound_is_refused(client: TestClient) -> None:
    answer = client.post("/api/audio", content=b"a" * 2000)
    assert (answer.status_code, answer.json()["code"]) == (422, "sound_invalid")


def test_a_strange_id_is_not_found(client: TestClient) -> None:
    for path in ("/api/audio/no", "/api/audio/no/file"):
        assert client.get(path).status_code == 404
