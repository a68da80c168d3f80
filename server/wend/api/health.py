"""Health: GET /api/health."""

import time

from anyio import to_thread
from fastapi import APIRouter

from wend import __version__
from wend.api.engine_port import EnginePort
from wend.protocol.resources import Health


def routes(engine: EnginePort) -> APIRouter:
    """GET /api/health."""
    router = APIRouter(prefix="/api/health", tags=["health"])
    started = time.monotonic()

    @router.get("", summary="What serves here, and since when")
    async def read_health() -> Health:
        # An engine in another process answers through a pipe.
        status = await to_thread.run_sync(engine.status)
        return Health(
            version=__version__,
            device=status.device,
            threads=status.threads,
            precision=status.precision,
            uptime_s=time.monotonic() - started,
            resident=status.resident,
        )

    return router
