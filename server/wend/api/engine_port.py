"""Engine port: what the routes and the socket need of an engine, in this process or in another."""

from typing import Protocol

from wend.engine.request import RenderRequest, ViewKey, WatchRequest
from wend.engine.running import WorkBuilder
from wend.engine.status import EngineStatus


class EnginePort(Protocol):
    """Satisfied by `engine.engine.Engine` and `engine.process.ProcessEngine`.

    Only `start` and `stop` wait; all others return at once, on any thread.
    """

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def submit(self, request: RenderRequest) -> None: ...

    def delivered(self, key: ViewKey) -> None: ...

    def forget(self, session: str) -> None: ...

    def watch(self, watch: WatchRequest) -> None: ...

    def discover(self, model_id: str) -> None: ...

    def add_work(self, name: str, model_id: str, build: WorkBuilder) -> None: ...

    def stop_work(self, name: str) -> None: ...

    def status(self) -> EngineStatus: ...
