"""Uploads: checkpoints on their way in, part by part; nobody takes one for whole before it is."""

import hashlib
import json
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wend.errors import (
    DiskFull,
    FormatDamaged,
    FormatTooLarge,
    UploadNotFound,
    UploadOffsetWrong,
    UploadsFull,
)
from wend.library.beside import write_beside

UPLOADS_FOLDER = "uploads"
MAX_OPEN = 32
KEPT_S = 24 * 3600.0
"""So long an upload waits for its next part; then it is swept."""
LEFT_FREE_BYTES = 2**28
"""Of the disk, whatever is uploaded."""
_COPIES = 3
"""The file itself, what its reader hands on, and the model made of that before the other two go. One in half
precision takes five: its tensors become float32."""
_ID = re.compile(r"[0-9a-f]{16}")
_RECORD = "upload.json"
_PLACE = "file"
_CONTENT = "content"
_CHUNK = 2**20


class Companion(BaseModel):
    """The JSON file that lies beside some checkpoints and tells their shape."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Literal["config.json", "specs.json"]
    text: Annotated[str, Field(max_length=500_000)]


class UploadTold(BaseModel):
    """What its sender says of an upload before the first byte.

    name: for people, and for the model's name; never part of a path. stamp: what tells this file from others
    of its name and size, made up by the sender: who comes again with the same goes on where it stopped.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]
    size_bytes: Annotated[int, Field(ge=1, le=2**50)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    stamp: Annotated[str, Field(max_length=100)] = ""
    beside: Companion | None = None


class Upload:
    """One file on its way. Safe to share between threads; of two that send it the later one goes on."""

    def __init__(self, upload_id: str, folder: Path, told: UploadTold) -> None:
        self.id, self.folder, self.told = upload_id, folder, told
        self._content = folder / _PLACE / _CONTENT
        self._received = self._content.stat().st_size if self._content.exists() else 0
        self._turn = 0
        self._lock = threading.Lock()

    @property
    def received_bytes(self) -> int:
        return self._received

    @property
    def is_whole(self) -> bool:
        return self._received == self.told.size_bytes

    def begin(self, offset: int) -> int:
        """A turn to append from here on; an earlier one is over. Raises: UploadOffsetWrong."""
        with self._lock:
            if offset != self._received:
                raise UploadOffsetWrong(self.id, self._received)
            self._turn += 1
            return self._turn

    def append(self, turn: int, data: bytes) -> None:
        """The next bytes. Raises: UploadOffsetWrong when the turn is over; FormatTooLarge, DiskFull."""
        with self._lock:
            if turn != self._turn:
                raise UploadOffsetWrong(self.id, self._received)
            if self._received + len(data) > self.told.size_bytes:
                raise FormatTooLarge(self.told.name, "it has more bytes than was said of it")
            try:
                with self._content.open("r+b" if self._received else "wb") as file:
                    file.seek(self._received)
                    file.write(data)
            except OSError as error:
                raise DiskFull(self.told.name, error.strerror or str(error)) from error
            self._received += len(data)

    def seal(self) -> Path:
        """The whole file, on the disk and of the hash it should have. Raises: FormatDamaged, DiskFull."""
        assert self.is_whole
        try:
            with self._content.open("rb") as file:
                os.fsync(file.fileno())
                digest = hashlib.file_digest(file, "sha256").hexdigest() if self.told.sha256 else None
        except OSError as error:
            raise DiskFull(self.told.name, error.strerror or str(error)) from error
        if digest != self.told.sha256:
            raise FormatDamaged(self.told.name, f"its sha256 is {digest}, not {self.told.sha256}")
        return self._content

    def end(self) -> None:
        """Nobody appends any more."""
        with self._lock:
            self._turn += 1


@dataclass(frozen=True)
class Room:
    """Bytes that are free where uploads are kept."""

    free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free


class UploadStore:
    """The folder of uploads, one sub-folder each, under ids made here. Thread-safe."""

    def __init__(
        self, folder: Path, max_bytes: int, room: Room | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        """max_bytes: of one file; clock: seconds since 1970, as files have them."""
        self._folder, self._max_bytes = folder, max_bytes
        self._room, self._clock = room or Room(), clock
        self._opening = threading.Lock()  # held while folders are looked at, made and swept
        self._lock = threading.Lock()  # of `_open` alone, so that who asks never waits for a disk
        self._open: dict[str, Upload] = {}

    def restore(self) -> tuple[Upload, ...]:
        """Take up what an earlier server left, and sweep what is too old or damaged. Whole ones come back."""
        with self._opening:
            for folder in self._folder.iterdir() if self._folder.is_dir() else ():
                if _ID.fullmatch(folder.name) and folder.name not in {upload.id for upload in self.all()}:
                    upload = None if self._is_stale(folder) else _read(folder)
                    if upload is None:
                        shutil.rmtree(folder, ignore_errors=True)
                    else:
                        self._add(upload)
        return tuple(upload for upload in self.all() if upload.is_whole)

    def open(self, told: UploadTold) -> Upload:
        """Begin an upload, or go on with one that was begun.

        Raises: FormatTooLarge, UploadsFull, DiskFull.
        """
        if told.size_bytes > self._max_bytes:
            raise FormatTooLarge(
                told.name, f"it has {told.size_bytes} bytes, and {self._max_bytes} are allowed"
            )
        with self._opening:
            self._sweep()
            here = self.all()
            for upload in here:
                if told.stamp and upload.told == told and not upload.is_whole:
                    return upload
            if len(here) >= MAX_OPEN:
                raise UploadsFull(MAX_OPEN)
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._check_room(told)
                upload = self._make(told)
            except OSError as error:
                raise DiskFull(told.name, error.strerror or str(error)) from error
            self._add(upload)
            return upload

    def _add(self, upload: Upload) -> None:
        with self._lock:
            self._open[upload.id] = upload

    def get(self, upload_id: str) -> Upload:
        """Raises: UploadNotFound."""
        with self._lock:
            upload = self._open.get(upload_id)
        if upload is None:
            raise UploadNotFound(upload_id[:80])
        return upload

    def all(self) -> tuple[Upload, ...]:
        """Those that are here, in no order."""
        with self._lock:
            return tuple(self._open.values())

    def remove(self, upload: Upload) -> None:
        """Forget an upload, with what has come of it."""
        with self._lock:
            self._open.pop(upload.id, None)
        upload.end()
        shutil.rmtree(upload.folder, ignore_errors=True)

    def _check_room(self, told: UploadTold) -> None:
        to_come = sum(_COPIES * one.told.size_bytes - one.received_bytes for one in self.all())
        needed = _COPIES * told.size_bytes + LEFT_FREE_BYTES
        if self._room.free(self._folder) - to_come < needed:
            raise DiskFull(told.name, f"reading it and the model made of it need {needed} free bytes")

    def _make(self, told: UploadTold) -> Upload:
        upload_id = secrets.token_hex(8)
        folder = self._folder / upload_id
        (folder / _PLACE).mkdir(parents=True)
        if told.beside is not None:
            (folder / _PLACE / told.beside.name).write_text(told.beside.text, encoding="utf-8")
        write_beside(folder / _RECORD, told.model_dump_json().encode())
        return Upload(upload_id, folder, told)

    def _sweep(self) -> None:
        for upload in self.all():
            if not upload.is_whole and self._is_stale(upload.folder):
                self.remove(upload)

    def _is_stale(self, folder: Path) -> bool:
        """Whether nothing has come for long."""
        try:
            changed = max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))
        except OSError:
            return True
        return self._clock() - changed > KEPT_S


def _read(folder: Path) -> Upload | None:
    """An upload as its folder has it; None where that is damaged."""
    with suppress(OSError, ValueError, ValidationError):
        told = UploadTold.model_validate(json.loads((folder / _RECORD).read_text(encoding="utf-8")))
        upload = Upload(folder.name, folder, told)
        if (folder / _PLACE).is_dir() and upload.received_bytes <= told.size_bytes:
            return upload
    return None
