"""`wend bench region`: how soon a painted mask has sliders, through the public socket, and what they leak."""

import asyncio
import dataclasses
import io
import json
import time
import urllib.request
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wend.api.client import Client, RegionFound, open_client
from wend.cli.bench.generator import CONFIG_F, random_generator
from wend.cli.bench.server import RunningServer
from wend.cli.bench.statistics import percentiles
from wend.documents.picture import Picture, SeedLatent
from wend.generators.stylegan2 import StyleGAN2Config
from wend.library.publish import CardText, publish_model

REGIONS = {"mouth": ("lips", "mouth", "teeth"), "eyes": ("eye", "iris")}
"""What is painted: these labels, and two pixels around them."""
PAINT_S = 6.0
"""A hand takes longer to paint its first mask; meanwhile the server looks at the model's own pictures."""
TIMEOUT_S = 240.0
RANDOM = "random-weights"
_GROWN = 2
_SQUARES = {"middle": (0.4, 0.4), "upper left": (0.15, 0.2)}
"""Regions of a model whose pictures show nothing: upper left corners of squares, shares of the side."""
_SQUARE = 0.2
_OURS = 128  # px


@dataclass(frozen=True)
class Search:
    """first_s, whole_s: from the request to the first slider, and to all of them; refined_s: to the end. None
    for what was not there when time was up; whole, last: what was told by then."""

    region: str
    seed: int
    first_s: float | None
    whole_s: float | None
    refined_s: float | None
    whole: RegionFound | None
    last: RegionFound | None


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
    return summary(searches, model)


async def measure_random(server: RunningServer, side: int, seeds: range) -> dict[str, object]:
    """Two squares on pictures of `RANDOM`, of so many px a side, whose weights are random."""
    client = await open_client(server.socket_url)
    try:
        searches: list[Search] = []
        for seed in seeds:
            picture = Picture(model=RANDOM, latent=SeedLatent(seed=seed), psi=1.0)
            await client.ask(picture)
            await client.frame()
            if not searches:
                await asyncio.sleep(PAINT_S)
            for region, (top, left) in _SQUARES.items():
                mask = np.zeros((side, side), np.bool_)
                rows, columns = (round(side * x) for x in (top, left))
                mask[rows : rows + round(side * _SQUARE), columns : columns + round(side * _SQUARE)] = True
                searches.append(await _search(client, picture, region, upload(server, mask)))
    finally:
        await client.close()
    return summary(searches, f"random weights, {side} px")


def publish_random(folder: Path, side: int) -> None:
    """`RANDOM` in a folder of models: a StyleGAN2 of so many px a side, as before training; up to 128 px as
    wide as the bundled one, then as config-f."""
    config = StyleGAN2Config(side) if side <= _OURS else dataclasses.replace(CONFIG_F, resolution=side)
    told = {name: value for name, value in dataclasses.asdict(config).items() if value is not None}
    text = CardText(
        title="Random weights", summary="For the bench.", licence="CC0-1.0", kind="stylegan2",
        config=told, psi=1.0,
    )  # fmt: skip
    publish_model(folder / RANDOM, text, random_generator(config).state_dict(), None, None, None)


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
    seed = picture.latent.seed if isinstance(picture.latent, SeedLatent) else 0
    began = time.perf_counter()
    search = Search(region, seed, None, None, None, None, None)
    try:
        async with asyncio.timeout(TIMEOUT_S):
            async for found in client.find_region(picture, mask):
                now = time.perf_counter() - began
                search = dataclasses.replace(search, last=found)
                if found.sliders and search.first_s is None:
                    search = dataclasses.replace(search, first_s=now)
                if found.fraction == 1.0 and search.whole is None:
                    search = dataclasses.replace(search, whole_s=now, whole=found)
                if found.is_done:
                    return dataclasses.replace(search, refined_s=now)
    except TimeoutError:
        pass  # what was found by then is told
    return search


def summary(searches: list[Search], model: str) -> dict[str, object]:
    """What the command tells; sliders are those of the last search. None for times that no search came to."""
    last = searches[-1].whole if searches else None
    return {
        "first_slider_ms": _times([search.first_s for search in searches]),
        "all_sliders_ms": _times([search.whole_s for search in searches]),
        "refined_ms": _times([search.refined_s for search in searches]),
        "sliders": [
            {"name": s.title, "leakage": round(s.leakage, 4), "range": [s.low, s.high]}
            for s in (last.sliders if last is not None else ())
        ],
        "searches": [
            {
                "region": s.region,
                "seed": s.seed,
                "first_ms": None if s.first_s is None else round(s.first_s * 1e3),
                "all_ms": None if s.whole_s is None else round(s.whole_s * 1e3),
                "refined_ms": None if s.refined_s is None else round(s.refined_s * 1e3),
                "sliders": 0 if s.last is None else len(s.last.sliders),
                "best_leakage": _best(s.whole),
                "refined_leakage": _best(s.last),
            }
            for s in searches
        ],
        "model": model,
    }


def _best(found: RegionFound | None) -> float | None:
    sliders = () if found is None else found.sliders
    return round(min(slider.leakage for slider in sliders), 4) if sliders else None


def _times(seconds: list[float | None]) -> dict[str, float] | None:
    found = [1e3 * each for each in seconds if each is not None]
    return percentiles(found) if found else None
