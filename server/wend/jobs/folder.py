"""Job folder: the files of one job - checkpoint, history, preview, artifacts, outcome - whole or absent."""

import errno
import json
import math
import mimetypes
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from safetensors import SafetensorError

from wend.errors import AssetNotFound, CheckpointInvalid, DiskFull, JobNotFound
from wend.optim.job import Outcome

CHECKPOINT_FILE = "checkpoint.safetensors"
HISTORY_FILE = "history.jsonl"
PREVIEW_FILE = "preview.jpg"
COUNT_FILE = "preview.count"
OUTCOME_FILE = "outcome.json"
ARTIFACTS_FOLDER = "artifacts"
ANEW_FILE = "anew"
ENOUGH_FILE = "enough"

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class HistoryPoint:
    """Losses after so many updates. seconds: time the job had run, over all sessions."""

    updates: int
    seconds: float
    losses: dict[str, float]


@dataclass(frozen=True)
class ArtifactFile:
    """A file a job has made, by its name in the folder of artifacts."""

    name: str
    size_bytes: int
    media_type: str


class JobFolder:
    """Reads and writes the files of one job. Readers see old or new, never half; `.partial` is the writer's.

    One process writes at a time (see `lock`); any may read. Raises, where it writes: DiskFull.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def artifacts_folder(self) -> Path:
        """Where a job puts its files; made when first asked for. Raises: JobNotFound."""
        self._check_there()
        folder = self.path / ARTIFACTS_FOLDER
        with _room(folder):
            folder.mkdir(parents=True, exist_ok=True)
        return folder

    # -- checkpoint -------------------------------------------------------------------------------

    def has_checkpoint(self) -> bool:
        return not self.is_anew and (self.path / CHECKPOINT_FILE).is_file()

    def save_checkpoint(self, state: dict[str, object]) -> None:
        """Keep a nested state of tensors and plain values; the one before stays until this is whole.

        Raises: JobNotFound where the folder is gone: a job that was deleted does not come back.
        """
        from wend.optim.checkpoint import save_checkpoint  # with torch, which who lists jobs needs not

        self._check_there()
        path = self.path / CHECKPOINT_FILE
        partial = path.with_name(path.name + ".partial")
        try:
            with _room(path):
                save_checkpoint(path, state)
        finally:
            partial.unlink(missing_ok=True)

    def load_checkpoint(self) -> dict[str, object] | None:
        """The state kept last, on the CPU; None where there is none. Raises: CheckpointInvalid."""
        from wend.optim.checkpoint import load_checkpoint

        try:
            return load_checkpoint(self.path / CHECKPOINT_FILE)
        except FileNotFoundError:
            return None

    @property
    def is_anew(self) -> bool:
        """Whether what lies here is of an earlier run that counts no longer."""
        return (self.path / ANEW_FILE).exists()

    def begin_anew(self) -> None:
        """Begin from scratch: nobody reads on what lies here, and who next has the lock drops it. Until then
        another process may still write it."""
        if self.path.is_dir() and any(self.path.iterdir()):
            with _room(self.path):
                (self.path / ANEW_FILE).touch()

    @property
    def is_enough(self) -> bool:
        """Whether somebody has said that the job may end with what it has."""
        return (self.path / ENOUGH_FILE).exists()

    def say_enough(self) -> None:
        """Whatever process runs the job sees it between two updates. Raises: JobNotFound."""
        self._check_there()
        with _room(self.path):
            (self.path / ENOUGH_FILE).touch()

    def drop_checkpoint(self) -> None:
        """Neither state nor history, preview or outcome; artifacts go too. For the holder of the lock."""
        for name in (OUTCOME_FILE, CHECKPOINT_FILE, HISTORY_FILE, PREVIEW_FILE, ENOUGH_FILE):
            (self.path / name).unlink(missing_ok=True)
        shutil.rmtree(self.path / ARTIFACTS_FOLDER, ignore_errors=True)
        (self.path / ANEW_FILE).unlink(missing_ok=True)

    # -- history ----------------------------------------------------------------------------------

    def append_history(self, points: Sequence[HistoryPoint]) -> None:
        """Add rows; of a value that is no finite number only the name is lost."""
        path = self.path / HISTORY_FILE
        rows = [json.dumps(asdict(_finite(point)), separators=(",", ":")) + "\n" for point in points]
        with _room(path), path.open("a", encoding="utf-8") as file:
            file.write("".join(rows))

    def cut_history(self, updates: int) -> None:
        """Drop the rows after so many updates, which a resumed job writes again, and those a crash tore."""
        kept = [point for point in self._points() if point.updates <= updates]
        if len(kept) < len(self._rows()):
            rows = "".join(json.dumps(asdict(point), separators=(",", ":")) + "\n" for point in kept)
            self._replace(HISTORY_FILE, rows.encode())

    def history(self, limit: int = 500) -> tuple[HistoryPoint, ...]:
        """At most `limit` points, evenly thinned, the first and the last among them."""
        points = list(self._points())
        if len(points) <= limit:
            return tuple(points)
        last = len(points) - 1
        return tuple(points[round(index * last / (limit - 1))] for index in range(limit))

    # -- preview ----------------------------------------------------------------------------------

    def save_preview(self, jpeg: bytes) -> None:
        """Replace the preview, and count it."""
        count = self.preview_count() + 1
        self._replace(PREVIEW_FILE, jpeg)
        self._replace(COUNT_FILE, str(count).encode())

    def preview_count(self) -> int:
        """How many previews there have been; 0: none. It never falls, even when a job begins anew."""
        try:
            return int((self.path / COUNT_FILE).read_bytes())
        except (FileNotFoundError, ValueError):
            return 0

    # -- artifacts and outcome --------------------------------------------------------------------

    def artifacts(self) -> tuple[ArtifactFile, ...]:
        """What the job has made, by name, the preview first."""
        if self.is_anew:
            return ()
        folder = self.path / ARTIFACTS_FOLDER
        made = sorted(folder.iterdir()) if folder.is_dir() else []
        paths = [self.path / PREVIEW_FILE, *(path for path in made if not path.name.startswith("."))]
        return tuple(
            ArtifactFile(path.name, path.stat().st_size, media_type(path.name))
            for path in paths
            if path.is_file() and not path.is_symlink()
        )

    def artifact(self, name: str) -> Path:
        """The file of an artifact, found by its name and never by a path. Raises: AssetNotFound."""
        if name not in {artifact.name for artifact in self.artifacts()}:
            raise AssetNotFound(name)
        return self.path / name if name == PREVIEW_FILE else self.path / ARTIFACTS_FOLDER / name

    def save_outcome(self, outcome: Outcome) -> None:
        """From here on the job is done, whoever asks."""
        self._replace(OUTCOME_FILE, json.dumps(asdict(outcome), indent=2).encode())

    def outcome(self) -> Outcome | None:
        """What the finished job left; None while it is not done. Raises: CheckpointInvalid."""
        if self.is_anew:
            return None
        path = self.path / OUTCOME_FILE
        try:
            values = json.loads(path.read_bytes())
            return Outcome(dict(values["facts"]), tuple(values["walks"]), values["model"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise CheckpointInvalid(path.name, str(error)) from error

    def create(self) -> None:
        """Make the folder, unless it is there."""
        with _room(self.path):
            self.path.mkdir(parents=True, exist_ok=True)

    def remove(self) -> None:
        """Delete every file of the job."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _check_there(self) -> None:
        if not self.path.is_dir():
            raise JobNotFound(self.path.name)

    def _points(self) -> Iterator[HistoryPoint]:
        """Every whole row."""
        for line in self._rows():
            try:
                row = json.loads(line)
                yield HistoryPoint(int(row["updates"]), float(row["seconds"]), dict(row["losses"]))
            except (ValueError, KeyError, TypeError):
                continue

    def _rows(self) -> list[str]:
        if self.is_anew:
            return []
        try:
            return (self.path / HISTORY_FILE).read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []

    def _replace(self, name: str, content: bytes) -> None:
        path = self.path / name
        partial = path.with_name(name + ".partial")
        try:
            with _room(path):
                with partial.open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def media_type(name: str) -> str:
    """The MIME type that a file's ending stands for."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _finite(point: HistoryPoint) -> HistoryPoint:
    losses: Mapping[str, float] = point.losses
    return HistoryPoint(
        point.updates, round(point.seconds, 3), {k: v for k, v in losses.items() if math.isfinite(v)}
    )


@contextmanager
def _room(path: Path) -> Iterator[None]:
    """Say of a full disk that it is full. Raises: DiskFull; OSError for anything else."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise DiskFull(path.name, (error.strerror or str(error)).lower()) from error
        raise
    except SafetensorError as error:
        # It tells an operating system's error by its words alone.
        if any(f"os error {number}" in str(error) or f"code: {number}" in str(error) for number in _NO_ROOM):
            raise DiskFull(path.name, os.strerror(errno.ENOSPC).lower()) from error
        raise
