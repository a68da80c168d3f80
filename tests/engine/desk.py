"""A desk with an engine on it: viewers that ask and wait, and a gate that holds the device thread."""

import itertools
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from wend.api.engine_port import EnginePort
from wend.documents.picture import Edit, LayerRange, Picture, SeedLatent
from wend.engine.engine import Engine
from wend.engine.request import (
    EngineEvent,
    Overlay,
    OverlayResult,
    Quality,
    Reading,
    RenderFailure,
    RenderRequest,
    RenderResult,
    Sight,
    ViewKey,
    WatchRequest,
    WorkProgress,
)
from wend.imaging.codec import Codec
from wend.library.shelf import Shelf
from wend.methods.workbench import Workbench

PATIENCE_S = 60.0
Answer = RenderResult | RenderFailure
Seen = Sight | Reading | OverlayResult
Told = TypeVar("Told", Reading, OverlayResult)


class Desk:
    """Records what an engine delivers; `folder`, beside the shelf, holds the markers the fakes look for."""

    def __init__(self, make: Callable[[Callable[[EngineEvent], None]], EnginePort], shelf: Shelf) -> None:
        self.shelf = shelf
        self.folder = shelf.folder.parent
        self._changed = threading.Condition()
        self.events: list[EngineEvent] = []
        self._sessions = itertools.count()
        self._acknowledging: set[str] = set()
        self.engine = make(self._receive)
        self.engine.start()

    def viewer(self, model: str = "tiny", acknowledges: bool = True) -> "Viewer":
        """A new session; unless it `acknowledges`, its frames stay in the outbox."""
        session = f"s{next(self._sessions)}"
        if acknowledges:
            self._acknowledging.add(session)
        return Viewer(self, ViewKey(session, 0), model)

    def wait(self, is_there: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(is_there, PATIENCE_S), "the engine did not answer"

    def progress(self, work: str) -> list[WorkProgress]:
        return [e for e in list(self.events) if isinstance(e, WorkProgress) and e.work == work]

    def last_progress(self, work: str) -> WorkProgress:
        self.wait(lambda: any(p.done for p in self.progress(work)))
        return next(p for p in self.progress(work) if p.done)

    def close_gate(self) -> None:
        """Hold the device thread inside a slice until `open_gate`."""
        (self.folder / "gate").touch()
        self.engine.add_work("gate", "tiny", GateWork)
        deadline = time.monotonic() + PATIENCE_S
        while not (self.folder / "at-the-gate").exists():
            assert time.monotonic() < deadline, "the gate was never reached"
            time.sleep(0.002)

    def open_gate(self) -> None:
        """Let the device thread go on, after what was asked for has crossed the pipe to a child."""
        if not isinstance(self.engine, Engine):
            self._wait_for_the_pipe()
        self.remove_gate()

    def remove_gate(self) -> None:
        """Let the device thread go on at once."""
        (self.folder / "at-the-gate").unlink()
        (self.folder / "gate").unlink()

    def _wait_for_the_pipe(self) -> None:
        """Until the child has read a command of now: then it has obeyed all that came before."""
        crossed = self.folder / "crossed"
        self.engine.forget(Crossing(crossed))
        deadline = time.monotonic() + PATIENCE_S
        while not crossed.exists():
            assert time.monotonic() < deadline, "the child hears nothing"
            time.sleep(0.002)
        crossed.unlink()

    def _receive(self, event: EngineEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()
        if isinstance(event, RenderResult) and event.key.session in self._acknowledging:
            self.engine.delivered(event.key)


class Crossing(str):
    """The name of no session. Where it is unpickled the file of that name appears."""

    def __reduce__(self) -> tuple[Callable[[str], str], tuple[str]]:
        return _arrive, (str(self),)


def _arrive(file: str) -> str:
    Path(file).touch()
    return file


class Viewer:
    """One view of one session."""

    def __init__(self, desk: Desk, key: ViewKey, model: str) -> None:
        self.desk, self.key, self.model = desk, key, model
        self.revision = 0

    def ask(
        self,
        seed: int = 0,
        alpha: float | None = None,
        rows: tuple[int, int] | None = None,
        quality: Quality = "live",
        codec: Codec = "png",
        **fields: object,
    ) -> int:
        """Submit a picture of a seed, moved along test/0 by alpha; returns the revision."""
        edits: tuple[Edit, ...] = ()
        if alpha is not None:
            layers = None if rows is None else LayerRange(start=rows[0], end=rows[1])
            edits = (Edit(walk="test/0", alpha=alpha, layers=layers),)
        values = {"model": self.model, "latent": SeedLatent(seed=seed), "edits": edits, **fields}
        return self.submit(Picture.model_validate(values), quality, codec)

    def submit(self, picture: Picture, quality: Quality = "live", codec: Codec = "png") -> int:
        self.revision += 1
        request = RenderRequest(self.key, self.revision, picture, quality, codec, time.monotonic())
        self.desk.engine.submit(request)
        return self.revision

    def watch(self, factors: bool = False, overlay: Overlay | None = None) -> None:
        self.desk.engine.watch(WatchRequest(self.key, factors, overlay))

    @property
    def seen(self) -> list[Seen]:
        """What this view was told of its pictures."""
        events = list(self.desk.events)
        return [e for e in events if isinstance(e, Sight | Reading | OverlayResult) and e.key == self.key]

    def reading(self, revision: int) -> Reading:
        """Wait for what was measured of a revision."""
        return self._told(Reading, revision)

    def overlay(self, revision: int) -> OverlayResult:
        """Wait for the map over a revision."""
        return self._told(OverlayResult, revision)

    def sight(self) -> Sight:
        """Wait for the first word on what can be told."""
        self.desk.wait(lambda: any(isinstance(e, Sight) for e in self.seen))
        return next(e for e in self.seen if isinstance(e, Sight))

    def _told(self, kind: type[Told], revision: int) -> Told:
        def found() -> list[Told]:
            return [e for e in self.seen if isinstance(e, kind) and e.revision == revision]

        self.desk.wait(lambda: bool(found()))
        return found()[-1]

    @property
    def answers(self) -> list[Answer]:
        events = list(self.desk.events)
        return [e for e in events if isinstance(e, RenderResult | RenderFailure) and e.key == self.key]

    def answer(self, revision: int) -> Answer:
        """Wait for the answer to a revision."""
        self.desk.wait(lambda: any(a.revision == revision for a in self.answers))
        return next(a for a in self.answers if a.revision == revision)

    def frame(self, revision: int) -> RenderResult:
        answer = self.answer(revision)
        assert isinstance(answer, RenderResult), answer
        return answer

    def failure(self, revision: int) -> RenderFailure:
        answer = self.answer(revision)
        assert isinstance(answer, RenderFailure), answer
        return answer


class GateWork:
    """Work whose only slice lasts until the gate is open."""

    model = "tiny"
    name = label = "gate"
    fraction = 0.0
    updates = 0
    losses: Mapping[str, float] = MappingProxyType({})

    def __init__(self, bench: Workbench) -> None:
        self._folder = bench.shelf.folder.parent

    def stop(self) -> None:
        """The gate is what it waits for."""

    def run_slice(self) -> bool:
        (self._folder / "at-the-gate").touch()
        while (self._folder / "gate").exists():
            time.sleep(0.002)
        return True
