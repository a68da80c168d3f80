"""Regions: what the engine finds for a painted region, in the words of the wire, and its thumbnails."""

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable

from fastapi import APIRouter
from fastapi.responses import Response

from wend.documents.picture import LayerRange
from wend.engine.request import DriftReport, FoundSlider, RegionReport
from wend.errors import AssetNotFound
from wend.protocol.base import Lack
from wend.protocol.regions import Drift, RegionFound, RegionSlider

KEPT_BYTES = 32 * 2**20
"""Of thumbnails, the ones told of last: a slider's are about 20 kB."""
_ID = re.compile(r"[0-9a-f]{64}")
_PNG = b"\x89PNG"


class Thumbnails:
    """Small pictures by the hash of their bytes; the oldest leave first. Thread-safe.

    They can be made again from their sliders, so none is ever written to disk.
    """

    def __init__(self, limit_bytes: int = KEPT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def keep(self, assets: Iterable[tuple[str, bytes]]) -> None:
        """Pairs of hash and bytes."""
        with self._lock:
            for name, data in assets:
                self._bytes += len(data) - len(self._kept.pop(name, b""))
                self._kept[name] = data
            while self._bytes > self._limit_bytes:
                self._bytes -= len(self._kept.popitem(last=False)[1])

    def get(self, name: str) -> bytes:
        """Raises: AssetNotFound, also for one that has left."""
        with self._lock:
            data = self._kept.get(name)
        if data is None:
            raise AssetNotFound(name if _ID.fullmatch(name) else name[:80])
        return data


def region_message(report: RegionReport) -> RegionFound:
    """What is known of a region by now."""
    return RegionFound(
        view=report.key.view,
        request=report.request,
        family=report.family,
        sliders=tuple(_slider(found) for found in report.sliders),
        label=report.label,
        fraction=min(1.0, max(0.0, report.fraction)),
        seconds=report.seconds,
        is_done=report.is_done,
        lack=None if report.lack is None else Lack(sentence=report.lack[0], hint=report.lack[1]),
    )


def drift_message(report: DriftReport) -> Drift:
    """What 'keep still' keeps."""
    return Drift(
        view=report.key.view,
        revision=report.revision,
        still=report.still,
        still_without=report.still_without,
        moved=report.moved,
        moved_without=report.moved_without,
        is_busy=report.is_busy,
    )


def _slider(found: FoundSlider) -> RegionSlider:
    start, end = found.layers
    return RegionSlider(
        walk=found.walk,
        title=found.title,
        low=found.low,
        high=found.high,
        low_end=found.low_end,
        high_end=found.high_end,
        layers=LayerRange(start=start, end=end),
        place=found.place,
        kind=found.kind,
        moves=found.moves,
        inside=found.inside,
        outside=found.outside,
        leakage=found.outside / max(found.inside, 1e-6),
        strip=found.strip,
        strip_frames=found.strip_frames,
        heat=found.heat,
    )


def routes(thumbnails: Thumbnails) -> APIRouter:
    """GET /api/thumbnails/{id}."""
    router = APIRouter(prefix="/api/thumbnails", tags=["regions"])

    @router.get("/{thumbnail_id}", summary="A small picture of a slider", response_class=Response)
    async def read_thumbnail(thumbnail_id: str) -> Response:
        data = thumbnails.get(thumbnail_id)
        kind = "image/png" if data.startswith(_PNG) else "image/jpeg"
        headers = {"Cache-Control": "private, max-age=31536000, immutable"}
        return Response(data, media_type=kind, headers=headers)

    return router
