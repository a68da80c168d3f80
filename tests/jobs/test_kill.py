"""kill -9 on a whole server: the next one shows what happened, goes on, and ends with the same bits."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.engine.library import publish_tiny
from tests.jobs.toy import ToyParams, unbroken
from wend.protocol.resources import JobDetail

MODEL = "tiny"
PATIENCE_S = 120.0
UPDATES = 300
LEASH = "280"  # more the killed server does not make, however long a busy machine looks away


class Server:
    """A server's process and its address."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.jobs.toy_server", folder / "data", folder / "models", "0.2"]
        self.process = subprocess.Popen(
            [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.url = ""

    def wait_until_it_answers(self) -> None:
        assert self.process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def ask(self, path: str) -> bytes:
        return bytes(httpx2.get(f"{self.url}{path}", timeout=PATIENCE_S).content)

    def create(self, params: dict[str, object]) -> str:
        body = {"kind": "toy", "params": params}
        return str(httpx2.post(f"{self.url}/api/jobs", json=body, timeout=PATIENCE_S).json()["id"])

    def wait_for(self, job: str, state: str, updates: int) -> JobDetail:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            found = JobDetail.model_validate_json(self.ask(f"/api/jobs/{job}"))
            if found.job.state in (state, "done") and found.job.updates >= updates:
                return found
            assert time.monotonic() < deadline, found
            time.sleep(0.05)

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    publish_tiny(tmp_path / "models", MODEL, 1)
    return tmp_path


@contextmanager
def serving(folder: Path, count: int = 1) -> Iterator[list[Server]]:
    """Servers on one data folder, started together; killed in the end."""
    servers = [Server(folder) for _ in range(count)]
    try:
        for server in servers:
            server.wait_until_it_answers()
        yield servers
    finally:
        for server in servers:
            server.end()


def test_a_killed_server_loses_nothing_of_a_job(folder: Path) -> None:
    leash = folder / "leash"
    leash.write_text(LEASH)
    params = {"model": MODEL, "updates": UPDATES, "seed": 3, "slice_s": 0.004, "leash": str(leash)}
    with serving(folder) as (server,):
        job = server.create(params)
        server.wait_for(job, "running", 60)
        pid = server.process.pid
    leash.unlink()
    with serving(folder) as (server,):
        done = server.wait_for(job, "done", UPDATES)
        vector = json.loads(server.ask(f"/api/jobs/{job}/artifacts/vector.json"))
    assert vector == unbroken(ToyParams.model_validate({**params, "slice_s": 0.0}))
    (story,) = (event for event in done.events if f"Process {pid} on " in event)
    assert story.endswith("It goes on from its last checkpoint.")
    assert [point.updates for point in done.history] == sorted({point.updates for point in done.history})


def test_two_servers_on_one_data_folder_share_the_work(folder: Path) -> None:
    with serving(folder, 2) as (one, two):
        jobs = [one.create({"model": MODEL, "updates": 100, "slice_s": 0.004}) for _ in range(4)]
        done = [two.wait_for(job, "done", 100) for job in jobs]
        # What one runs the other leaves alone: every job began once.
        assert [sum(" Begun on " in event for event in found.events) for found in done] == [1] * 4
        assert all(found.job.is_here for found in done)
        assert one.ask("/api/jobs") == two.ask("/api/jobs")
