"""ProcessEngine: the engine in a child process, behind the very same methods.

Only pickleable requests, answers and paths cross the pipe, so this is the seam for several devices and
machines. When the child dies - killed, or its CUDA context lost - everything it owed is answered with
EngineRestarting and a new one is started.
"""

import logging
import multiprocessing
import pickle
import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler

from wend.engine.child import (
    AddWork,
    Ask,
    Command,
    Delivered,
    Discover,
    Forget,
    Library,
    Report,
    Stop,
    StopSearch,
    StopWork,
    Submit,
    Watch,
    serve,
)
from wend.engine.faults import failure
from wend.engine.owed import Owed
from wend.engine.request import EngineEvent, Question, RenderRequest, ViewKey, WatchRequest
from wend.engine.running import WorkBuilder
from wend.engine.searches import broken
from wend.engine.settings import EngineSettings
from wend.engine.status import Counters, EngineStatus
from wend.engine.view_key import SearchKey
from wend.errors import EngineError, EngineRestarting
from wend.library.models import ModelStore
from wend.library.shelf import Shelf

START_S = 120.0  # a cold disk may take a minute to read torch
RESTART_S = 0.5  # between two starts: a child that dies at once must not fill the machine

_log = logging.getLogger(__name__)


class ProcessEngine:
    """Engine, in a process of its own. One thread writes to the child, another reads from it, so that a slow
    receiver never blocks `submit`."""

    def __init__(
        self,
        store: ModelStore,
        shelf: Shelf,
        settings: EngineSettings,
        deliver: Callable[[EngineEvent], None],
    ) -> None:
        self._library = Library(type(store), store.roots, shelf.folder)
        self._settings = settings
        self._deliver = deliver
        self._commands: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="wend-engine-reader", daemon=True)
        self._writer = threading.Thread(target=self._write, name="wend-engine-writer", daemon=True)
        self._started = threading.Event()
        self._ended = threading.Event()
        self._refusal: str | None = None
        # Shared between threads, under this lock: the pipe of the child alive now, and what it owes.
        self._wake = threading.Condition()
        self._pipe: Connection | None = None
        self._child: BaseProcess | None = None
        self._owed = Owed()
        self._watches: dict[ViewKey, WatchRequest] = {}  # a new child is told of them all
        self._restarts = 0
        self._status = EngineStatus("starting", 0, "float32", (), (), Counters())

    def start(self) -> None:
        """Start the child and wait until it has opened its device. Raises: EngineError."""
        self._reader.start()
        self._writer.start()
        is_up = self._started.wait(START_S)
        refusal = self._refusal
        if not is_up or refusal is not None:
            self.stop()
            raise EngineError(refusal or f"The engine's process did not start within {START_S:.0f} seconds.")

    def stop(self) -> None:
        """End the child and the threads that speak to it."""
        with self._wake:
            self._ended.set()
            self._wake.notify_all()
        self._commands.put(Stop())
        self._commands.put(None)
        for thread in (self._writer, self._reader):
            if thread.is_alive():
                thread.join(timeout=20.0)
        if self._child is not None and self._child.is_alive():
            self._child.kill()

    def submit(self, request: RenderRequest) -> None:
        with self._wake:
            self._owed.render(request)
        self._commands.put(Submit(request))

    def delivered(self, key: ViewKey) -> None:
        self._commands.put(Delivered(key))

    def forget(self, session: str) -> None:
        with self._wake:
            self._owed.forget(session)
            for key in [k for k in self._watches if k.session == session]:
                del self._watches[key]
        self._commands.put(Forget(session))

    def watch(self, watch: WatchRequest) -> None:
        with self._wake:
            if watch.is_wanted:
                self._watches[watch.key] = watch
            else:
                self._watches.pop(watch.key, None)
        self._commands.put(Watch(watch))

    def ask(self, question: Question) -> None:
        with self._wake:
            self._owed.ask(question)
        self._commands.put(Ask(question))

    def stop_search(self, search: SearchKey) -> None:
        with self._wake:
            self._owed.stop(search)
        self._commands.put(StopSearch(search))

    def discover(self, model_id: str) -> None:
        self._owe(f"discover:{model_id}", model_id)
        self._commands.put(Discover(model_id))

    def add_work(self, name: str, model_id: str, build: WorkBuilder) -> None:
        """Raises: EngineError for a builder that cannot cross to another process."""
        try:
            ForkingPickler.dumps(build)
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            raise EngineError(f"The work {name} cannot be sent to the engine: {error}.") from error
        self._owe(name, model_id)
        self._commands.put(AddWork(name, model_id, build))

    def stop_work(self, name: str) -> None:
        self._commands.put(StopWork(name))

    def status(self) -> EngineStatus:
        """As the child last reported it."""
        with self._wake:
            counters = replace(self._status.counters, restarts=self._restarts)
            return replace(self._status, counters=counters)

    def _owe(self, name: str, model_id: str) -> None:
        with self._wake:
            self._owed.work(name, model_id)

    # -- the writer -------------------------------------------------------------------------------

    def _write(self) -> None:
        told: Connection | None = None
        while (command := self._commands.get()) is not None:
            with self._wake:
                while self._pipe is None and not self._ended.is_set():
                    self._wake.wait()
                pipe = self._pipe
            if pipe is None:
                continue
            try:
                if pipe is not told:
                    told = pipe
                    self._tell_watches(pipe)
                if not self._is_void(command):
                    pipe.send(command)
            except OSError:
                # The child has died. What it was asked for is on the list of what it owes, so the
                # reader, which sees the same end, answers for it.
                continue

    def _is_void(self, command: Command) -> bool:
        """Work asked of a child that died before it heard of it was reported as broken."""
        with self._wake:
            return isinstance(command, AddWork) and not self._owed.has_work(command.name)

    def _tell_watches(self, pipe: Connection) -> None:
        """A new child knows of no watch. Raises: OSError."""
        with self._wake:
            watches = list(self._watches.values())
        for watch in watches:
            pipe.send(Watch(watch))

    # -- the reader -------------------------------------------------------------------------------

    def _read(self) -> None:
        while not self._ended.is_set():
            pipe, child = self._spawn()
            try:
                while True:
                    self._receive(pipe.recv())
            except (EOFError, OSError):
                pass
            child.join(timeout=5.0)
            pipe.close()
            self._bury(child.exitcode)
            self._ended.wait(RESTART_S)

    def _spawn(self) -> tuple[Connection, BaseProcess]:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        child = context.Process(
            target=serve, args=(theirs, self._library, self._settings), name="wend-engine", daemon=True
        )
        child.start()
        theirs.close()
        with self._wake:
            self._pipe, self._child = ours, child
            if self._ended.is_set():
                child.kill()  # `stop` came while it was starting, and will not write to it
            self._wake.notify_all()
        return ours, child

    def _receive(self, report: Report) -> None:
        with self._wake:
            self._status = report.status
            self._refusal = report.refusal
            self._owed.hear(report.event)
        self._started.set()
        if report.event is not None:
            self._emit(report.event)

    def _bury(self, exit_code: int | None) -> None:
        """The child has ended: answer for all it owes. New commands wait for the next one."""
        with self._wake:
            self._pipe = None
            renders, questions, works = self._owed.take()
            is_wanted = self._ended.is_set()
            self._restarts += not is_wanted
        if is_wanted:
            return
        _log.error("the engine's process ended with code %s", exit_code)
        error = EngineRestarting()
        for request in renders:
            self._emit(failure(request, error))
        for question in questions:
            self._emit(broken(question, error))
        for last in works:
            self._emit(replace(last, seconds_left=None, done=True, failure=error.sentence, code=error.code))

    def _emit(self, event: EngineEvent) -> None:
        try:
            self._deliver(event)
        except Exception:  # noqa: BLE001 - a receiver that broke is not the engine's end
            _log.exception("an answer could not be delivered")
