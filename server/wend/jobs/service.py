"""Service: the jobs of a server - the runner on a thread of its own, and how other threads reach it."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, TypeVar

from wend.engine.request import WorkProgress
from wend.errors import WendError
from wend.jobs.clock import Clock, SystemClock
from wend.jobs.commands import JobCommands
from wend.jobs.launch import ChildMaker, Launcher, WorkEngine
from wend.jobs.news import News, Tell
from wend.jobs.recipe import Recipe
from wend.jobs.runner import JobRunner
from wend.jobs.store import JobStore
from wend.jobs.turns import RunnerSettings
from wend.library.models import ModelStore

TICK_S = 0.1
IDLE_S = 1.0  # where nothing runs; whatever comes in is heard at once
END_S = 20.0
"""How long works may take to keep their state when the server ends."""

T = TypeVar("T")

_log = logging.getLogger(__name__)


class JobService:
    """`hear` returns at once, on any thread; `ask` waits for the database, so never on the event loop."""

    def __init__(
        self,
        store: JobStore,
        models: ModelStore,
        recipes: Mapping[str, Recipe[Any]],  # Any: each has parameters of its own
        engine: WorkEngine,
        make_child: ChildMaker,
        tell: Tell,
        settings: RunnerSettings,
        clock: Clock | None = None,
    ) -> None:
        clock = clock or SystemClock()
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        launcher = Launcher(
            models, recipes, engine, make_child, self.hear, settings.folder, settings.checkpoint_s
        )
        self._runner = JobRunner(store, launcher, News(store, tell), settings, clock)
        self._commands = JobCommands(store, recipes, launcher, self._runner, clock)
        self._thread = threading.Thread(target=self._run, name="wend-jobs", daemon=True)
        self._ending_by: float | None = None
        self._lock = threading.Lock()
        self._is_closed = False

    def start(self) -> None:
        """Take up what an earlier server left, and begin what waits."""
        self._thread.start()

    def stop(self) -> None:
        """Let what runs keep its state, and end; the engine must still be running."""
        self._inbox.put(self._end)
        if self._thread.is_alive():
            self._thread.join()

    def hear(self, report: WorkProgress) -> None:
        """A work says how far it is."""
        if report.work.startswith("job:"):
            self._inbox.put(lambda: self._runner.hear(report))

    def ask(self, act: Callable[[JobCommands], T]) -> T:
        """Carry out a command on the runner's thread. Raises what it raises, and WendError when the server
        ends."""
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(act(self._commands))
            except Exception as error:  # noqa: BLE001 - whoever asked is told
                future.set_exception(error)

        with self._lock:
            if self._is_closed:
                raise WendError("The server is ending: nothing was changed.")
            self._inbox.put(run)
        return future.result()

    def _end(self) -> None:
        self._ending_by = time.monotonic() + END_S
        self._runner.end()

    def _run(self) -> None:
        while not self._has_ended():
            try:
                self._work_off()
                self._runner.advance()
            except Exception:  # noqa: BLE001 - the runner's loop lives on
                _log.exception("the runner of jobs broke")
        with self._lock:
            self._is_closed = True
        # Nobody is left waiting for an answer.
        while not self._inbox.empty():
            self._inbox.get()()

    def _work_off(self) -> None:
        """What has come in; waits a little for it."""
        try:
            act = self._inbox.get(timeout=IDLE_S if self._runner.is_idle else TICK_S)
            while True:
                act()
                act = self._inbox.get_nowait()
        except queue.Empty:
            return

    def _has_ended(self) -> bool:
        if self._ending_by is None:
            return False
        if self._runner.is_idle:
            return True
        if time.monotonic() < self._ending_by:
            return False
        _log.warning("some jobs did not stop in time; they go on from their last checkpoints")
        self._runner.kill()
        return True
