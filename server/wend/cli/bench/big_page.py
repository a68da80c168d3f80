"""What the page does in `wend bench big`: a drag, a drag beside a job, sliders for a region."""

import asyncio
import time
from pathlib import Path

import numpy as np

from wend.api.client import Client, open_client
from wend.cli.bench.big_parts import FAMILY, MODEL
from wend.cli.bench.interference import endless_steer, post
from wend.cli.bench.region import upload
from wend.cli.bench.server import RunningServer, running_server
from wend.cli.bench.statistics import percentiles
from wend.documents.picture import Edit, LayerRange, Picture, SeedLatent

_FIRST_S = 300.0
_EDITS, _BESIDE_EDITS = 8, 4
_SEARCH_S = 200.0
_SIDE = 1024
_LATE = LayerRange(start=12, end=18)
"""Style rows of 512 and 1024 px: what comes before them is not drawn again."""


def drag(folder: Path) -> dict[str, object]:
    """Edits one after the other, each answered before the next: of all rows, and of the last six."""
    with running_server(data=folder / "data") as server:
        return {**asyncio.run(_drag(server)), "precision": server.get("/api/health")["precision"]}


def drag_beside(folder: Path) -> dict[str, object]:
    """The same while a job learns: a picture waits for the slice that is going on."""
    with running_server(data=folder / "data") as server:
        return asyncio.run(_drag_beside(server))


def find_region(folder: Path) -> dict[str, object]:
    """Sliders for a square of 200 px in the middle, until all are there or time is up."""
    with running_server(data=folder / "data") as server:
        return asyncio.run(_find_region(server))


def _picture() -> Picture:
    return Picture(model=MODEL, latent=SeedLatent(seed=0), psi=0.7)


async def _first(client: Client) -> float:
    began = time.perf_counter()
    async with asyncio.timeout(_FIRST_S):
        await client.ask(_picture())
        await client.frame()
    return time.perf_counter() - began


async def _edits(client: Client, count: int, layers: LayerRange | None) -> list[float]:
    times: list[float] = []
    for k in range(count + 1):
        edit = Edit(walk=f"{FAMILY}/0", alpha=0.1 * (k + 1), layers=layers)
        began = time.perf_counter()
        revision = await client.ask(_picture().model_copy(update={"edits": (edit,)}))
        while (await client.frame()).revision != revision:
            continue
        times.append(1e3 * (time.perf_counter() - began))
    return times[1:]  # before the first nothing is kept that could be reused


async def _drag(server: RunningServer) -> dict[str, object]:
    client = await open_client(server.socket_url)
    try:
        first_s = await _first(client)
        every = await _edits(client, _EDITS, None)
        late = await _edits(client, _EDITS, _LATE)
    finally:
        await client.close()
    return {
        "first_picture_s": round(first_s, 1),
        "all_rows_ms": percentiles(every),
        "last_rows_ms": percentiles(late),
    }


async def _drag_beside(server: RunningServer) -> dict[str, object]:
    client = await open_client(server.socket_url)
    try:
        await _first(client)
        job = post(server, "/api/jobs", {"kind": "steer", "params": endless_steer(MODEL)})["id"]
        await asyncio.to_thread(_wait_for, server, job)
        times = await _edits(client, _BESIDE_EDITS, None)
        post(server, f"/api/jobs/{job}/cancel", {})
    finally:
        await client.close()
    return {"all_rows_ms": percentiles(times), "longest_ms": round(max(times))}


def _wait_for(server: RunningServer, job: str) -> None:
    while server.get(f"/api/jobs/{job}")["job"]["state"] != "running":
        time.sleep(0.5)


async def _find_region(server: RunningServer) -> dict[str, object]:
    mask = np.zeros((_SIDE, _SIDE), np.bool_)
    mask[412:612, 412:612] = True
    client = await open_client(server.socket_url)
    first_s: float | None = None
    sliders, fraction, is_done = 0, 0.0, False
    try:
        await _first(client)
        sent = upload(server, mask)
        began = time.perf_counter()
        try:
            async with asyncio.timeout(_SEARCH_S):
                async for found in client.find_region(_picture(), sent):
                    sliders, fraction, is_done = len(found.sliders), found.fraction, found.is_done
                    if found.sliders and first_s is None:
                        first_s = time.perf_counter() - began
        except TimeoutError:
            is_done = False
        taken = time.perf_counter() - began
    finally:
        await client.close()
    return {
        "first_slider_s": None if first_s is None else round(first_s, 1),
        "sliders": sliders,
        "fraction": round(fraction, 3),
        "is_done": is_done,
        "searched_s": round(taken, 1),
    }
