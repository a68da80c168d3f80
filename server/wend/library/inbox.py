"""Inbox: a folder into which people drop checkpoints, which become models beside it without a restart."""

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wend.errors import DiskFull
from wend.library.beside import write_beside

INBOX = "inbox"
"""Name of the folder among the models' folders; no model can have it."""
POLL_S = 2.0
_RECORD = ".seen.json"
_UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".tmp")
_DESCRIPTIONS = (".json", ".txt", ".md")
_Text = Annotated[str, Field(max_length=4000)]


class Refusal(BaseModel):
    """Why a file did not become a model: as its error says it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    code: _Text
    sentence: _Text
    hint: _Text


class _Seen(BaseModel):
    """A file as it was when it was taken up, and what became of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int
    changed_ns: int
    refusal: Refusal | None = None

    def is_of(self, stamp: tuple[int, int]) -> bool:
        return (self.size, self.changed_ns) == stamp


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    files: dict[str, _Seen] = Field(default_factory=dict)


@dataclass(frozen=True)
class Waiting:
    """A file in the inbox that is not a model, with the reason."""

    name: str
    refusal: Refusal


Importer = Callable[[Path], Refusal | None]
"""Makes a model of a file; None when it did. May take minutes."""


class Inbox:
    """Takes up every file once, when it has stopped growing. Files are left where they are.

    What became of them is noted in a hidden file of the inbox, so that a restart imports nothing twice
    and a model somebody deleted stays deleted. Safe to ask from any thread; one thread sweeps.
    """

    def __init__(self, folder: Path, importer: Importer) -> None:
        self.folder = folder
        self._import = importer
        self._growing: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()
        self._seen = self._read()

    @property
    def refused(self) -> tuple[Waiting, ...]:
        """Files that lie there and cannot be used."""
        with self._lock:
            seen = dict(self._seen)
        found = ((name, one.refusal) for name, one in sorted(seen.items()) if (self.folder / name).exists())
        return tuple(Waiting(name, refusal) for name, refusal in found if refusal is not None)

    def sweep(self) -> bool:
        """Take up what is new and whole; True when a model was made or a file refused."""
        changed = False
        for path in self._candidates():
            stamp = _stamp(path)
            if stamp is None:
                continue
            known = self._seen.get(path.name)
            if known is not None and known.is_of(stamp):
                continue
            if self._growing.get(path.name) != stamp:
                self._growing[path.name] = stamp  # looked at again at the next sweep
                continue
            refusal = self._import(path)
            self._note(path.name, _Seen(size=stamp[0], changed_ns=stamp[1], refusal=refusal))
            changed = True
        return changed

    def _candidates(self) -> list[Path]:
        if not self.folder.is_dir() or self.folder.is_symlink():
            return []
        return sorted(path for path in self.folder.iterdir() if _is_taken_up(path))

    def _note(self, name: str, seen: _Seen) -> None:
        self._growing.pop(name, None)
        with self._lock:
            self._seen[name] = seen
            text = _Record(files=self._seen).model_dump_json(indent=1)
        # A full disk is told where models are written; the file is then taken up again after a restart.
        with suppress(DiskFull):
            write_beside(self.folder / _RECORD, text.encode())

    def _read(self) -> dict[str, _Seen]:
        try:
            text = (self.folder / _RECORD).read_text(encoding="utf-8")
            return dict(_Record.model_validate(json.loads(text)).files)
        except (OSError, ValueError, ValidationError):
            return {}


def _is_taken_up(path: Path) -> bool:
    name = path.name.lower()
    if name.startswith(".") or name.endswith((*_UNFINISHED, *_DESCRIPTIONS)):
        return False
    return path.is_file() or path.is_dir() or path.is_symlink()


def _stamp(path: Path) -> tuple[int, int] | None:
    """Size and time of change: of a folder, of all files in it together. None for one that went away."""
    try:
        files = [path, *path.iterdir()] if path.is_dir() and not path.is_symlink() else [path]
        stats = [file.lstat() for file in files]
    except OSError:
        return None
    return sum(stat.st_size for stat in stats), max(stat.st_mtime_ns for stat in stats)


class InboxWatch:
    """A thread that sweeps an inbox every POLL_S seconds and tells when something came of it."""

    def __init__(self, inbox: Inbox, tell: Callable[[], None], poll_s: float = POLL_S) -> None:
        self._inbox, self._tell, self._poll_s = inbox, tell, poll_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wend-inbox", daemon=True)

    def start(self) -> None:
        """Make the folder, so that people find it, and begin."""
        with suppress(OSError):
            self._inbox.folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; an import that runs is left to its own process."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(timeout=self._poll_s + 5.0)

    def _run(self) -> None:
        while not self._ended.wait(self._poll_s):
            if self._inbox.sweep():
                self._tell()
