"""Walk notes: what people and measurements add to walks, kept beside them so that no walk file changes."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, TextIO

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wend.errors import DiskFull, FileInvalid
from wend.library.beside import write_beside
from wend.library.file_lock import lock_file
from wend.library.walk_file import Ends
from wend.library.walk_record import WalkRecord

NOTES_FILE = "notes.json"
MAX_TITLE = 120
MAX_GROUP = 60

_log = logging.getLogger(__name__)


class WalkNote(BaseModel):
    """What was added to one walk; None: as its file has it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[str, Field(min_length=1, max_length=MAX_TITLE)] | None = None
    hidden: bool = False
    pinned: bool = False
    group: Annotated[str, Field(min_length=1, max_length=MAX_GROUP)] | None = None
    reachable: Ends | None = None
    saturated: Ends | None = None
    measured: str | None = Field(default=None, description="digest of the walk whose zones these are")


class _Notes(BaseModel):
    """The file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Annotated[int, Field(ge=1, le=1)] = 1
    walks: dict[str, WalkNote] = Field(default_factory=dict)


@dataclass(frozen=True)
class WalkNotes:
    """The notes of one generator's walks, by id."""

    by_id: dict[str, WalkNote]

    def applied(self, record: WalkRecord) -> WalkRecord:
        """The walk with its note. Zones that were measured of another walk of its id are left out."""
        note = self.by_id.get(record.id)
        if note is None:
            return record
        title = note.title or record.title
        own = replace(record, title=title, hidden=note.hidden, pinned=note.pinned, group=note.group)
        if note.measured != record.digest:
            return own
        return replace(
            own,
            reachable=note.reachable or record.reachable,
            saturated=note.saturated or record.saturated,
        )


NO_NOTES = WalkNotes({})


def read_notes(path: Path) -> WalkNotes:
    """Raises: FileInvalid for a file that is damaged, a link, or of another version."""
    if path.is_symlink():
        raise FileInvalid(f"The walks' notes {path.parent.name}/{path.name} are a link.")
    try:
        return WalkNotes(_Notes.model_validate_json(path.read_bytes()).walks)
    except (ValidationError, OSError) as error:
        raise FileInvalid(f"The walks' notes {path.parent.name}/{path.name} cannot be read.") from error


@contextmanager
def notes_to_write(path: Path) -> Iterator[dict[str, WalkNote]]:
    """The notes by id, to be changed in place; written when nothing went wrong.

    One writer at a time, among threads and processes: jobs that measure walks have processes of their
    own. A damaged file is put aside as `<name>.damaged`, not written over. Raises: DiskFull.
    """
    with _lock_beside(path) as lock:
        lock_file(lock.fileno(), wait=True)
        notes: dict[str, WalkNote] = {}
        if path.exists():
            try:
                notes = dict(read_notes(path).by_id)
            except FileInvalid as error:
                _log.warning("%s It is kept as %s.damaged.", error, path.name)
                path.replace(path.with_name(f"{path.name}.damaged"))
        yield notes
        told = {name: note.model_dump(exclude_defaults=True) for name, note in sorted(notes.items())}
        text = json.dumps(
            {"format": 1, "walks": {name: note for name, note in told.items() if note}}, indent=1
        )
        write_beside(path, text.encode())


def _lock_beside(path: Path) -> TextIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.with_name(f".{path.name}.lock").open("w")
    except OSError as error:
        raise DiskFull(f"{path.parent.name}/{path.name}", error.strerror or str(error)) from error
