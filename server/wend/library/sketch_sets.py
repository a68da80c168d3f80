"""Sketch sets: 1 to 30 drawings with a name, as they are drawn on the board and trained from."""

import logging
import os
import re
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import ValidationError

from wend.documents.picture import Frozen, Hash, Name
from wend.documents.sketch import MAX_SKETCHES, Pose, SketchKind
from wend.errors import (
    DocumentsFull,
    SketchesTooMany,
    SketchSetChanged,
    SketchSetInvalid,
    SketchSetNotFound,
    StoredSketchesInvalid,
)
from wend.library.beside import write_beside
from wend.library.images import ImageStore

SKETCHES_FOLDER = "sketches"
"""In the data folder."""
MAX_SETS = 500
KEPT_DELETED_S = 30 * 24 * 3600.0
_DELETED = "deleted"
_ID = re.compile(r"[0-9a-f]{12}")

_log = logging.getLogger(__name__)


class SketchContent(Frozen):
    """What a hand makes of a set.

    name: 1..80 characters; model: the parent it is meant for; extractor: SET or SET/NETWORK, for kind card;
    drawings: hashes of images, kept as `labels` for kind labels, else as `sketch`; poses: instead of
    drawings, for kind pose.
    """

    name: str
    kind: SketchKind = "lines"
    extractor: Name | None = None
    model: Name | None = None
    drawings: tuple[Hash, ...] = ()
    poses: tuple[Pose, ...] = ()


class SketchSet(SketchContent):
    """A set as it is kept. id: 12 hex digits; revision: counts changes; times in seconds since 1970."""

    id: str
    revision: int
    created: float
    changed: float

    @property
    def count(self) -> int:
        """How many drawings or poses."""
        return len(self.drawings) + len(self.poses)


class SketchSets:
    """One folder: `<id>.json` is a set; in `deleted` those that can be restored for 30 days. Thread-safe.

    images: where the drawings are kept. clock: seconds since 1970.
    """

    def __init__(self, folder: Path, images: ImageStore, clock: Callable[[], float] = time.time) -> None:
        self._folder, self._images, self._clock = folder, images, clock
        self._lock = threading.Lock()

    def list(self) -> tuple[SketchSet, ...]:
        """All that can be read, the newest change first."""
        found: list[SketchSet] = []
        for path in self._folder.glob("*.json"):
            try:
                found.append(self.get(path.stem))
            except SketchSetNotFound:
                continue  # deleted meanwhile, or no set's name
            except StoredSketchesInvalid as error:
                _log.warning("%s", error.sentence)
        return tuple(sorted(found, key=lambda each: (-each.changed, each.id)))

    def get(self, set_id: str) -> SketchSet:
        """Raises: SketchSetNotFound, StoredSketchesInvalid."""
        path = self._path(set_id)
        try:
            if path.is_symlink():
                raise SketchSetNotFound(set_id)
            return SketchSet.model_validate_json(path.read_bytes())
        except FileNotFoundError as error:
            raise SketchSetNotFound(set_id) from error
        except ValidationError as error:
            raise StoredSketchesInvalid(set_id) from error

    def add(self, content: SketchContent) -> SketchSet:
        """A new set. Raises: SketchSetInvalid, SketchesTooMany, ImageNotFound, DocumentsFull, DiskFull."""
        self._check(content)
        with self._lock:
            self._sweep()
            self._check_room()
            now = self._clock()
            return self._write(content, secrets.token_hex(6), 1, now, now)

    def change(self, set_id: str, base: int, changes: Mapping[str, object]) -> SketchSet:
        """The set with some fields of its content changed. base: the revision that was changed.

        Raises: SketchSetNotFound, SketchSetChanged, and what `add` does.
        """
        with self._lock:
            old = self.get(set_id)
            if old.revision != base:
                raise SketchSetChanged(set_id, old.revision)
            kept = old.model_dump(include=set(SketchContent.model_fields))
            content = SketchContent.model_validate({**kept, **changes})
            self._check(content)
            return self._write(content, set_id, old.revision + 1, old.created, self._clock())

    def delete(self, set_id: str) -> None:
        """It can be restored for 30 days; its drawings stay. Raises: SketchSetNotFound."""
        with self._lock:
            path = self._path(set_id)
            if path.is_symlink() or not path.is_file():
                raise SketchSetNotFound(set_id)
            gone = self._path(set_id, _DELETED)
            gone.parent.mkdir(parents=True, exist_ok=True)
            now = self._clock()
            os.utime(path, (now, now))  # its 30 days begin here, not at its last change
            path.replace(gone)

    def restore(self, set_id: str) -> SketchSet:
        """Take its delete back; one that is there is as it is.

        Raises: SketchSetNotFound, StoredSketchesInvalid, DocumentsFull.
        """
        with self._lock:
            gone = self._path(set_id, _DELETED)
            if gone.is_file() and not self._path(set_id).exists():
                self._check_room()
                gone.replace(self._path(set_id))
            return self.get(set_id)

    def _check_room(self) -> None:
        """Raises: DocumentsFull."""
        if sum(1 for _ in self._folder.glob("*.json")) >= MAX_SETS:
            raise DocumentsFull("sketch sets", MAX_SETS)

    def _check(self, content: SketchContent) -> None:
        is_pose = content.kind == "pose"
        pair: tuple[tuple[object, ...], tuple[object, ...]] = content.poses, content.drawings
        given, other = pair if is_pose else pair[::-1]
        if len(given) > MAX_SKETCHES:
            raise SketchesTooMany(len(given), MAX_SKETCHES)
        if not given:
            raise SketchSetInvalid(f"a set of {'poses' if is_pose else 'drawings'} holds at least one")
        if other:
            unwanted = "drawings" if is_pose else "poses"
            raise SketchSetInvalid(f"a set of kind {content.kind!r} holds no {unwanted}")
        for pose in content.poses:
            if len({point.name for point in pose}) != len(pose):
                raise SketchSetInvalid("a pose has two points of one name")
        for image in set(content.drawings):
            kind = self._images.get(image).kind
            wanted = "labels" if content.kind == "labels" else "sketch"
            if kind != wanted:
                raise SketchSetInvalid(f"{image[:8]} is kept as {kind}, not as {wanted}")

    def _write(
        self, content: SketchContent, set_id: str, revision: int, created: float, now: float
    ) -> SketchSet:
        fields = {name: getattr(content, name) for name in SketchContent.model_fields}
        made = SketchSet(**fields, id=set_id, revision=revision, created=created, changed=now)
        write_beside(self._path(set_id), made.model_dump_json(indent=1).encode())
        return made

    def _sweep(self) -> None:
        """Those that were deleted too long ago go for good, and all but the MAX_SETS deleted last."""
        deleted = [(path.stat().st_mtime, path) for path in (self._folder / _DELETED).glob("*.json")]
        for place, (when, path) in enumerate(sorted(deleted, reverse=True)):
            if place >= MAX_SETS or self._clock() - when > KEPT_DELETED_S:
                path.unlink(missing_ok=True)

    def _path(self, set_id: str, *within: str) -> Path:
        # Nothing a client sent is ever joined to a path unless it is an id and nothing else.
        if _ID.fullmatch(set_id) is None:
            raise SketchSetNotFound(set_id[:80])
        return self._folder.joinpath(*within, f"{set_id}.json")
