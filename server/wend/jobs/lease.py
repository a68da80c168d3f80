"""Lease: who runs a job, and whether that process still lives."""

import os
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_STARTED_FIELD = (
    19  # of /proc/<pid>/stat after the name: field 22, start time in clock ticks (proc_pid_stat(5))
)
_INSTANCE_BYTES = 8


@dataclass(frozen=True)
class Owner:
    """A part of a process that runs jobs.

    host: name of the machine, of its boot and of its process numbers' space, so that equal hosts see the
    same numbers; started: when the process began, since numbers are used again, '' where none can be told;
    instance: random, for there may be several in one process.
    """

    host: str
    pid: int
    started: str
    instance: str

    @property
    def machine(self) -> str:
        """For people."""
        return self.host.partition("/")[0]

    def can_be_seen(self, here: "Owner") -> bool:
        """Whether `is_gone` tells all: another process of this host, whose beginning is known."""
        return self.host == here.host and self.pid != here.pid and self.started != ""

    def is_gone(self, here: "Owner") -> bool:
        """Whether this process is known to have ended, as seen from `here`. Of another host: never known."""
        if self.host != here.host:
            return False
        started = _started(self.pid)
        return started is None or (started != self.started and "" not in (started, self.started))


@dataclass(frozen=True)
class Lease:
    """The right of one process to run a job until `expires_at`, renewed before then.

    expires_at: seconds since 1970, by that process's clock, which may be wrong; lasts_s: given for so long.
    """

    owner: Owner
    expires_at: float
    lasts_s: float


class LeaseWatch:
    """Which leases are free, as one process sees it. Thread-safe.

    A process that can be seen from here keeps its lease for as long as it lives, however late it is. Of any
    other a lease is free when it has stayed the same for `lasts_s` of this process's own steady clock: two
    clocks are never compared, and one that is set, or a machine that slept, takes no job from anybody.
    """

    def __init__(self, here: Owner, steady: Callable[[], float]) -> None:
        self._here, self._steady = here, steady
        self._seen: dict[str, tuple[Lease, float]] = {}
        self._lock = threading.Lock()

    def is_free(self, job: str, lease: Lease) -> bool:
        """Whether the job may be adopted."""
        if lease.owner.is_gone(self._here):
            return True
        if lease.owner.can_be_seen(self._here):
            return False
        with self._lock:
            now = self._steady()
            seen, since = self._seen.get(job, (None, now))
            if seen != lease:
                self._seen[job] = (lease, now)
                return False
            return now - since >= lease.lasts_s

    def forget(self, job: str) -> None:
        """Nobody holds it now."""
        with self._lock:
            self._seen.pop(job, None)


def this_process() -> Owner:
    """A new owner in this process."""
    return Owner(_host(), os.getpid(), _started(os.getpid()) or "", secrets.token_hex(_INSTANCE_BYTES))


@cache
def _host() -> str:
    parts = [socket.gethostname(), _read("/proc/sys/kernel/random/boot_id")[:8]]
    try:
        parts.append(os.readlink("/proc/self/ns/pid"))  # noqa: PTH115 - no file is behind it
    except OSError:
        parts.append("")
    return "/".join(parts)


def _started(pid: int) -> str | None:
    """When a process began; None: there is none (an ended one nobody waited for counts as none); '': it is
    there, and this system does not tell."""
    text = _read(f"/proc/{pid}/stat")
    if text:
        # The name is in parentheses, and may hold some itself.
        fields = text.rpartition(")")[2].split()
        return None if fields[0] in "ZX" else fields[_STARTED_FIELD]
    if os.name == "nt":  # where this would be a Ctrl-C to it
        return ""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        return ""
    return ""


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
