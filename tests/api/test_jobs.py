"""Jobs over HTTP and the socket, with a real engine, a real database and small real jobs."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketTestSession

from tests.api.conftest import LOCAL, MODEL
from tests.api.fake_engine import FakeEngineBuilder
from tests.jobs.toy import TOYS, ToyParams, unbroken
from wend.app import create_app
from wend.engine.build import build_engine
from wend.errors import DatabaseInvalid, DatabaseTooNew
from wend.jobs.place import DATABASE_FILE
from wend.protocol.messages import JobSummary
from wend.protocol.resources import Artifact, JobDetail, JobList, RecipeList
from wend.protocol.schema import subprotocol
from wend.settings import Settings

PATIENCE_S = 60.0
MAX_MESSAGES = 2000  # on a job of a second; without it a message that never comes is waited for
SHORT = {"model": MODEL, "updates": 6}
LONG = {"model": MODEL, "updates": 100_000, "slice_s": 0.002}


@pytest.fixture(scope="module")
def own_settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder of these tests alone."""
    return settings.model_copy(update={"data_dir": tmp_path_factory.mktemp("jobs-data")})


@pytest.fixture(scope="module")
def jobs(own_settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(own_settings, recipes=TOYS), base_url=LOCAL) as client:
        deadline = time.monotonic() + PATIENCE_S
        while not client.get("/api/walks", params={"model": MODEL}).json()["is_complete"]:
            assert time.monotonic() < deadline, "walks were still being looked for"
            time.sleep(0.1)
        yield client


def create(client: TestClient, params: dict[str, Any], **body: str) -> str:  # Any: JSON
    answer = client.post("/api/jobs", json={"kind": "toy", "params": params, **body})
    assert answer.status_code == 201, answer.text
    return JobSummary.model_validate(answer.json()).id


def detail(client: TestClient, job: str) -> JobDetail:
    answer = client.get(f"/api/jobs/{job}")
    assert answer.status_code == 200, answer.text
    return JobDetail.model_validate(answer.json())


def wait_for(client: TestClient, job: str, *states: str, updates: int = 0) -> JobDetail:
    """Until it is in one of these states and has made so many updates."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        found = detail(client, job)
        if found.job.state in states and found.job.updates >= updates:
            return found
        assert time.monotonic() < deadline, found.job
        time.sleep(0.05)


def delete(client: TestClient, settings: Settings, job: str) -> None:
    """Delete it, and wait until its work has stopped: its files go then, and the device is free."""
    assert client.delete(f"/api/jobs/{job}").status_code == 200
    assert client.get(f"/api/jobs/{job}").status_code == 404
    deadline = time.monotonic() + PATIENCE_S
    while (settings.data_dir / "jobs" / job).exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_recipes_carry_the_schema_of_their_parameters(jobs: TestClient) -> None:
    recipes = RecipeList.model_validate(jobs.get("/api/recipes").json()).recipes
    assert [recipe.kind for recipe in recipes] == list(TOYS)
    toy = recipes[0]
    assert toy.presets == {"short": {"updates": 6}}
    properties = toy.params["properties"]
    assert isinstance(properties, dict)
    assert properties["updates"] == {
        "default": 40,
        "maximum": 100_000,
        "minimum": 1,
        "title": "Updates",
        "type": "integer",
    }


def test_a_job_runs_to_its_end_and_all_of_it_can_be_read(jobs: TestClient, own_settings: Settings) -> None:
    job = create(jobs, {**SHORT, "seed": 5}, title="Mine")
    done = wait_for(jobs, job, "done")
    assert (done.job.title, done.job.kind, done.job.model, done.seed) == ("Mine", "toy", MODEL, 5)
    assert (done.job.fraction, done.job.updates, done.job.seconds_left) == (1.0, 6, None)
    assert [fact.name for fact in done.job.facts] == ["loss"]
    assert done.job.walks == ("toy/0",)
    assert done.params["updates"] == 6
    assert set(done.versions) == {"wend", "torch", "generator"}
    assert "cpu" in done.device
    assert done.history[-1].updates == 6
    assert [line.split(" ", 1)[1].split()[0] for line in done.events] == ["Queued.", "Begun", "Done."]
    assert [artifact.name for artifact in done.artifacts] == ["preview.jpg", "vector.json"]
    listed = [Artifact.model_validate(item) for item in jobs.get(f"/api/jobs/{job}/artifacts").json()]
    assert tuple(listed) == done.artifacts
    answer = jobs.get(f"/api/jobs/{job}/artifacts/vector.json")
    assert answer.headers["content-type"] == "application/json"
    assert len(answer.json()) == 8
    preview = jobs.get(f"/api/jobs/{job}/artifacts/preview.jpg", params={"n": done.job.preview})
    assert preview.headers["content-type"] == "image/jpeg"
    assert preview.headers["cache-control"] == "no-cache"
    assert preview.content.startswith(b"\xff\xd8")
    assert JobList.model_validate(jobs.get("/api/jobs").json()).jobs[0].id == job
    assert (own_settings.data_dir / "jobs" / job / "outcome.json").is_file()


@pytest.fixture(scope="module")
def finished(jobs: TestClient) -> str:
    """A job that is done, with files that are served and files that are not."""
    job = create(jobs, SHORT)
    wait_for(jobs, job, "done")
    return job


@pytest.mark.parametrize(
    "name",
    ["none.json", "outcome.json", "checkpoint.safetensors", "..%2foutcome.json", "..%2f..%2f..%2fwend.db"],
)
def test_only_what_is_listed_is_served(jobs: TestClient, finished: str, name: str) -> None:
    answer = jobs.get(f"/api/jobs/{finished}/artifacts/{name}")
    # A slash that is escaped is one all the same: such a path leads to no route.
    code = "not_found" if "%2f" in name else "asset_not_found"
    assert (answer.status_code, answer.json()["code"]) == (404, code)


def test_a_list_has_an_end_and_goes_on_before_a_job(jobs: TestClient, finished: str) -> None:
    second = create(jobs, SHORT)
    wait_for(jobs, second, "done")

    def listed(**params: str | int) -> list[str]:
        answer = jobs.get("/api/jobs", params=params)
        assert answer.status_code == 200, answer.text
        return [job.id for job in JobList.model_validate(answer.json()).jobs]

    every = listed()
    assert every[0] == second
    assert finished in every
    assert listed(limit=1) == [second]
    assert listed(limit=1, before=second) == [every[1]]
    assert listed(before=every[-1]) == []
    assert jobs.get("/api/jobs", params={"before": "ffffffffffff"}).status_code == 404
    assert jobs.get("/api/jobs", params={"limit": 0}).status_code == 422


def test_pause_resume_cancel_restart(jobs: TestClient, own_settings: Settings) -> None:
    job = create(jobs, LONG)
    wait_for(jobs, job, "running", updates=10)
    paused = JobSummary.model_validate(jobs.post(f"/api/jobs/{job}/pause").json())
    assert paused.state == "paused"
    while (standing := wait_for(jobs, job, "paused")).job.label != "Paused":
        time.sleep(0.02)
    assert standing.job.updates >= 10
    twice = jobs.post(f"/api/jobs/{job}/pause")
    assert (twice.status_code, twice.json()["code"]) == (409, "job_state_invalid")
    assert twice.json()["detail"] == "This job is paused already."
    assert jobs.post(f"/api/jobs/{job}/resume").status_code == 200
    wait_for(jobs, job, "running", updates=standing.job.updates + 1)
    assert jobs.post(f"/api/jobs/{job}/cancel").json()["state"] == "cancelled"
    again = jobs.post(f"/api/jobs/{job}/cancel")
    assert (again.status_code, again.json()["detail"]) == (409, "This job is cancelled already.")
    assert again.json()["hint"]
    restarted = JobSummary.model_validate(jobs.post(f"/api/jobs/{job}/restart").json())
    assert (restarted.state in ("queued", "running"), restarted.updates) == (True, 0)
    wait_for(jobs, job, "running", updates=1)
    delete(jobs, own_settings, job)


def test_a_second_job_waits_and_says_its_place(jobs: TestClient, own_settings: Settings) -> None:
    first, second = create(jobs, LONG), create(jobs, LONG)
    assert wait_for(jobs, second, "queued").job.place == 0
    assert jobs.delete(f"/api/jobs/{second}").status_code == 200
    delete(jobs, own_settings, first)


def test_title_and_notes(jobs: TestClient) -> None:
    job = create(jobs, SHORT)
    wait_for(jobs, job, "done")
    changed = jobs.patch(f"/api/jobs/{job}", json={"notes": "for the talk"}).json()
    assert (changed["notes"], changed["title"]) == ("for the talk", "6 updates")
    assert jobs.patch(f"/api/jobs/{job}", json={"title": "Renamed"}).json()["title"] == "Renamed"
    assert detail(jobs, job).job.notes == "for the talk"


def test_a_job_that_breaks_says_why(jobs: TestClient) -> None:
    job = create(jobs, {**SHORT, "fail_at": 3})
    failed = wait_for(jobs, job, "failed").job
    assert failed.failure is not None
    assert "the toy broke" in failed.failure
    assert failed.hint


def next_job(socket: WebSocketTestSession, job: str, state: str) -> dict[str, Any]:  # Any: JSON
    """The next message on a job in a state; whatever else comes passes by."""
    for _ in range(MAX_MESSAGES):
        message: dict[str, Any] = socket.receive_json()  # Any: JSON
        if message["type"] == "job" and message["job"]["id"] == job and message["job"]["state"] == state:
            return message
    raise AssertionError(f"no message on {job} as {state}")


def test_every_browser_is_told(jobs: TestClient, own_settings: Settings) -> None:
    with jobs.websocket_connect("ws://127.0.0.1:8000/ws", [subprotocol()]) as socket:
        job = create(jobs, {"model": MODEL, "updates": 400, "slice_s": 0.001})
        running = next_job(socket, job, "running")
        assert running["job"]["label"]
        seen: list[str] = []
        while "walks_changed" not in seen:
            message = socket.receive_json()
            # Of jobs there is one kind of message only.
            assert not (message["type"] == "progress" and message["work"].startswith("job:"))
            seen.append(message["type"])
            assert len(seen) < MAX_MESSAGES
        delete(jobs, own_settings, job)
        told = (socket.receive_json() for _ in range(MAX_MESSAGES))
        assert any(message == {"type": "job_removed", "id": job} for message in told)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/api/jobs", "{", 422, "invalid_message"),
        ("POST", "/api/jobs", "{}", 422, "invalid_message"),
        ("POST", "/api/jobs", '{"kind": "dance"}', 404, "recipe_not_found"),
        ("POST", "/api/jobs", '{"kind": "toy", "params": {"updates": 0}}', 422, "invalid_params"),
        ("POST", "/api/jobs", '{"kind": "toy", "params": {"update": 1}}', 422, "invalid_params"),
        (
            "POST",
            "/api/jobs",
            '{"kind": "toy", "params": {"model": "tiny", "slice_s": 1e999}}',
            422,
            "invalid_params",
        ),
        ("POST", "/api/jobs", '{"kind": "toy", "params": {"model": "none"}}', 404, "model_not_found"),
        ("POST", "/api/jobs", '{"kind": "toy", "params": {"model": "damaged"}}', 500, "card_invalid"),
        ("POST", "/api/jobs", '{"kind": "toy", "stranger": 1}', 422, "invalid_message"),
        ("GET", "/api/jobs/ffffffffffff", None, 404, "job_not_found"),
        ("GET", "/api/jobs/..%2f..", None, 404, "not_found"),
        ("DELETE", "/api/jobs/ffffffffffff", None, 404, "job_not_found"),
        ("PATCH", "/api/jobs/ffffffffffff", '{"notes": "x"}', 404, "job_not_found"),
        ("PATCH", "/api/jobs/ffffffffffff", '{"title": ""}', 422, "invalid_message"),
        ("POST", "/api/jobs/ffffffffffff/pause", None, 404, "job_not_found"),
        ("POST", "/api/jobs/ffffffffffff/finish", None, 404, "job_not_found"),
        ("POST", "/api/jobs/ffffffffffff/dance", None, 405, "method_not_allowed"),
        ("GET", "/api/jobs/ffffffffffff/artifacts", None, 404, "job_not_found"),
        ("GET", "/api/jobs/ffffffffffff/artifacts/preview.jpg", None, 404, "job_not_found"),
    ],
)
def test_what_cannot_be_is_a_problem(
    jobs: TestClient, method: str, path: str, body: str | None, status: int, code: str
) -> None:
    answer = jobs.request(method, path, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["hint"]


def test_a_browser_has_a_plain_name(jobs: TestClient) -> None:
    answer = jobs.post("/api/jobs", json={"kind": "toy"}, headers={"X-Wend-Browser": "a b"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_message")


def test_a_server_that_ends_goes_on_where_it_was(
    jobs: TestClient, own_settings: Settings, tmp_path: Path
) -> None:
    # With the walks that are found already: nothing else wants the device.
    shutil.copytree(own_settings.data_dir / "shelf", tmp_path / "shelf")
    alone = own_settings.model_copy(update={"data_dir": tmp_path})
    leash = tmp_path / "leash"
    leash.write_text("90")  # more it does not make while a busy machine looks away
    with TestClient(create_app(alone, recipes=TOYS), base_url=LOCAL) as client:
        job = create(client, {"model": MODEL, "updates": 100, "slice_s": 0.005, "leash": str(leash)})
        assert wait_for(client, job, "running", updates=5).job.updates <= 90
    leash.unlink()
    with TestClient(create_app(alone, recipes=TOYS), base_url=LOCAL) as client:
        done = wait_for(client, job, "done")
        kept = client.get(f"/api/jobs/{job}/artifacts/vector.json").json()
    assert kept == unbroken(ToyParams(model=MODEL, updates=100))
    stories = [line.split(" ", 1)[1] for line in done.events]
    assert any(story.startswith("The server ended, after ") for story in stories)
    assert any(story.startswith("Goes on on cpu") for story in stories)


def test_a_database_of_a_newer_version_keeps_the_server_from_starting(
    settings: Settings, tmp_path: Path
) -> None:
    alone = settings.model_copy(update={"data_dir": tmp_path})
    with TestClient(create_app(alone, FakeEngineBuilder()), base_url=LOCAL):
        pass
    with sqlite3.connect(tmp_path / DATABASE_FILE) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    app = create_app(alone, FakeEngineBuilder())
    with pytest.raises(DatabaseTooNew), TestClient(app, base_url=LOCAL):
        pass
    assert isinstance(app.state.refusal, DatabaseTooNew)


def test_a_damaged_database_keeps_the_server_from_starting(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / DATABASE_FILE).write_bytes(b"no database" * 100)
    app = create_app(settings.model_copy(update={"data_dir": tmp_path}), build_engine)
    with pytest.raises(DatabaseInvalid), TestClient(app, base_url=LOCAL):
        pass
    assert isinstance(app.state.refusal, DatabaseInvalid)
