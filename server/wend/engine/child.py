"""Child: the far end of the pipe - what crosses it, and the process that holds the engine."""

import logging
import os
import signal
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import assert_never

from wend.engine.engine import Engine
from wend.engine.request import EngineEvent, Question, RenderRequest, ViewKey, WatchRequest
from wend.engine.running import WorkBuilder
from wend.engine.settings import EngineSettings
from wend.engine.status import EngineStatus
from wend.engine.view_key import SearchKey
from wend.errors import EngineError
from wend.library.models import ModelStore
from wend.library.shelf import Shelf

LOST_EXIT = 70

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Submit:
    """Engine.submit."""

    request: RenderRequest


@dataclass(frozen=True)
class Delivered:
    """Engine.delivered."""

    key: ViewKey


@dataclass(frozen=True)
class Forget:
    """Engine.forget."""

    session: str


@dataclass(frozen=True)
class Watch:
    """Engine.watch."""

    request: WatchRequest


@dataclass(frozen=True)
class Discover:
    """Engine.discover."""

    model: str


@dataclass(frozen=True)
class AddWork:
    """Engine.add_work; `build` is pickled by its name."""

    name: str
    model: str
    build: WorkBuilder


@dataclass(frozen=True)
class StopWork:
    """Engine.stop_work."""

    name: str


@dataclass(frozen=True)
class Ask:
    """Engine.ask."""

    question: Question


@dataclass(frozen=True)
class StopSearch:
    """Engine.stop_search."""

    search: SearchKey


@dataclass(frozen=True)
class Stop:
    """Engine.stop."""


Command = Submit | Delivered | Forget | Watch | Discover | AddWork | StopWork | Ask | StopSearch | Stop


@dataclass(frozen=True)
class Report:
    """What the child says: an event if there is one, its status in any case; `refusal`: it cannot start."""

    event: EngineEvent | None
    status: EngineStatus
    refusal: str | None = None


@dataclass(frozen=True)
class Library:
    """Where the child opens the same folders: locks and caches do not travel."""

    store_class: type[ModelStore]
    roots: tuple[Path, ...]
    shelf: Path

    def open(self) -> tuple[ModelStore, Shelf]:
        store = self.store_class(self.roots)
        return store, Shelf(store, self.shelf)


def serve(pipe: Connection, library: Library, settings: EngineSettings) -> None:
    """The child: an engine that hears commands and answers with reports, until its parent is gone."""
    # Ctrl-C reaches the whole terminal group; the parent decides when the child ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sending = threading.Lock()

    def say(event: EngineEvent | None, refusal: str | None = None) -> None:
        report = Report(event, engine.status(), refusal)
        with sending:
            pipe.send(report)

    def give_up() -> None:
        # A lost CUDA context stays lost until its process ends; no clean-up would come through.
        os._exit(LOST_EXIT)

    store, shelf = library.open()
    engine = Engine(store, shelf, settings, say, give_up)
    try:
        engine.start()
    except EngineError as error:
        say(None, refusal=error.sentence)
        return
    say(None)
    try:
        while not isinstance(command := pipe.recv(), Stop):
            _obey(engine, command)
    except (EOFError, OSError):
        _log.warning("the engine's parent is gone")
    engine.stop()


def _obey(engine: Engine, command: Command) -> None:
    match command:
        case Submit(request):
            engine.submit(request)
        case Delivered(key):
            engine.delivered(key)
        case Forget(session):
            engine.forget(session)
        case Watch(request):
            engine.watch(request)
        case Discover(model):
            engine.discover(model)
        case AddWork(name, model, build):
            engine.add_work(name, model, build)
        case StopWork(name):
            engine.stop_work(name)
        case Ask(question):
            engine.ask(question)
        case StopSearch(search):
            engine.stop_search(search)
        case Stop():
            engine.stop()
        case _:
            assert_never(command)
