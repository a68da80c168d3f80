"""Delivery: pixels become bytes off the device thread, and leave in the order they were drawn."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from wend.engine.faults import failure
from wend.engine.render import Pixels
from wend.engine.request import EngineEvent, RenderRequest, RenderResult
from wend.errors import RenderFailed, WendError
from wend.imaging.codec import encode

LANES = 2

_log = logging.getLogger(__name__)


class Delivery:
    """Encodes in a few lanes of one thread each.

    All frames of a view take the same lane, so a newer one is never overtaken by an older one, while
    other views need not wait for a large picture. `deliver` is called from the lanes; `on_failure`
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

    def send(self, request: RenderRequest, pixels: Pixels, render_ms: float, wait_ms: float) -> None:
        """Encode pixels uint8 [H, W, C] and deliver them; returns at once."""
        lane = self._lanes[hash(request.key) % len(self._lanes)]
        lane.submit(self._encode, request, pixels, render_ms, wait_ms)

    def close(self) -> None:
        """Finish what has been sent."""
        for lane in self._lanes:
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
