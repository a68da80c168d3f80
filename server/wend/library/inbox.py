"""Inbox: a folder into which people drop checkpoints, which become models beside it without a restart."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wend.errors import (
    DiskFull,
    FormatAxisUnknown,
    FormatDamaged,
    FormatRefused,
    FormatSpaceUnknown,
    FormatUnknown,
    FormatUnsafe,
    FormatUnsupported,
)
from wend.library.beside import write_beside

INBOX = "inbox"
"""Name of the folder among the models' folders; no model can have it."""
POLL_S = 2.0
AGAIN_AFTER_S = (60.0, 300.0, 1800.0, 7200.0)
"""Pauses before what failed through no fault of the file is tried again; then at the next start."""
_LASTING = frozenset(
    kind.code
    for kind in (
        FormatAxisUnknown,
        FormatDamaged,
        FormatSpaceUnknown,
        FormatUnknown,
        FormatUnsafe,
        FormatUnsupported,
    )
)
"""Refusals that speak of the file alone. A full disk, a reader that died and too little time do not."""
_RECORD = ".seen.json"
_UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".tmp")
_DESCRIPTIONS = (".json", ".toml", ".txt", ".md")
_Text = Annotated[str, Field(max_length=4000)]


class Refusal(BaseModel):
    """Why a file did not become a model: as its error says it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    code: _Text
    sentence: _Text
    hint: _Text

    @property
    def is_lasting(self) -> bool:
        """Whether the same file would be refused again."""
        return self.code in _LASTING


_NAMELESS = Refusal(
    code=FormatRefused.code,
    sentence="The name of this file is no text in UTF-8.",
    hint="Rename it: it is then taken up.",
)


class _Seen(BaseModel):
    """A file as it was when it was taken up, and what became of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int
    changed_ns: int
    refusal: Refusal | None = None

    @property
    def is_lasting(self) -> bool:
        return self.refusal is None or self.refusal.is_lasting

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
    and a model somebody deleted stays deleted; a refusal that does not speak of the file is not noted, and
    the file tried again. Safe to ask from any thread; one thread sweeps.
    """

    def __init__(self, folder: Path, importer: Importer, clock: Callable[[], float] = time.monotonic) -> None:
        """clock: seconds from anywhere."""
        self.folder = folder
        self._import = importer
        self._clock = clock
        self._tries: dict[str, tuple[int, float]] = {}  # how often in vain, and when again
        self._growing: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()
        self._seen = self._read()

    @property
    def refused(self) -> tuple[Waiting, ...]:
        """Files that lie there and cannot be used."""
        with self._lock:
            seen = dict(self._seen)
        found = ((name, one.refusal) for name, one in sorted(seen.items()) if (self.folder / name).exists())
        nameless = (path for path in self._candidates() if not _is_text(path.name))
        return (
            *(Waiting(name, refusal) for name, refusal in found if refusal is not None),
            *(Waiting(path.name.encode("utf-8", "replace").decode(), _NAMELESS) for path in nameless),
        )

    def sweep(self) -> bool:
        """Take up what is new and whole; True when a model was made or a file refused."""
        changed = False
        for path in self._candidates():
            stamp = _stamp(path)
            if stamp is None or not _is_text(path.name):
                continue
            known = self._seen.get(path.name)
            if known is not None and not known.is_of(stamp):
                self._tries.pop(path.name, None)
            elif known is not None and not self._is_due(path.name):
                continue
            if self._growing.get(path.name) != stamp:
                self._growing[path.name] = stamp  # looked at again at the next sweep
                continue
            refusal = self._import(path)
            self._note(path.name, _Seen(size=stamp[0], changed_ns=stamp[1], refusal=refusal))
            changed = True
        return changed

    def _is_due(self, name: str) -> bool:
        """Whether a file that is known is to be tried again."""
        return name in self._tries and self._clock() >= self._tries[name][1]

    def _candidates(self) -> list[Path]:
        if not self.folder.is_dir() or self.folder.is_symlink():
            return []
        return sorted(path for path in self.folder.iterdir() if _is_taken_up(path))

    def _note(self, name: str, seen: _Seen) -> None:
        self._growing.pop(name, None)
        tries, _ = self._tries.pop(name, (0, 0.0))
        if not seen.is_lasting and tries < len(AGAIN_AFTER_S):
            self._tries[name] = tries + 1, self._clock() + AGAIN_AFTER_S[tries]
        with self._lock:
            self._seen[name] = seen
            lasting = {name: one for name, one in self._seen.items() if one.is_lasting}
        text = _Record(files=lasting).model_dump_json(indent=1)
        # A full disk is told where models are written; the file is then taken up again after a restart.
        with suppress(DiskFull):
            write_beside(self.folder / _RECORD, text.encode())

    def _read(self) -> dict[str, _Seen]:
        try:
            text = (self.folder / _RECORD).read_text(encoding="utf-8")
            files = _Record.model_validate(json.loads(text)).files
            return {name: one for name, one in files.items() if one.is_lasting}
        except (OSError, ValueError, ValidationError):
            return {}


def _is_taken_up(path: Path) -> bool:
    name = path.name.lower()
    if name.startswith(".") or name.endswith((*_UNFINISHED, *_DESCRIPTIONS)):
        return False
    return path.is_file() or path.is_dir() or path.is_symlink()


def _is_text(name: str) -> bool:
    """Whether a name, whose bytes may be any, can be written down and sent."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


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
