"""Metrics: what is counted, and GET /metrics in Prometheus' text format."""

from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

_SECONDS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Counters of one server, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.frames = Counter(
            "wend_frames", "Pictures handed to a browser or script.", ["quality"], registry=self.registry
        )
        self.maps = Counter(
            "wend_maps", "Maps over pictures handed to a browser.", ["overlay"], registry=self.registry
        )
        self.failures = Counter(
            "wend_render_failures", "Renders answered with a problem.", ["code"], registry=self.registry
        )
        self.latency = Histogram(
            "wend_frame_seconds",
            "From the arrival of a picture at the socket until its frame has left the outbox.",
            ["quality"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.render = Histogram(
            "wend_render_seconds", "Device time of one picture.", buckets=_SECONDS, registry=self.registry
        )
        self.connections = Gauge("wend_connections", "Open sockets.", registry=self.registry)
        self.refused = Counter(
            "wend_refused_messages",
            "Socket messages answered with a problem.",
            ["code"],
            registry=self.registry,
        )
        self.dropped = Counter(
            "wend_outbox_dropped",
            "Frames and reports replaced by a newer one before they left.",
            registry=self.registry,
        )


def routes(metrics: Metrics) -> APIRouter:
    """GET /metrics."""
    router = APIRouter()

    @router.get("/metrics", response_class=Response, summary="Counters for Prometheus")
    async def read_metrics() -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return router
