"""Child: a job in a process of its own - the far end, and the handle that its server has on it.

`python -m wend.jobs.child FOLDER` reads one line of JSON on stdin (see `Order`), does the job, and writes its
progress as JSON lines on stdout. SIGTERM, or the end of stdin, since then the server is gone: it keeps a
checkpoint and ends. What it logs goes to stderr, which is `child.log` in the folder.
"""

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter, ValidationError

from wend.engine.request import WorkProgress
from wend.errors import JobProcessDied, WendError
from wend.jobs.bench import open_process_bench
from wend.jobs.drive import drive
from wend.jobs.recipe import Recipe
from wend.jobs.recipes import RECIPES, find_recipe
from wend.jobs.work import CHECKPOINT_S, JobSpec, JobWork
from wend.optim.job import Job
from wend.settings import Settings

NICENESS = 10
LOG_FILE = "child.log"
COMMAND = (sys.executable, "-P", "-m", "wend.jobs.child")

_REPORT = TypeAdapter(WorkProgress)
_log = logging.getLogger(__name__)


class Order(BaseModel):
    """What the child is told: JobSpec without its folder, and the settings without what is secret."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    kind: str
    params: dict[str, JsonValue]
    model: str | None
    seed: int
    checkpoint_s: float = CHECKPOINT_S
    settings: dict[str, JsonValue]

    @classmethod
    def of(cls, spec: JobSpec, settings: Settings) -> "Order":
        values = settings.model_dump(mode="json", exclude={"token", "host", "port"})
        return cls(
            id=spec.id,
            kind=spec.kind,
            params=spec.params,
            model=spec.model,
            seed=spec.seed,
            checkpoint_s=spec.checkpoint_s,
            settings=values,
        )

    def spec(self, folder: Path) -> JobSpec:
        return JobSpec(self.id, self.kind, self.params, folder, self.model, self.seed, self.checkpoint_s)


class ChildProcess:
    """A job's process as its server sees it: `start`, then reports until one is `done`.

    on_progress is called from a thread of its own. A process that ends without a last report is reported as
    broken (JobProcessDied), or as stopped when it was asked to, by whomever. Raises, from `start`: OSError.
    """

    def __init__(
        self,
        spec: JobSpec,
        on_progress: Callable[[WorkProgress], None],
        settings: Settings,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._spec = spec
        self._on_progress = on_progress
        self._order = Order.of(spec, settings).model_dump_json() + "\n"
        self._command = tuple(command)
        self._process: subprocess.Popen[str] | None = None
        self._reader = threading.Thread(target=self._read, name=f"wend-{spec.name}", daemon=True)
        self._is_stopping = False

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Begin; returns at once."""
        self._spec.folder.mkdir(parents=True, exist_ok=True)
        with (self._spec.folder / LOG_FILE).open("wb") as log:
            self._process = subprocess.Popen(
                [*self._command, str(self._spec.folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
                # Ctrl-C reaches a whole terminal group; the server decides when its children end.
                start_new_session=True,
            )
        self._reader.start()
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it has died already: its end is read
            self._process.stdin.write(self._order)
            self._process.stdin.flush()

    def stop(self) -> None:
        """Let it keep a checkpoint and end; reported as stopped."""
        self._is_stopping = True
        if os.name == "nt":  # no signal asks there; the end of stdin does
            self._close_stdin()
        else:
            self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it now: what it did since its last checkpoint is lost."""
        self._is_stopping = True
        if self._process is not None:
            self._process.kill()

    def join(self, timeout_s: float | None = None) -> bool:
        """Wait for the last report; whether it has come."""
        self._reader.join(timeout_s)
        return not self._reader.is_alive()

    def _close_stdin(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def _read(self) -> None:
        process = self._process
        assert process is not None
        assert process.stdout is not None
        assert process.stdin is not None
        last: WorkProgress | None = None
        for line in process.stdout:
            try:
                last = _REPORT.validate_json(line)
            except ValidationError:
                _log.warning("the process of %s wrote what is no report: %s", self._spec.name, line.strip())
                continue
            if last.done:
                break
            self._tell(last)
        with contextlib.suppress(OSError):
            process.stdin.close()
        process.stdout.close()
        code = process.wait()
        self._tell(last if last is not None and last.done else self._ended(last, code))

    def _ended(self, last: WorkProgress | None, code: int) -> WorkProgress:
        """The last report of a process that gave none. With code 0 one ends that is asked to (`_Ending`)."""
        last = last or WorkProgress(self._spec.name, self._spec.model or "", "Preparing", 0.0, None)
        if self._is_stopping or code == 0:
            return replace(last, seconds_left=None, done=True, stopped=True)
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code} and no result"
        error = JobProcessDied(how)
        return replace(last, seconds_left=None, done=True, failure=error.sentence, code=error.code)

    def _tell(self, report: WorkProgress) -> None:
        try:
            self._on_progress(report)
        except Exception:  # noqa: BLE001 - a receiver that broke is not the job's end
            _log.exception("a report could not be delivered")


def main(arguments: Sequence[str], recipes: Mapping[str, Recipe[Any]] = RECIPES) -> int:
    """The child: 0 when the job is done or stopped, 1 when it broke, 2 when it was told nothing it knows."""
    reports = _claim_stdout()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    ending = _Ending()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.ask())
    with contextlib.suppress(OSError, AttributeError):  # Windows has no such call
        os.nice(NICENESS)
    try:
        order = Order.model_validate_json(sys.stdin.readline())
        settings = Settings.model_validate(order.settings)
    except ValidationError as error:
        _log.error("this is no order: %s", error)
        return 2
    threading.Thread(target=_watch_server, args=(sys.stdin, ending), daemon=True).start()
    return _run(order.spec(Path(arguments[0])), settings, recipes, reports, ending)


def _run(
    spec: JobSpec,
    settings: Settings,
    recipes: Mapping[str, Recipe[Any]],  # Any: each has parameters of its own
    reports: IO[bytes],
    ending: "_Ending",
) -> int:
    def tell(report: WorkProgress) -> None:
        # A server that was killed leaves nobody to hear; the end of stdin says so, and the state is kept.
        with contextlib.suppress(OSError):
            reports.write((json.dumps(asdict(report)) + "\n").encode())

    try:
        recipe = find_recipe(spec.kind, recipes)
        params = recipe.parse(spec.params)
    except WendError as error:
        tell(
            WorkProgress(
                spec.name, spec.model or "", "Preparing", 0.0, None, True, error.sentence, error.code
            )
        )
        return 1
    bench = open_process_bench(settings)
    work = JobWork(spec, lambda: ending.preparing(lambda: recipe.build(params, bench)))
    driven = drive(work, tell, ending.is_asked)
    return 0 if driven.error is None else 1


def _claim_stdout() -> IO[bytes]:
    """Stdout for reports alone, a line at a time: whatever else prints goes to stderr."""
    reports = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return reports


class _Ending:
    """Whether the child is asked to end. While its job is being prepared, which may take minutes, it does so
    at once: nothing of it has been done yet, and the checkpoint it would go on from is on disk."""

    def __init__(self) -> None:
        self._is_asked = threading.Event()
        self._is_preparing = threading.Event()

    def ask(self) -> None:
        self._is_asked.set()
        self._end_at_once()

    def is_asked(self) -> bool:
        return self._is_asked.is_set()

    def preparing(self, build: Callable[[], Job]) -> Job:
        """What `build` makes, unless the process is asked to end before."""
        self._is_preparing.set()
        self._end_at_once()
        try:
            return build()
        finally:
            self._is_preparing.clear()

    def _end_at_once(self) -> None:
        if self._is_asked.is_set() and self._is_preparing.is_set():
            os._exit(0)  # its thread may be in the midst of anything; locks on files go with the process


def _watch_server(stdin: IO[str], ending: _Ending) -> None:
    """Stdin ends with the server."""
    while stdin.readline():
        continue
    ending.ask()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
