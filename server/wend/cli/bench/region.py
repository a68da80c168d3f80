"""`wend bench region`: how soon a painted mask has sliders, through the public socket, and what they leak."""

import asyncio
import io
import json
import time
import urllib.request
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wend.api.client import Client, RegionFound, open_client
from wend.cli.bench.server import RunningServer
from wend.cli.bench.statistics import percentiles
from wend.documents.picture import Picture, SeedLatent

REGIONS = {"mouth": ("lips", "mouth", "teeth"), "eyes": ("eye", "iris")}
"""What is painted: these labels, and two pixels around them."""
PAINT_S = 6.0
"""A hand takes longer to paint its first mask; meanwhile the server looks at the model's own pictures."""
TIMEOUT_S = 240.0
WHOLE_S = 5.0
_GROWN = 2


@dataclass(frozen=True)
class Search:
    """first_s, whole_s: from the request to the first slider, and to all of them; refined_s: to the end."""

    region: str
    seed: int
    first_s: float | None
    whole_s: float
    refined_s: float
    whole: RegionFound
    last: RegionFound


async def measure_region(server: RunningServer, model: str, psi: float, seeds: range) -> dict[str, object]:
    """Masks of both kinds on the pictures of some seeds, each painted after the one before is done."""
    client = await open_client(server.socket_url)
    try:
        await client.watch(factors=False, overlay="labels")
        searches: list[Search] = []
        names: tuple[str, ...] = ()
        for seed in seeds:
            picture = Picture(model=model, latent=SeedLatent(seed=seed), psi=psi)
            async with asyncio.timeout(TIMEOUT_S):
                frame, told = await client.labels(picture)
            names = told or names
            flat = np.frombuffer(zlib.decompress(frame.payload), np.uint8)
            labels = flat.reshape(frame.height, frame.width)
            if not searches:
                await asyncio.sleep(PAINT_S)
            for region, wanted in REGIONS.items():
                mask = _paint(labels, [names.index(name) for name in wanted])
                if mask.any():
                    searches.append(await _search(client, picture, region, upload(server, mask)))
    finally:
        await client.close()
    return _summary(searches, model)


def _paint(labels: NDArray[np.uint8], wanted: list[int]) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = np.isin(labels, wanted)
    for _ in range(_GROWN):
        padded = np.pad(mask, 1)
        mask = np.logical_or.reduce(
            [padded[i : i + mask.shape[0], j : j + mask.shape[1]] for i in range(3) for j in range(3)]
        )
    return mask


def upload(server: RunningServer, mask: NDArray[np.bool_]) -> str:
    """Send a mask; its id."""
    buffer = io.BytesIO()
    Image.fromarray(mask.astype(np.uint8) * 255).save(buffer, "PNG")
    request = urllib.request.Request(  # noqa: S310 - our own URL
        f"{server.url}/api/images?kind=mask", data=buffer.getvalue(), headers={"Content-Type": "image/png"}
    )
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - as above
        return str(json.load(response)["id"])


async def _search(client: Client, picture: Picture, region: str, mask: str) -> Search:
    began = time.perf_counter()
    first_s: float | None = None
    whole: tuple[float, RegionFound] | None = None
    async with asyncio.timeout(TIMEOUT_S):
        async for found in client.find_region(picture, mask):
            now = time.perf_counter() - began
            if found.sliders and first_s is None:
                first_s = now
            if found.fraction == 1.0 and whole is None:
                whole = now, found
            if found.is_done:
                assert whole is not None, "what is done is whole"
                seed = picture.latent.seed if isinstance(picture.latent, SeedLatent) else 0
                return Search(region, seed, first_s, whole[0], now, whole[1], found)
    raise RuntimeError("the search never ended")


def _summary(searches: list[Search], model: str) -> dict[str, object]:
    last = searches[-1].whole if searches else None
    return {
        "first_slider_ms": percentiles([s.first_s * 1e3 for s in searches if s.first_s is not None]),
        "all_sliders_ms": percentiles([s.whole_s * 1e3 for s in searches]),
        "refined_ms": percentiles([s.refined_s * 1e3 for s in searches]),
        "sliders": [
            {"name": s.title, "leakage": round(s.leakage, 4), "range": [s.low, s.high]}
            for s in (last.sliders if last is not None else ())
        ],
        "searches": [
            {
                "region": s.region,
                "seed": s.seed,
                "first_ms": None if s.first_s is None else round(s.first_s * 1e3),
                "all_ms": round(s.whole_s * 1e3),
                "sliders": len(s.whole.sliders),
                "best_leakage": round(min((x.leakage for x in s.whole.sliders), default=1.0), 4),
                "refined_leakage": round(min((x.leakage for x in s.last.sliders), default=1.0), 4),
            }
            for s in searches
        ],
        "model": model,
    }
