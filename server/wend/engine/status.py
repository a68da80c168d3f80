"""Status: what the engine says of itself, for the status line, /api/health and /metrics."""

import threading
from dataclasses import dataclass, replace

from wend.engine.device import Device
from wend.engine.precision import LiveMode


@dataclass(frozen=True)
class ResidentModel:
    """A model in device memory and how its live frames are made."""

    model: str
    size_bytes: int
    live: LiveMode


@dataclass(frozen=True)
class Counters:
    """Counts since the start, and the last values of what varies.

    rendered: frames drawn; reused: frames that resumed from a kept state; replaced: requests that a newer
    one of their view overtook while waiting; failed: requests answered with a failure; evicted: models put
    out of memory; waiting: requests now waiting; batch: requests of the last batch; render_ms: device time
    of the last batch; looks: slices spent on looking at pictures.
    """

    rendered: int = 0
    reused: int = 0
    replaced: int = 0
    failed: int = 0
    evicted: int = 0
    restarts: int = 0
    waiting: int = 0
    works: int = 0
    batch: int = 0
    render_ms: float = 0.0
    looks: int = 0


@dataclass(frozen=True)
class EngineStatus:
    """device: in words; notes: plain sentences about how this machine serves; precision: of the live
    frames of the model used last ('float32' before the first)."""

    device: str
    threads: int
    precision: str
    notes: tuple[str, ...]
    models: tuple[ResidentModel, ...]
    counters: Counters

    @property
    def resident(self) -> tuple[str, ...]:
        """Ids of the models in device memory, the least recently used first."""
        return tuple(model.model for model in self.models)


def describe(device: Device, counters: Counters) -> EngineStatus:
    """What a device is, what lies in its memory, and what it has counted beside the engine's counters.

    Called by the engine's thread, which owns the device.
    """
    residents = device.residency.residents
    models = tuple(ResidentModel(each.model, each.size_bytes, each.mode) for each in residents)
    return EngineStatus(
        device=device.text,
        threads=device.threads,
        precision=models[-1].live.precision if models else "float32",
        notes=_notes(models),
        models=models,
        counters=replace(counters, reused=device.reused, evicted=device.residency.evicted),
    )


def _notes(models: tuple[ResidentModel, ...]) -> tuple[str, ...]:
    return (
        "Networks run eager: nothing is compiled.",
        *(f"{m.model}: live frames in {m.live.precision} ({m.live.tried})." for m in models),
    )


class Tally:
    """What an engine counts, and its status as of the last look at its device. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counters = Counters()
        self._status = EngineStatus("starting", 0, "float32", (), (), self._counters)

    def add(self, *, replaced: int = 0, restarts: int = 0, failed: int = 0) -> None:
        """Count what has happened."""
        with self._lock:
            now = self._counters
            self._counters = replace(
                now,
                replaced=now.replaced + replaced,
                restarts=now.restarts + restarts,
                failed=now.failed + failed,
            )

    def drawn(self, rendered: int, asked: int, render_ms: float | None) -> None:
        """Count a batch: the frames drawn of those asked for, and its device time, None without frames."""
        with self._lock:
            now = self._counters
            self._counters = replace(
                now,
                rendered=now.rendered + rendered,
                batch=asked,
                render_ms=now.render_ms if render_ms is None else render_ms,
            )

    def looked(self, looks: int) -> None:
        """Note how many slices have been spent on looking."""
        with self._lock:
            self._counters = replace(self._counters, looks=looks)

    def describe(self, device: Device) -> None:
        """Look at the device. By the engine's thread, which owns it."""
        with self._lock:
            self._status = describe(device, self._counters)
            self._counters = self._status.counters

    def status(self, waiting: int, works: int) -> EngineStatus:
        """As of the last look at the device, with the lengths of the queues as given."""
        with self._lock:
            return replace(self._status, counters=replace(self._counters, waiting=waiting, works=works))
