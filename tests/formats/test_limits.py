"""Bombs, tricks and damage: each is refused with the name of what was refused, and nothing is left over."""

import io
import os
import pickle
import struct
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.formats import rosinality_files
from tests.formats.conftest import SMALL
from wend.errors import (
    FormatDamaged,
    FormatReaderDied,
    FormatRefused,
    FormatTooLarge,
    FormatUnknown,
    FormatUnsafe,
)
from wend.formats.child import TRIED_TO_RUN
from wend.formats.limits import DEFAULT_LIMITS, Limits, machine_memory
from wend.formats.sandbox import Report, Sandbox
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator

STOP = b"."


def _refuse(sandbox: Sandbox, path: Path, kind: type[FormatRefused], words: str) -> None:
    with pytest.raises(kind, match=words) as refused, sandbox.read(path):
        pass
    assert refused.value.values["file"] == path.name
    assert str(path.parent) not in str(refused.value)


def _zip_of(entries: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


def _safetensors(header: bytes, data: bytes) -> bytes:
    return struct.pack("<Q", len(header)) + header + data


BOMBS: dict[str, tuple[bytes, type[FormatRefused], str]] = {
    "zip bomb": (
        _zip_of({"a/data.pkl": bytes(2**26)}, zipfile.ZIP_DEFLATED), FormatTooLarge, "unpacks to"
    ),
    "a long name told twice": (
        _zip_of({"x" * 2500 + ".npy": b""}).replace(b"x" * 2500, b"y" * 2500, 1), FormatDamaged, "entry 'x"
    ),
    "a large number": (pickle.dumps({"g_ema": 1 << 2000}, 4), FormatTooLarge, "a number of 2001 bits"),
    "keys of one hash": (
        pickle.dumps({k * (2**61 - 1): k for k in range(16, 20)}, 4), FormatTooLarge, "65 bits is a key"
    ),
    "a device of nested names": (
        b"\x80\x04ctorch\ndevice\nX\x01\x00\x00\x00a" + b"2\x86" * 60 + b"\x85R.",
        FormatDamaged,
        "names a device by something else",
    ),
    "npz bomb": (_zip_of({"a.npy": bytes(2**26)}, zipfile.ZIP_DEFLATED), FormatTooLarge, "unpacks to"),
    "many entries": (
        _zip_of({f"a/data/{k}": b"" for k in range(20_001)} | {"a/data.pkl": b""}), FormatTooLarge, "entries"
    ),
    "entry above": (_zip_of({"../../x/data.pkl": b"N."}), FormatUnsafe, r"called '\.\./"),
    "absolute entry": (_zip_of({"/etc/data.pkl": b"N."}), FormatUnsafe, "called '/etc"),
    "deep tuples": (b"\x80\x04N" + b"\x85" * 100_000 + STOP, FormatTooLarge, "nests deeper"),
    "deep lists": (b"\x80\x04" + b"]" * 5_000 + b"a" * 4_999 + STOP, FormatTooLarge, "nests deeper"),
    "deep marks": (b"\x80\x04" + b"(" * 3_000_000 + STOP, FormatTooLarge, "too long"),
    "a circle": (b"\x80\x04]\x94h\x00a" + STOP, FormatUnknown, "no named tensors"),
    "a key that is a tuple": (b"\x80\x04}N\x85Ns" + STOP, FormatDamaged, "key"),
    "huge text": (b"\x80\x04\x8d" + struct.pack("<Q", 2**62) + b"abc" + STOP, FormatTooLarge, "memory"),
    "huge number": (b"\x80\x04\x8b" + struct.pack("<i", 2**31 - 1) + b"abc" + STOP, FormatTooLarge, "memory"),
    "huge memo": (b"\x80\x04Nr" + struct.pack("<I", 2**32 - 1) + STOP, FormatTooLarge, "remembers"),
    "huge header": (struct.pack("<Q", 2**40) + b"{" + bytes(100), FormatUnknown, "begins like"),
    "huge tensor": (
        _safetensors(b'{"a":{"dtype":"F32","shape":[99999999],"data_offsets":[0,4]}}', bytes(4)),
        FormatDamaged, "fill",
    ),
    "wrong offsets": (
        _safetensors(b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}', bytes(4)),
        FormatDamaged, "fill",
    ),
    "a header in UTF-16": (
        _safetensors('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'.encode("utf-16-le"), bytes(4)),
        FormatDamaged, "no JSON",
    ),
    "half a character": (
        b"\x80\x04\x8c\x04a\xed\xa0\x80\x8c\x01b\x93.", FormatUnsafe, r"asks for a\\ud800\.b"
    ),
    "no storage": (pickle.dumps({"a": 1}), FormatUnknown, "no named tensors"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(64), FormatUnknown, "begins like"),
    "text": (b'{"resolution": 64}', FormatUnknown, "text"),
    "nothing": (b"", FormatUnknown, "begins like"),
    "a Keras file": (b"\x89HDF\r\n\x1a\n" + bytes(64), FormatRefused, "HDF5"),
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs(bomb: str, tmp_path: Path, sandbox: Sandbox) -> None:
    data, kind, words = BOMBS[bomb]
    path = tmp_path / "stranger"
    path.write_bytes(data)
    _refuse(sandbox, path, kind, words)
    assert list(tmp_path.iterdir()) == [path]


def test_laughs_are_counted_once(tmp_path: Path, sandbox: Sandbox) -> None:
    """Lists that hold the same list twice, thirty deep: a billion of them, if each were walked."""
    inner = b"]\x94" + b"".join(b"](h" + bytes([k]) + b"h" + bytes([k]) + b"e\x94" for k in range(30))
    path = tmp_path / "stranger"
    path.write_bytes(b"\x80\x04" + inner + b"\x86" * 0 + b"0" * 0 + STOP)
    started = time.monotonic()
    with pytest.raises(FormatRefused), sandbox.read(path):
        pass
    assert time.monotonic() - started < SMALL.timeout_s


def test_links_and_what_is_no_file(tmp_path: Path, sandbox: Sandbox) -> None:
    whole = tmp_path / "whole.pt"
    torch.save({"a": torch.ones(1)}, whole)
    (tmp_path / "link").symlink_to(whole)
    _refuse(sandbox, tmp_path / "link", FormatRefused, "symbolic link")
    (tmp_path / "folder-link").symlink_to(tmp_path)
    _refuse(sandbox, tmp_path / "folder-link", FormatRefused, "symbolic link")
    os.mkfifo(tmp_path / "pipe")
    _refuse(sandbox, tmp_path / "pipe", FormatRefused, "no ordinary file")
    _refuse(sandbox, tmp_path / "missing", FormatRefused, "not there")
    (tmp_path / "empty").mkdir()
    _refuse(sandbox, tmp_path / "empty", FormatUnknown, "holds none of")


def test_a_file_over_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(bytes(2000))
    with Sandbox(replace(SMALL, file_bytes=1000)) as sandbox:
        _refuse(sandbox, path, FormatTooLarge, "2000 bytes")


def test_a_small_file_stays_small(tmp_path: Path) -> None:
    """Whatever the machine has: unpacked, or one storage under many names."""
    path = tmp_path / "x"
    with Sandbox(replace(SMALL, tensor_bytes=2**30)) as sandbox:
        path.write_bytes(_zip_of({"a.npy": bytes(2**26)}, zipfile.ZIP_DEFLATED))
        _refuse(sandbox, path, FormatTooLarge, "unpacks to")
        small = StyleGAN2Config(8, z_dim=512, w_dim=512, mapping_layers=1, channel_base=32, channel_max=4)
        own = rosinality_files.generator(StyleGAN2Generator(small).state_dict())
        shared, bias = torch.zeros(512, 512), torch.zeros(512)
        own |= {f"style.{k}.weight": shared for k in range(1, 61)}
        own |= {f"style.{k}.bias": bias for k in range(1, 61)}
        path.write_bytes(rosinality_files.saved({"g_ema": {key: t.detach() for key, t in own.items()}}))
        _refuse(sandbox, path, FormatTooLarge, "bytes in all")


def test_limits_are_shares_of_the_machine(tmp_path: Path) -> None:
    most = Limits()
    assert most.of_machine(2**40) == most
    small = most.of_machine(2**33)
    assert (small.memory_bytes, small.tensor_bytes) == (2**31, 2**30)
    assert most.of_machine(2**20).memory_bytes == 2**30
    (tmp_path / "limit").write_text(f"{2**29}\n")
    assert machine_memory(tmp_path / "limit") == 2**29
    (tmp_path / "limit").write_text("max\n")
    assert machine_memory(tmp_path / "limit") == machine_memory(tmp_path / "missing") > 2**29
    assert most.of_machine(machine_memory()) == DEFAULT_LIMITS


def test_more_memory_than_allowed(tmp_path: Path) -> None:
    """Five million empty lists are a small file and a large memory."""
    path = tmp_path / "x"
    path.write_bytes(b"\x80\x04" + b"](" + b"]" * 5_000_000 + b"e" + STOP)
    limits = Limits(file_bytes=2**24, memory_bytes=400 * 2**20, stack=20_000_000, timeout_s=60.0)
    with Sandbox(limits) as sandbox:
        _refuse(sandbox, path, FormatTooLarge, "memory")


def test_more_time_than_allowed(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"\x80\x04" + b"N0" * 8_000_000 + b"N" + STOP)
    with Sandbox(Limits(file_bytes=2**25, timeout_s=0.5)) as sandbox:
        _refuse(sandbox, path, FormatTooLarge, "takes more than 0.5 s")
        # The next file is read as ever.
        torch.save({"a": torch.ones(1)}, path)
        _refuse(sandbox, path, FormatUnknown, "tensors called a")


def test_a_reader_that_dies_is_told_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "x"
    torch.save({"a": torch.ones(1)}, path)
    with Sandbox(SMALL) as sandbox:
        _refuse(sandbox, path, FormatUnknown, "tensors called a")
        process = sandbox._process
        assert process is not None
        process.kill()
        process.wait()
        _refuse(sandbox, path, FormatUnknown, "tensors called a")
        assert sandbox._process is not process


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (None, FormatReaderDied),
        ({"exit": 2, "signal": 0, "late": False}, FormatReaderDied),
        ({"exit": 0, "signal": 11, "late": False}, FormatReaderDied),
        ({"exit": 0, "signal": 0, "late": False}, FormatReaderDied),
        ({"exit": 1, "signal": 0, "late": False}, FormatReaderDied),
        ({"exit": 0, "signal": 9, "late": True}, FormatTooLarge),
        ({"exit": TRIED_TO_RUN, "signal": 0, "late": False}, FormatUnsafe),
    ],
)
@pytest.mark.parametrize(
    "report", [None, "{}", '{"error": "SystemExit", "file": "x", "why": "y"}', "[" * 5000]
)
def test_every_end_of_a_reader_is_told(
    answer: dict[str, int | bool] | None, kind: type[FormatRefused], report: str | None, tmp_path: Path
) -> None:
    """Also with a report that the reader should not have been able to write."""
    if report is not None:
        (tmp_path / "report.json").write_text(report)
    with pytest.raises(kind):
        Sandbox(SMALL)._judge(Report, "x", answer, tmp_path)


CONFINED = """
import os, sys
from pathlib import Path
from wend.formats.child import confine
from wend.formats.limits import Limits
out = Path(sys.argv[1]); out.mkdir()
confine(out, Limits(memory_bytes=2**33))
(out / "allowed").write_text("yes")
{act}
"""


@pytest.mark.parametrize(
    "act",
    [
        "os.system('true')",
        "os.fork()",
        "os.execv('/bin/true', ['true'])",
        "import subprocess; subprocess.Popen(['true'])",
        "import socket; socket.socket()",
        "open(sys.argv[1] + '/../outside', 'w')",
        "os.remove(sys.argv[1] + '/allowed')",
        "import colorsys",
        "exec('1')",
        "import pickle; pickle.loads(b'cos\\nsystem\\n.')",
    ],
)
def test_the_child_is_confined(act: str, tmp_path: Path) -> None:
    import subprocess
    import sys

    script = CONFINED.format(act=act)
    out = tmp_path / "out"
    done = subprocess.run([sys.executable, "-c", script, str(out)], check=False, timeout=60)
    assert done.returncode == TRIED_TO_RUN
    assert (out / "allowed").read_text() == "yes"
    assert not (tmp_path / "outside").exists()
