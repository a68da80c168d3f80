"""Child: the process that reads foreign files. It waits warm, and forks once for every file.

Each fork lives under limits of memory, processor time, files and their sizes, and an audit hook ends it the
moment anything would start a process, open a connection, or write outside its folder. It imports no torch:
what it hands back is safetensors and JSON, which whoever started it reads as anybody's.
"""

import hashlib
import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from safetensors.numpy import save_file

from wend.errors import FormatRefused, FormatTooLarge
from wend.formats.directions import Target, read_directions
from wend.formats.found import Converted
from wend.formats.latents import read_latents
from wend.formats.layouts.registry import convert
from wend.formats.limits import Limits
from wend.formats.own_folder import with_own
from wend.formats.read import file_of, read_beside, read_source
from wend.formats.source import Source
from wend.formats.tensors import Array

with suppress(ImportError):  # Windows, where nobody starts this process but its words are known
    import resource

REPORT = "report.json"
DIRECTIONS = "directions.safetensors"
LATENTS = "latents.safetensors"
GENERATOR, DISCRIMINATOR, ENCODER = (
    "generator.safetensors",
    "discriminator.safetensors",
    "encoder.safetensors",
)
TRIED_TO_RUN = 66
"""How a process ends in which something would have been run."""
_CHUNK = 2**20
_FORBIDDEN = (
    "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "os.startfile", "os.kill",
    "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.chown", "os.putenv",
    "subprocess.Popen", "pty.spawn", "ctypes.", "socket.", "shutil.", "urllib.", "ftplib.", "smtplib.",
    "webbrowser.", "pickle.find_class", "code.__new__", "import", "exec",
)  # fmt: skip


def read_latents_into(path: Path, out: Path, limits: Limits, target: Target, called: str) -> None:
    """Write the latents of a file into the folder `out`. Raises: the family of FormatRefused."""
    source = replace(Source.open(path, limits), name=called)
    try:
        found = read_latents(read_source(source), target)
        digest = _sha256(source)
    finally:
        source.file.close()
    _save(out / LATENTS, {"values": np.ascontiguousarray(found.values)})
    report = {
        "layout": found.layout, "names": list(found.names), "space": found.space, "file": source.name,
        "sha256": digest,
    }  # fmt: skip
    _write_report(out, report)


def read_directions_into(path: Path, out: Path, limits: Limits, target: Target, called: str) -> None:
    """Write the directions of a file into the folder `out`. Raises: the family of FormatRefused."""
    source = replace(Source.open(path, limits), name=called)
    try:
        found = read_directions(read_source(source), target)
        digest = _sha256(source)
    finally:
        source.file.close()
    arrays = {"vectors": np.ascontiguousarray(found.vectors), "units": found.units.astype(np.float64)}
    if found.mean is not None:
        arrays["mean"] = np.ascontiguousarray(found.mean)
    _save(out / DIRECTIONS, arrays)
    report = {
        "layout": found.layout, "names": list(found.names), "space": found.space, "unit": found.unit,
        "reach": found.reach, "layers": list(found.layers), "generator": found.generator,
        "notes": list(found.notes), "generator_hash": found.generator_hash, "file": source.name,
        "sha256": digest,
    }  # fmt: skip
    _write_report(out, report)


def read_into(path: Path, out: Path, limits: Limits) -> None:
    """Write what a file holds, converted, into the folder `out`. Raises: the family of FormatRefused."""
    file = file_of(path)
    with ExitStack() as opened:
        source = Source.open(file, limits)
        opened.callback(source.file.close)
        found = with_own(read_source(source, read_beside(file, limits)), file, limits, opened)
        converted = convert(found, source.limits)
        digest = _sha256(source)
    for name, tensors in (
        (GENERATOR, converted.generator),
        (DISCRIMINATOR, converted.discriminator),
        (ENCODER, converted.encoder),
    ):
        if tensors is not None:
            _save(out / name, tensors)
    _write_report(out, _report(converted, source, digest))


def _write_report(out: Path, report: Mapping[str, object]) -> None:
    (out / REPORT).write_text(json.dumps(_readable(report)), encoding="utf-8")


def _readable(value: object) -> object:
    """JSON's values with halves of characters spelt out: a pickle may name them, and no reader takes them."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, Mapping):
        return {_readable(key): _readable(one) for key, one in value.items()}
    return [_readable(one) for one in value] if isinstance(value, list | tuple) else value


def _save(path: Path, tensors: Mapping[str, Array]) -> None:
    save_file(dict(tensors), str(path))


def _sha256(source: Source) -> str:
    digest = hashlib.sha256()
    source.file.seek(0)
    while chunk := source.file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _report(converted: Converted, source: Source, digest: str) -> dict[str, object]:
    return {
        "layout": converted.layout,
        "kind": converted.kind,
        "config": dict(converted.config),
        "ignored": list(converted.ignored),
        "notes": list(converted.notes),
        "licence": converted.licence,
        "psi": converted.psi,
        "classes": list(converted.classes),
        "sections": converted.sections,
        "title": converted.title,
        "guessed": list(converted.guessed),
        "file": source.name,
        "size_bytes": source.size,
        "sha256": digest,
    }


# ------------------------------------------------------------------ the process


def confine(out: Path, limits: Limits) -> None:
    """Nothing of this process reaches further than the folder `out`, from here on."""
    cpu = max(1, int(limits.timeout_s) + 1)
    for kind, limit in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_FSIZE, limits.tensor_bytes + 2**24),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_NPROC, 0),
    ):
        _, hard = resource.getrlimit(kind)
        top = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (top, top))
    folder = str(out.resolve()) + os.sep

    def listen(event: str, arguments: tuple[Any, ...]) -> None:  # Any: every event has its own
        if event == "open":
            path, _, flags = arguments
            writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
            if writes and not (isinstance(path, str | bytes) and _real(path).startswith(folder)):
                os._exit(TRIED_TO_RUN)
        elif event in _FORBIDDEN or event.startswith(_FAMILIES):
            os._exit(TRIED_TO_RUN)

    sys.addaudithook(listen)


_FAMILIES = tuple(event for event in _FORBIDDEN if event.endswith("."))


def _real(path: str | bytes) -> str:
    return os.path.realpath(os.fsdecode(path))


def _work(request: Mapping[str, Any]) -> NoReturn:  # Any: JSON; wrong types end in an error, which is told
    """One file, in a fork: its answer lies in the folder, and the process ends here."""
    code = 0
    try:
        told = _refusal(request)
        if told is not None:
            code = 1
            _write_report(Path(request["out"]), told)
    except BaseException as error:  # noqa: BLE001 - a fork must never return into the loop that made it
        code = 2
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    finally:
        sys.stderr.flush()
        os._exit(code)


MOST_WHY = 1000
"""Characters of the reason for which a file is refused."""


def _refusal(request: Mapping[str, Any]) -> dict[str, object] | None:  # Any: the same
    """Read a file; why it was refused, told when all that was read of it is let go: there is memory again."""
    out, limits, path = Path(request["out"]), Limits(**request["limits"]), Path(request["path"])
    try:
        confine(out, limits)
        if (target := request.get("target")) is None:
            read_into(path, out, limits)
        else:
            wanted = Target(**{**target, "spaces": tuple(target["spaces"])})
            read = read_latents_into if request["what"] == "latents" else read_directions_into
            read(path, out, limits, wanted, request["called"])
    except FormatRefused as error:
        # A damaged zip is told with the names of its entries, as long as they are.
        why = str(error.values["why"])[:MOST_WHY]
        return {"error": type(error).__name__, "file": error.values["file"], "why": why}
    except MemoryError:
        return {"error": FormatTooLarge.__name__, "file": path.name, "why": "it takes too much memory"}
    return None


def _wait(pid: int, timeout_s: float) -> dict[str, object]:
    """How a fork ended; one that takes too long is killed."""
    deadline, pause = time.monotonic() + timeout_s, 0.0005
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            signalled = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
            code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0
            return {"exit": code, "signal": signalled, "late": signalled == signal.SIGXCPU}
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return {"exit": 0, "signal": int(signal.SIGKILL), "late": True}
        time.sleep(pause)
        pause = min(0.02, pause * 1.5)


def main() -> None:
    """Requests come as lines of JSON on stdin, answers leave on stdout; it ends with whoever started it."""
    _warm_up()
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _work(request)
        sys.stdout.write(json.dumps(_wait(pid, request["limits"]["timeout_s"])) + "\n")
        sys.stdout.flush()


def _warm_up() -> None:
    """Import all that reading may need, since a fork may import nothing."""
    import bz2
    import encodings.ascii
    import encodings.cp437
    import encodings.latin_1
    import encodings.raw_unicode_escape
    import encodings.unicode_escape
    import lzma
    import zlib

    import numpy.random

    assert all((bz2, lzma, zlib, encodings, numpy.random))
    assert asdict(Limits())


if __name__ == "__main__":
    main()
