"""Lease: who runs a job, and whether that process still lives."""

import os
import secrets
import socket
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

    def is_gone(self, here: "Owner") -> bool:
        """Whether this process is known to have ended, as seen from `here`. Of another host: never known."""
        if self.host != here.host:
            return False
        started = _started(self.pid)
        return started is None or (started != self.started and "" not in (started, self.started))


@dataclass(frozen=True)
class Lease:
    """The right of one process to run a job until `expires_at` (seconds since 1970), renewed before then."""

    owner: Owner
    expires_at: float

    def is_free(self, here: Owner, now: float) -> bool:
        """Whether the job may be adopted: the lease has expired, or its process is gone."""
        return self.expires_at <= now or self.owner.is_gone(here)


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
