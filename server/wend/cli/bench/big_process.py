"""Process of one part of `wend bench big`: its time and memory are watched, and both have bounds."""

import multiprocessing
import os
import resource
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

Row = dict[str, object]

_GIB = 2**30
_MAXRSS = 1 if sys.platform == "darwin" else 1024
"""Bytes that the system counts peaks in."""
_STATUS = Path("/proc/self/status")
_WATCH_S = 0.1
_GRACE_S = 600.0
"""A part that was told that time is up may still end the step that it is in."""


@dataclass(frozen=True)
class Bounds:
    """minutes: after which a part is asked to stop; memory_bytes: beyond which it is ended at once."""

    minutes: float = 60.0
    memory_bytes: float = 8e9


class Telling:
    """What a part is given: a place to tell what it has by now, and the time that is left."""

    def __init__(self, bounds: Bounds, put: Callable[[Row], None], is_again: bool = False) -> None:
        """is_again: what an earlier session left is not to be gone on from."""
        self._ends = time.monotonic() + 60.0 * bounds.minutes
        self._put, self.is_again = put, is_again

    @property
    def is_late(self) -> bool:
        """Time is up."""
        return time.monotonic() >= self._ends

    def tell(self, row: Row) -> None:
        """What is there by now; kept, should the process end."""
        self._put(row)


Part = Callable[[Path, Telling], Row]
"""Works in a folder; its last row has `stopped` where it is not all that was asked for."""


@dataclass(frozen=True)
class Alone:
    """A part that has nothing to tell before its end."""

    measure: Callable[[Path], Row]

    def __call__(self, folder: Path, _telling: Telling) -> Row:
        return self.measure(folder)


def run_part(
    part: Part, folder: Path, bounds: Bounds, keep: Callable[[Row], None], is_again: bool = False
) -> None:
    """Runs a part in a process of its own. keep: given every row that is told, and the last one at the end.

    Raises: RuntimeError for a part that is broken.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(part, folder, bounds, is_again, theirs))
    process.start()
    theirs.close()
    ends = time.monotonic() + 60.0 * bounds.minutes + _GRACE_S
    row: Row = {}
    try:
        while True:
            if not ours.poll(max(0.0, ends - time.monotonic())):
                keep({**row, "stopped": f"it took more than {bounds.minutes:g} minutes"})
                return
            told, row = ours.recv()
            if told == "broken":
                raise RuntimeError(str(row["why"]))
            if told == "end":
                keep(row)
                return
            keep({**row, "stopped": "it was broken off"})
    except EOFError:
        keep({**row, "stopped": "its process died"})
    finally:
        process.terminate()
        process.join()


class _Sending:
    """The child's side: rows with what was taken by then, of the part's thread and of that which watches."""

    def __init__(self, bounds: Bounds, answer: Connection) -> None:
        self._bounds, self._answer = bounds, answer
        self._lock = threading.Lock()
        self._began = time.perf_counter()
        self._row: Row = {}

    def tell(self, row: Row) -> None:
        self.send("row", row)

    def send(self, told: str, row: Row) -> None:
        with self._lock:
            self._row = row
            self._answer.send((told, {**row, **self._taken()}))

    def watch(self) -> None:
        """Ends the process where it holds too much."""
        while True:
            if _peak_bytes(resource.RUSAGE_SELF) > self._bounds.memory_bytes:
                with self._lock:
                    told = f"more than {self._bounds.memory_bytes / 1e9:.3g} GB"
                    self._answer.send(("end", {**self._row, **self._taken(), "too_large": told}))
                os._exit(1)
            time.sleep(_WATCH_S)

    def _taken(self) -> Row:
        who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        used = [resource.getrusage(each) for each in who]
        return {
            "seconds": round(time.perf_counter() - self._began, 1),
            "cpu_s": round(sum(each.ru_utime + each.ru_stime for each in used), 1),
            "peak_gib": round(max(map(_peak_bytes, who)) / _GIB, 2),
        }


def _peak_bytes(who: int) -> int:
    """The most that was held at once. Linux counts in what the parent had held, but for the status."""
    if who == resource.RUSAGE_SELF and _STATUS.exists():
        return 1024 * next(
            int(line.split()[1]) for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM:")
        )
    return resource.getrusage(who).ru_maxrss * _MAXRSS


def _run(part: Part, folder: Path, bounds: Bounds, is_again: bool, answer: Connection) -> None:
    sending = _Sending(bounds, answer)
    threading.Thread(target=sending.watch, daemon=True).start()
    try:
        found = part(folder, Telling(bounds, sending.tell, is_again))
    except Exception:  # noqa: BLE001 - told to the process that waits
        sending.send("broken", {"why": traceback.format_exc()})
        return
    sending.send("end", found)
