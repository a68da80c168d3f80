"""`wend bench job-interference`: what a hand that drags and a job that learns cost each other."""

import asyncio
import itertools
import json
import os
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wend.api.client import open_client
from wend.cli.bench.client import DragClient
from wend.cli.bench.server import RunningServer
from wend.cli.bench.statistics import percentiles
from wend.cli.bench.stream import Target
from wend.documents.picture import Picture, SeedLatent
from wend.jobs.bench import open_process_bench, open_workbench
from wend.jobs.recipes import find_recipe
from wend.jobs.work import JobSpec, JobWork
from wend.settings import Settings

EDITS_PER_S = 30.0
BEGIN_S = 60.0  # for a job to do its first update: its model is in memory already
ALLOWED_MS = 10.0


@dataclass(frozen=True)
class CommandRun:
    """The job without a server. slices_ms: of every slice; updates_per_s: parameter updates."""

    slices_ms: list[float]
    updates_per_s: float


def endless_steer(model: str) -> dict[str, Any]:  # Any: JSON
    """Learning a walk with our default settings, for as long as it is let.

    Nothing is held out on the way: a look takes as long as an update and comes after every twentieth, so
    one part would hold two looks and the next three, which is no matter of who runs it.
    """
    return {"model": model, "samples": 10_000_000, "patience": None, "check_every": 0}


async def measure_interference(
    server: RunningServer, target: Target, part: float, rounds: int
) -> dict[str, object]:
    """Edits 30 times a second without and with a job, and the job without and with edits.

    part: seconds of each; rounds: of each part, one after the other, so that a machine whose speed drifts is
    as fast for all. `job_speed_*` are updates per second over those of the same job in the command line, with
    as many threads; slices are timed there.
    """
    health = server.get("/api/health")
    seconds = part * rounds
    idle: list[float] = []
    busy: list[float] = []
    alone: list[float] = []
    beside: list[float] = []
    commands: list[CommandRun] = []
    job = post(server, "/api/jobs", {"kind": "steer", "params": endless_steer(target.model)})["id"]
    await asyncio.to_thread(_wait_for_updates, server, job)
    for _ in range(rounds):
        alone.append(await asyncio.to_thread(_speed_of, server, job, part))
        speed, times = await asyncio.gather(
            asyncio.to_thread(_speed_of, server, job, part), _drag(server, target, part)
        )
        beside.append(speed)
        busy += times
        await asyncio.to_thread(_pause, server, job)
        idle += await _drag(server, target, part)
        commands.append(await asyncio.to_thread(run_in_command, target.model, health["threads"], part))
        post(server, f"/api/jobs/{job}/resume", {})
        await asyncio.to_thread(_wait_for_updates, server, job)
    post(server, f"/api/jobs/{job}/cancel", {})
    slices = percentiles([ms for command in commands for ms in command.slices_ms])
    idle_ms, busy_ms = percentiles(idle), percentiles(busy)
    command_speed = sum(command.updates_per_s for command in commands) / rounds
    return {
        "idle_end_to_end_ms": idle_ms,
        "busy_end_to_end_ms": busy_ms,
        "slice_ms": slices,
        "job_speed_idle": round(sum(alone) / rounds / command_speed, 3),
        "job_speed_busy": round(sum(beside) / rounds / command_speed, 3),
        "over_allowed_ms": round(busy_ms["p95"] - idle_ms["p95"] - slices["p95"] - ALLOWED_MS, 2),
        "command_updates_per_s": round(command_speed, 3),
        "edits_per_s": {"idle": round(len(idle) / seconds, 1), "busy": round(len(busy) / seconds, 1)},
        "model": target.model,
        "walk": target.walk,
        "device": health["device"],
        "threads": health["threads"],
    }


def run_in_command(model: str, threads: int, seconds: float) -> CommandRun:
    """The same work as `wend steer` does, for so many seconds from its first update on, and to the end of
    the update that they fall into, as the rows of a server's history do."""
    settings = Settings.load(os.environ, {"threads": threads})
    bench = open_process_bench(settings)
    recipe = find_recipe("steer")
    params = recipe.parse(endless_steer(model))
    with tempfile.TemporaryDirectory(prefix="wend-bench-") as folder:
        spec = JobSpec("0" * 12, "steer", params.model_dump(mode="json"), Path(folder), model, 0)
        work = JobWork(spec, lambda: recipe.build(params, open_workbench(bench, model)))
        while work.updates == 0:
            work.run_slice()
        slices_ms: list[float] = []
        before, began = work.updates, time.perf_counter()
        now, last = began, before
        while now - began < seconds or work.updates == last:
            last = work.updates
            work.run_slice()
            slices_ms.append((time.perf_counter() - now) * 1e3)
            now = time.perf_counter()
        speed = (work.updates - before) / (now - began)
        work.close()
    return CommandRun(slices_ms, speed)


async def _drag(server: RunningServer, target: Target, seconds: float) -> list[float]:
    """An edit every 33 ms, or as soon as the frame before has come; ms from each edit to its frame."""
    client = await open_client(server.socket_url)
    try:
        picture = Picture(model=target.model, latent=SeedLatent(seed=0), psi=target.psi)
        drag = DragClient(client, picture, target.walk, target.low, target.high)
        await drag.warm_up()
        times: list[float] = []
        start = time.perf_counter()
        for tick in itertools.count():
            now = time.perf_counter() - start
            if now >= seconds:
                return times
            if now < tick / EDITS_PER_S:
                await asyncio.sleep(tick / EDITS_PER_S - now)
            sent = time.perf_counter()
            revision = await drag.send_edit()
            while await drag.next_frame() != revision:
                continue
            times.append((time.perf_counter() - sent) * 1e3)
        raise AssertionError("ticks never end")
    finally:
        await client.close()


def _speed_of(server: RunningServer, job: str, seconds: float) -> float:
    """Updates per second of the job's own clock, from the rows of its history in this time."""
    before = _last_point(server, job)
    time.sleep(seconds)
    deadline = time.monotonic() + BEGIN_S
    while (after := _last_point(server, job))[0] <= before[0]:
        if time.monotonic() > deadline:
            raise RuntimeError("the job does not get anywhere")
        time.sleep(0.1)
    return float((after[0] - before[0]) / (after[1] - before[1]))


def _last_point(server: RunningServer, job: str) -> tuple[int, float]:
    point = server.get(f"/api/jobs/{job}")["history"][-1]
    return point["updates"], point["seconds"]


def _updates_of(detail: dict[str, Any]) -> int:
    """Of the last row of its history, 0 where there is none."""
    return int(detail["history"][-1]["updates"]) if detail["history"] else 0


def _wait_for_updates(server: RunningServer, job: str) -> None:
    """Until it runs and has a row of history that is newer than now; of a long one the rows are thinned."""
    before = _updates_of(server.get(f"/api/jobs/{job}"))
    deadline = time.monotonic() + BEGIN_S
    while time.monotonic() < deadline:
        detail = server.get(f"/api/jobs/{job}")
        if detail["job"]["failure"] is not None:
            raise RuntimeError(detail["job"]["failure"])
        if detail["job"]["state"] == "running" and _updates_of(detail) > before:
            return
        time.sleep(0.1)
    raise RuntimeError("the job did not begin in time")


def _pause(server: RunningServer, job: str) -> None:
    """Pause it, and wait until it has: its folder has a checkpoint, and its label says so."""
    post(server, f"/api/jobs/{job}/pause", {})
    deadline = time.monotonic() + BEGIN_S
    while server.get(f"/api/jobs/{job}")["job"]["label"] != "Paused":
        if time.monotonic() > deadline:
            raise RuntimeError("the job did not pause in time")
        time.sleep(0.05)


def post(server: RunningServer, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - the JSON of any route
    """The JSON answer of a POST route."""
    request = urllib.request.Request(  # noqa: S310 - our own URL
        server.url + path,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Origin": server.url},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - as above
        return json.load(response)
