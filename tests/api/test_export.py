"""Exports through the server: asked for, watched, called off, downloaded."""

import io
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import av
import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from tests.api.conftest import LOCAL, MODEL
from wend.app import create_app
from wend.jobs.catalog import WHOLE_BYTES
from wend.protocol.resources import JobDetail
from wend.settings import Settings

PATIENCE_S = 60.0
PICTURES = [{"model": MODEL, "latent": {"seed": seed}} for seed in (1, 2)]


@pytest.fixture(scope="module")
def own_settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder of these tests alone."""
    return settings.model_copy(update={"data_dir": tmp_path_factory.mktemp("export-data")})


@pytest.fixture(scope="module")
def server(own_settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(own_settings), base_url=LOCAL) as client:
        yield client


def params(seconds: float = 0.5, **fields: object) -> dict[str, Any]:  # Any: JSON
    keyframes = [{"picture": picture, "duration": seconds} for picture in PICTURES]
    document = {"version": 2, "picture": PICTURES[0], "timeline": {"keyframes": keyframes}}
    return {"document": document, "fps": 12.0, **fields}


def create(server: TestClient, **fields: Any) -> str:  # noqa: ANN401 - JSON
    answer = server.post("/api/jobs", json={"kind": "export", "params": params(**fields)})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def wait_for(server: TestClient, job: str, state: str, fraction: float = 0.0) -> JobDetail:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        found = JobDetail.model_validate(server.get(f"/api/jobs/{job}").json())
        if found.job.state == state and found.job.fraction >= fraction:
            return found
        assert found.job.state != "failed", found.job.failure
        assert time.monotonic() < deadline, found.job
        time.sleep(0.05)


def artifact(server: TestClient, job: str, name: str) -> bytes:
    answer = server.get(f"/api/jobs/{job}/artifacts/{name}")
    assert answer.status_code == 200
    return answer.content


def test_a_movie_is_made_and_downloaded(server: TestClient) -> None:
    job = create(server)
    done = wait_for(server, job, "done")
    assert {fact.name: fact.value for fact in done.job.facts}["pictures"] == "6"
    assert [(file.name, file.media_type) for file in done.artifacts] == [
        ("preview.jpg", "image/jpeg"),
        ("animation.mp4", "video/mp4"),
    ]
    with av.open(io.BytesIO(artifact(server, job, "animation.mp4")), "r") as container:
        assert len(list(container.decode(video=0))) == 6


def test_its_pictures_are_those_of_the_render_route(server: TestClient) -> None:
    job = create(server, format="png")
    wait_for(server, job, "done")
    with zipfile.ZipFile(io.BytesIO(artifact(server, job, "animation.zip"))) as archive:
        names = archive.namelist()
        ends = [np.asarray(Image.open(archive.open(names[place]))) for place in (0, -1)]
    for end, picture in zip(ends, PICTURES, strict=True):
        answer = server.post("/api/render", json={"picture": picture})
        assert np.array_equal(end, np.asarray(Image.open(io.BytesIO(answer.content))))


def test_called_off_in_the_middle_it_leaves_nothing(server: TestClient, own_settings: Settings) -> None:
    job = create(server, seconds=500.0, size=256)
    wait_for(server, job, "running", 0.001)
    assert server.post(f"/api/jobs/{job}/cancel").status_code == 200
    ended = wait_for(server, job, "cancelled")
    assert [file.name for file in ended.artifacts if file.name.startswith("animation")] == []
    left = [path.name for path in (own_settings.data_dir / "jobs" / job).rglob("*animation*")]
    assert left == []


def test_paused_and_resumed_it_is_the_same_movie(server: TestClient) -> None:
    whole, broken = (create(server, seconds=30.0, size=96) for _ in range(2))
    wait_for(server, broken, "running", 0.01)
    assert server.post(f"/api/jobs/{broken}/pause").status_code == 200
    wait_for(server, broken, "paused")
    assert server.post(f"/api/jobs/{broken}/resume").status_code == 200
    wait_for(server, broken, "done")
    wait_for(server, whole, "done")
    files = [artifact(server, job, "animation.mp4") for job in (whole, broken)]
    assert files[0] == files[1]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"seconds": 0.0}, "lasts no time"),
        ({"seconds": 600.0, "fps": 120.0}, "72000 pictures"),
        ({"format": "gif", "fps": 60.0}, "at most 50"),
        ({"audio": "0" * 64}, "There is no sound"),
    ],
)
def test_what_cannot_be_exported_is_said(server: TestClient, fields: dict[str, Any], words: str) -> None:
    answer = server.post("/api/jobs", json={"kind": "export", "params": params(**fields)})
    if answer.status_code == 201:
        # What only the data folder knows is found when it begins.
        deadline = time.monotonic() + PATIENCE_S
        while (found := server.get(f"/api/jobs/{answer.json()['id']}").json()["job"])["state"] != "failed":
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert words in found["failure"]
        return
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_params")
    assert words in answer.json()["detail"]


def test_a_large_file_is_sent_in_parts(server: TestClient, own_settings: Settings) -> None:
    job = create(server)
    wait_for(server, job, "done")
    data = bytes(range(256)) * (WHOLE_BYTES // 256 + 4096)
    (own_settings.data_dir / "jobs" / job / "artifacts" / "large.mp4").write_bytes(data)
    assert artifact(server, job, "large.mp4") == data
    answer = server.get(f"/api/jobs/{job}/artifacts/large.mp4", headers={"Range": "bytes=1000-1009"})
    assert (answer.status_code, answer.content) == (206, data[1000:1010])
