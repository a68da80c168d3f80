"""Sandbox: foreign files are read in a process of their own, and what comes back is tensors and text.

One process waits warm and forks for every file (see `child`). If a file makes it end, run over its time
or its memory, or try to run something, that is what is said of the file; nothing else is touched.
"""

import json
import os
import select
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wend import errors
from wend.errors import FormatReaderDied, FormatRefused, FormatTooLarge, FormatUnsafe, FormatUnsupported
from wend.formats.child import (
    DIRECTIONS,
    DISCRIMINATOR,
    ENCODER,
    GENERATOR,
    LATENTS,
    REPORT,
    TRIED_TO_RUN,
)
from wend.formats.directions import Target
from wend.formats.limits import DEFAULT_LIMITS, Limits

_MAX_REPORT_BYTES = 2**20
_GRACE_S = 10.0  # the process itself ends a fork; this is for one that cannot
_Text = Annotated[str, Field(max_length=2000)]


class Report(BaseModel):
    """What a file was, as the child says. Anybody could have written it: it is checked like anybody's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layout: _Text
    kind: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    config: dict[_Text, bool | int | float | _Text]
    ignored: Annotated[tuple[_Text, ...], Field(max_length=500)]
    notes: Annotated[tuple[_Text, ...], Field(max_length=100)]
    licence: _Text
    psi: Annotated[float, Field(ge=-2.0, le=2.0)]
    classes: Annotated[tuple[_Text, ...], Field(max_length=10_000)] = ()
    sections: Annotated[str, Field(max_length=2**18)] = ""
    title: _Text = ""
    guessed: Annotated[tuple[_Text, ...], Field(max_length=20)] = ()
    file: _Text
    size_bytes: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class DirectionReport(BaseModel):
    """What a file of directions was, as the child says; see `directions.Directions`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layout: _Text
    names: Annotated[tuple[_Text, ...], Field(min_length=1, max_length=10_000)]
    space: Literal["z", "w"]
    unit: Literal["sd", "of file"]
    reach: Annotated[float, Field(gt=0.0, le=1000.0)]
    layers: tuple[int, int]
    generator: _Text
    generator_hash: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
    notes: Annotated[tuple[_Text, ...], Field(max_length=100)]
    file: _Text
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class LatentReport(BaseModel):
    """What a file of latents was, as the child says; see `latents.Latents`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layout: _Text
    names: Annotated[tuple[_Text, ...], Field(min_length=1, max_length=1000)]
    space: Literal["z", "w", "w+"]
    file: _Text
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Refusal(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    error: Literal[
        "FormatRefused",
        "FormatUnsafe",
        "FormatDamaged",
        "FormatTooLarge",
        "FormatUnknown",
        "FormatUnsupported",
        "FormatSpaceUnknown",
        "FormatAxisUnknown",
    ]
    file: _Text
    why: Annotated[str, Field(max_length=2000)]


@dataclass(frozen=True)
class Reading:
    """A checkpoint that was read: its report, and the files with its tensors, which go with `folder`."""

    report: Report
    folder: Path

    @property
    def generator(self) -> Path:
        return self.folder / GENERATOR

    @property
    def discriminator(self) -> Path | None:
        return self._file(DISCRIMINATOR)

    @property
    def encoder(self) -> Path | None:
        return self._file(ENCODER)

    def _file(self, name: str) -> Path | None:
        path = self.folder / name
        return path if path.is_file() and not path.is_symlink() else None


S = TypeVar("S", Report, DirectionReport, LatentReport)


class Sandbox:
    """A warm process that reads files, one after another. Safe to share between threads; close it."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def read(self, path: Path) -> Iterator[Reading]:
        """What a file holds, for as long as the context lasts. Raises: the family of FormatRefused."""
        with tempfile.TemporaryDirectory(prefix="wend-read-") as folder:
            yield self.read_into(path, Path(folder))

    def read_into(self, path: Path, folder: Path) -> Reading:
        """The same, into an empty folder of the caller's. Raises: the family of FormatRefused."""
        return Reading(self._ask_for(Report, path, folder, None), folder)

    def read_directions(
        self, path: Path, target: Target, folder: Path, called: str | None = None
    ) -> tuple[DirectionReport, Path]:
        """What directions a file holds for a generator, and the file with their numbers, in an empty folder.

        called: the file's name where it comes from, if another. Raises: the family of FormatRefused.
        """
        return self._ask_for(DirectionReport, path, folder, target, called), folder / DIRECTIONS

    def read_latents(
        self, path: Path, target: Target, folder: Path, called: str | None = None
    ) -> tuple[LatentReport, Path]:
        """The same of latents."""
        return self._ask_for(LatentReport, path, folder, target, called), folder / LATENTS

    def _ask_for(
        self, shape: type[S], path: Path, folder: Path, target: Target | None, called: str | None = None
    ) -> S:
        name = called or path.name
        if not hasattr(os, "fork"):
            raise FormatUnsupported(
                name, "the reader of foreign files runs on Unix systems alone; WSL is one"
            )
        request = {
            "path": str(path.absolute()),
            "out": str(folder.resolve()),
            "limits": asdict(self._limits),
            "target": None if target is None else asdict(target),
            "what": "latents" if shape is LatentReport else "directions",
            "called": name,
        }
        with self._lock:
            answer = self._ask(json.dumps(request).encode() + b"\n")
        return self._judge(shape, name, answer, folder)

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    def _ask(self, request: bytes) -> dict[str, int | bool] | None:
        """The child's answer; None where it gave none in time."""
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(request)
            process.stdin.flush()
            ready, _, _ = select.select([process.stdout], [], [], self._limits.timeout_s + _GRACE_S)
            line = process.stdout.readline() if ready else b""
            found: dict[str, int | bool] = json.loads(line)
        except (OSError, ValueError):
            self.close()
            return None
        return found

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "wend.formats.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=_environment(),
                start_new_session=True,
            )
        return self._process

    def _judge(self, shape: type[S], name: str, answer: dict[str, int | bool] | None, folder: Path) -> S:
        """The report of a reader that ended well. Raises: the family of FormatRefused."""
        if answer is None:
            raise FormatReaderDied(name, "the process that read it went away")
        if answer.get("late"):
            raise FormatTooLarge(name, f"reading it takes more than {self._limits.timeout_s:g} s")
        if answer.get("exit") == TRIED_TO_RUN:
            raise FormatUnsafe(name, "it tried to run something while it was read")
        if answer.get("signal") or answer.get("exit") not in (0, 1):
            raise FormatReaderDied(name, f"the process that read it ended with {answer}")
        try:
            if (folder / REPORT).stat().st_size > _MAX_REPORT_BYTES:
                raise FormatReaderDied(name, "its report is too long")
            text = (folder / REPORT).read_text(encoding="utf-8")
            if answer.get("exit") == 0:
                return shape.model_validate_json(text)
            refusal = _Refusal.model_validate_json(text)
        except (OSError, ValidationError, ValueError) as error:
            raise FormatReaderDied(name, "its report cannot be read") from error
        kind: type[FormatRefused] = getattr(errors, refusal.error)
        raise kind(refusal.file, refusal.why)


def _environment() -> dict[str, str]:
    """What a Python process needs to start, and one thread for its sums."""
    kept = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG", "LC_ALL", "TMPDIR", "HOME", "SYSTEMROOT")
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**{name: os.environ[name] for name in kept if name in os.environ}, **single}
