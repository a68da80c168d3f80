"""Delivery: pixels become bytes off the device thread, and leave in the order they were drawn."""

import logging
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from wend.engine.faults import failure
from wend.engine.overlays import DrawnOverlay
from wend.engine.request import EngineEvent, OverlayResult, RenderRequest, RenderResult
from wend.errors import RenderFailed, WendError
from wend.imaging.codec import encode
from wend.pictures.final import Pixels

LANES = 2

_log = logging.getLogger(__name__)


class Delivery:
    """Encodes in a few lanes of one thread each.

    All frames of a view take the same lane, so a newer one is never overtaken by an older one, while
    other views need not wait for a large picture. Overlays have a lane of their own: no frame waits for
    one. `deliver` is called from the lanes; `on_failure`
    with the request whose picture could not be encoded, after its RenderFailure has been delivered.
    """

    def __init__(
        self,
        deliver: Callable[[EngineEvent], None],
        on_failure: Callable[[RenderRequest], None],
        lanes: int = LANES,
    ) -> None:
        self._deliver = deliver
        self._on_failure = on_failure
        self._lanes = tuple(
            ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"wend-encode-{i}") for i in range(lanes)
        )
        self._overlays = ThreadPoolExecutor(max_workers=1, thread_name_prefix="wend-encode-overlay")

    def send(self, request: RenderRequest, pixels: Pixels, render_ms: float, wait_ms: float) -> None:
        """Encode pixels uint8 [H, W, C] and deliver them; returns at once."""
        lane = self._lanes[hash(request.key) % len(self._lanes)]
        lane.submit(self._encode, request, pixels, render_ms, wait_ms)

    def send_overlay(self, overlay: DrawnOverlay) -> None:
        """Compress a map and deliver it; returns at once."""
        self._overlays.submit(self._compress, overlay)

    def close(self) -> None:
        """Finish what has been sent."""
        for lane in (*self._lanes, self._overlays):
            lane.shutdown(wait=True)

    def _encode(self, request: RenderRequest, pixels: Pixels, render_ms: float, wait_ms: float) -> None:
        try:
            payload = encode(pixels, request.codec)
        except (OSError, ValueError, MemoryError, WendError) as error:
            _log.exception("encoding revision %d of %s failed", request.revision, request.key)
            self._deliver(failure(request, RenderFailed(f"{type(error).__name__}: {error}")))
            self._on_failure(request)
            return
        height, width = pixels.shape[:2]
        self._deliver(
            RenderResult(
                key=request.key,
                revision=request.revision,
                quality=request.quality,
                codec=request.codec,
                size=(height, width),
                payload=payload,
                render_ms=render_ms,
                wait_ms=wait_ms,
            )
        )

    def _compress(self, overlay: DrawnOverlay) -> None:
        request, samples = overlay.request, overlay.samples
        height, width = samples.shape
        self._deliver(
            OverlayResult(
                key=request.key,
                revision=request.revision,
                quality=request.quality,
                overlay=overlay.overlay,
                size=(height, width),
                payload=zlib.compress(samples.tobytes(), level=1),
                ms=overlay.ms,
            )
        )
