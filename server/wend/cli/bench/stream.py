"""`wend bench stream`: how fast a picture follows the hand, for one, four and a stuck fifth client, and
for one whose pictures are looked at."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wend.api.client import Client, open_client, open_stuck_client
from wend.cli.bench.client import DragClient, DragReport
from wend.cli.bench.server import RunningServer
from wend.cli.bench.statistics import percentiles
from wend.documents.picture import Picture, SeedLatent
from wend.imaging.codec import encode

WALKS_TIMEOUT_S = 240.0
EYES_TIMEOUT_S = 10.0
ROUNDS = 6  # of a drag without and with read-outs


@dataclass(frozen=True)
class Target:
    """What is dragged: a model's strongest walk that moves every style row."""

    model: str
    walk: str
    low: float
    high: float
    psi: float


def choose_target(server: RunningServer) -> Target:
    """Wait until the default model has walks, then take the strongest that starts at row 0."""
    model = server.get("/api/models")["default"]
    deadline = time.monotonic() + WALKS_TIMEOUT_S
    while time.monotonic() < deadline:
        answer = server.get(f"/api/walks?model={model}")
        whole = [w for w in answer["walks"] if w["layers"]["start"] == 0]
        if answer["is_complete"] and whole:
            best = max(whole, key=lambda w: w["strength"])
            return Target(model, best["id"], best["low"], best["high"], best["psi"])
        time.sleep(0.5)
    raise RuntimeError("the default model's walks were not found in time")


def summarize(reports: list[DragReport]) -> dict[str, object]:
    """What several clients saw together; fairness is the slowest client over the fastest."""
    fps = [round(r.fps, 2) for r in reports]
    return {
        "end_to_end_ms": percentiles([v for r in reports for v in r.end_to_end_ms]),
        "input_to_frame_ms": percentiles([v for r in reports for v in r.input_to_frame_ms]),
        "render_ms": percentiles([v for r in reports for v in r.render_ms]),
        "fps_per_client": fps,
        "fairness": round(min(fps) / max(fps), 3) if max(fps) > 0 else 0.0,
        "dropped_edits": sum(r.edits_sent - r.frames_received for r in reports),
        "coalesced_inputs": sum(r.inputs_coalesced for r in reports),
    }


def _encode_times(report: DragReport, repeats: int = 50) -> dict[str, float]:
    """Times of encoding the last frame this client got, as the server encodes live frames."""
    assert report.last_frame is not None
    pixels = np.asarray(report.last_frame.convert("RGB"))
    times: list[float] = []
    for _ in range(repeats):
        started = time.perf_counter()
        encode(pixels, "jpeg")
        times.append((time.perf_counter() - started) * 1e3)
    return percentiles(times)


async def _drag(server: RunningServer, target: Target, clients: int, seconds: float) -> list[DragReport]:
    connections = [await open_client(server.socket_url) for _ in range(clients)]
    try:
        drags = [_client(connection, target, seed) for seed, connection in enumerate(connections)]
        await asyncio.gather(*(d.warm_up() for d in drags))
        await asyncio.gather(*(d.drag_closed_loop(seconds) for d in drags))
        await asyncio.gather(*(d.drag_paced(seconds) for d in drags))
        return [d.report for d in drags]
    finally:
        for connection in connections:
            await connection.close()


def _client(connection: Client, target: Target, seed: int) -> DragClient:
    picture = Picture(model=target.model, latent=SeedLatent(seed=seed), psi=target.psi)
    return DragClient(connection, picture, target.walk, target.low, target.high)


async def _drag_watched(server: RunningServer, target: Target, seconds: float) -> dict[str, object]:
    """One client that drags by turns with read-outs (factors and labels) and without, so that a machine
    whose speed drifts is as fast for both; `over_off` is the ratio of the two medians,
    `over_off_p95` that of the 95th percentiles: the few frames that wait for a slice."""
    client = await open_client(server.socket_url)
    try:
        drag = _client(client, target, 0)
        await client.watch(factors=True, overlay="labels")
        has_eyes = await _until_seen(drag)
        off_ms: list[float] = []
        on_ms: list[float] = []
        client.readings = client.maps = 0
        for _ in range(ROUNDS):
            for times, is_on in ((off_ms, False), (on_ms, True)):
                await client.watch(factors=is_on, overlay="labels" if is_on else None)
                drag.report.end_to_end_ms.clear()
                await drag.drag_closed_loop(seconds / ROUNDS)
                times.extend(drag.report.end_to_end_ms)
        drag.report.end_to_end_ms = on_ms
        await drag.drag_paced(seconds)
        summary = summarize([drag.report])
        if has_eyes:
            await _until_seen(drag)  # a short drag may be over before the first look at it
        return {
            **{key: summary[key] for key in ("end_to_end_ms", "input_to_frame_ms", "dropped_edits")},
            "off_end_to_end_ms": percentiles(off_ms),
            "over_off": round(float(np.median(on_ms) / np.median(off_ms)), 3),
            "over_off_p95": round(float(np.percentile(on_ms, 95) / np.percentile(off_ms, 95)), 3),
            "readings": client.readings,
            "maps": client.maps,
        }
    finally:
        await client.close()


async def _until_seen(drag: DragClient) -> bool:
    """Until readings and maps have come: the networks are in memory. False: there are none for this model."""
    deadline = time.monotonic() + EYES_TIMEOUT_S
    while time.monotonic() < deadline:
        await drag.warm_up()
        if 0 not in (drag.client.maps, drag.client.readings):
            return True
    return False


async def _stuck_client(server: RunningServer, target: Target, stop: asyncio.Event) -> int:
    """Keeps asking and never reads; how often it asked."""
    client = await open_stuck_client(server.socket_url, server.host, server.port)
    try:
        while not stop.is_set():
            picture = Picture(
                model=target.model, latent=SeedLatent(seed=client.revision % 100), psi=target.psi
            )
            # The server may stop reading from one that does not read: that is no reason to stop asking.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(client.ask(picture), 0.5)
            await asyncio.sleep(1 / 60)
    finally:
        client.abort()
    return client.revision


async def warm_up(server: RunningServer, target: Target) -> None:
    """One frame, so that the model is in memory and its live precision is chosen."""
    client = await open_client(server.socket_url)
    try:
        await client.ask(Picture(model=target.model, latent=SeedLatent(seed=0), psi=target.psi))
        await client.frame()
    finally:
        await client.close()


async def measure_stream(
    server: RunningServer, target: Target, forward: Callable[[], dict[str, float]], seconds: float
) -> dict[str, object]:
    """One client, four clients, and four with a fifth that never reads; the same server throughout.

    forward: times of synthesis alone, asked for between the clients, while the server is idle.
    `over_forward` is (end-to-end p50 - 5 ms) / forward p50; `over_multi` the p50 beside the stuck reader
    over that of the four clients before and after.
    """
    before = forward()
    one = await _drag(server, target, 1, seconds)
    after = forward()
    watched = await _drag_watched(server, target, seconds)
    four = await _drag(server, target, 4, seconds)
    stop = asyncio.Event()
    stuck = asyncio.create_task(_stuck_client(server, target, stop))
    await asyncio.sleep(0.5)
    beside = await _drag(server, target, 4, seconds)
    stop.set()
    asked = await stuck
    again = await _drag(server, target, 4, seconds)
    # The machine's speed drifts: each is compared with what was measured right around it.
    forward_ms = {key: round((before[key] + after[key]) / 2, 2) for key in before}
    around = (_median(four) + _median(again)) / 2
    health = server.get("/api/health")
    return {
        "forward_ms": forward_ms,
        "encode_ms": _encode_times(one[0]),
        **summarize(one),
        "over_forward": round((_median(one) - 5.0) / forward_ms["p50"], 3),
        "readouts": watched,
        "multi": summarize(four),
        "stuck_reader": {
            **summarize(beside),
            "stuck_edits_sent": asked,
            "over_multi": round(_median(beside) / around, 3),
        },
        "multi_again": summarize(again),
        "model": target.model,
        "walk": target.walk,
        "device": health["device"],
        "threads": health["threads"],
        "precision": health["precision"],
    }


def _median(reports: list[DragReport]) -> float:
    return float(np.median([ms for report in reports for ms in report.end_to_end_ms]))
