"""A fake engine: draws nothing, answers every render at once with a payload of a chosen size, or never."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from wend.engine.nearest_request import NearestRequest
from wend.engine.request import (
    EngineEvent,
    Question,
    RegionRequest,
    RenderFailure,
    RenderRequest,
    RenderResult,
    SetReport,
    SetRequest,
    ViewKey,
    WatchRequest,
    WorkProgress,
)
from wend.engine.running import WorkBuilder
from wend.engine.settings import EngineSettings
from wend.engine.status import Counters, EngineStatus
from wend.engine.view_key import SearchKey
from wend.library.models import ModelStore
from wend.library.shelf import Shelf
from wend.methods.setting.picture import SetFactors

UNDRAWABLE = "undrawable"
"""Pictures of this model are answered with a failure."""


class FakeEngine:
    """Keeps the promise that matters to the wire: a view whose frame is undelivered is not drawn again."""

    def __init__(
        self, deliver: Callable[[EngineEvent], None], payload_bytes: int = 4096, is_silent: bool = False
    ) -> None:
        self.is_silent = is_silent
        self.payload = b"\x00" * payload_bytes
        self.submitted: list[RenderRequest] = []
        self.drawn: list[RenderRequest] = []
        self.acknowledged: list[ViewKey] = []
        self.forgotten: list[str] = []
        self.discovered: list[str] = []
        self.watched: list[WatchRequest] = []
        self.searched: list[RegionRequest] = []
        self.compared: list[NearestRequest] = []
        self.asked: list[SetRequest] = []
        self.answer: tuple[SetFactors | None, tuple[str, str, str] | None]
        self.answer = None, ("out_of_memory", "Full.", "")
        self.ended: list[SearchKey] = []
        self.works: dict[str, str] = {}
        self._deliver = deliver
        self._lock = threading.Lock()
        self._waiting: dict[ViewKey, RenderRequest] = {}
        self._undelivered: set[ViewKey] = set()
        self._thread = ThreadPoolExecutor(max_workers=1)

    def start(self) -> None:
        """Nothing to open."""

    def stop(self) -> None:
        self._thread.shutdown()

    def submit(self, request: RenderRequest) -> None:
        self.submitted.append(request)
        with self._lock:
            self._waiting[request.key] = request
        self._thread.submit(self._draw, request.key)

    def delivered(self, key: ViewKey) -> None:
        self.acknowledged.append(key)
        with self._lock:
            self._undelivered.discard(key)
        self._thread.submit(self._draw, key)

    def forget(self, session: str) -> None:
        self.forgotten.append(session)
        with self._lock:
            self._waiting = {k: v for k, v in self._waiting.items() if k.session != session}
            self._undelivered = {k for k in self._undelivered if k.session != session}

    def watch(self, watch: WatchRequest) -> None:
        self.watched.append(watch)

    def ask(self, question: Question) -> None:
        if isinstance(question, SetRequest):
            self.asked.append(question)
            self._deliver(SetReport(question.key, *self.answer))
        elif isinstance(question, NearestRequest):
            self.compared.append(question)
        else:
            self.searched.append(question)

    def stop_search(self, search: SearchKey) -> None:
        self.ended.append(search)

    def discover(self, model_id: str) -> None:
        self.discovered.append(model_id)

    def add_work(self, name: str, model_id: str, build: WorkBuilder) -> None:
        """Kept under its name with its model, never done."""
        self.works.setdefault(name, model_id)

    def stop_work(self, name: str) -> None:
        model = self.works.pop(name, None)
        if model is not None:
            self._deliver(WorkProgress(name, model, "waiting", 0.0, None, done=True, stopped=True))

    def status(self) -> EngineStatus:
        return EngineStatus("fake, 1 thread", 1, "float32", ("It draws nothing.",), (), Counters())

    def _draw(self, key: ViewKey) -> None:
        with self._lock:
            if self.is_silent or key in self._undelivered or key not in self._waiting:
                return
            request = self._waiting.pop(key)
            if request.picture.model == UNDRAWABLE:
                self._deliver(RenderFailure(key, request.revision, "render_failed", "It is not drawn.", "-"))
                return
            self._undelivered.add(key)
        self.drawn.append(request)
        self._deliver(
            RenderResult(
                key, request.revision, request.quality, request.codec, (64, 64), self.payload, 1.0, 0.5
            )
        )


class FakeEngineBuilder:
    """What `create_app` takes; remembers the engine it built."""

    def __init__(self, payload_bytes: int = 4096, is_silent: bool = False) -> None:
        self._payload_bytes, self._is_silent = payload_bytes, is_silent
        self._engine: FakeEngine | None = None

    @property
    def engine(self) -> FakeEngine:
        assert self._engine is not None
        return self._engine

    def __call__(
        self,
        store: ModelStore,
        shelf: Shelf,
        settings: EngineSettings,
        deliver: Callable[[EngineEvent], None],
    ) -> FakeEngine:
        self._engine = FakeEngine(deliver, self._payload_bytes, self._is_silent)
        return self._engine
