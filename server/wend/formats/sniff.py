"""Sniff: what a file is by its first bytes and, for a zip, by what lies in it; never by its name."""

import zipfile
from typing import Literal

from wend.formats.source import Source

FileKind = Literal[
    "safetensors",
    "torch zip",
    "torch legacy",
    "torch tar",
    "torchscript",
    "pickle",
    "npz",
    "npy",
    "hdf5",
    "json",
]

_HEADER_BYTES = 8
_PICKLES = tuple(bytes((0x80, protocol)) for protocol in range(2, 6))
_LEGACY = b"\x80\x02\x8a\x0a"  # protocol 2, then torch's magic number as an integer of ten bytes
_TAR_AT = 257


def sniff(source: Source) -> FileKind | None:
    """What the bytes are; None for anything else."""
    head = source.read(0, min(source.size, 512))
    if head.startswith(b"PK\x03\x04"):
        return _zip(source)
    for magic, kind in _MAGICS:
        if head.startswith(magic):
            return kind
    length = int.from_bytes(head[:_HEADER_BYTES], "little")
    if head[_HEADER_BYTES : _HEADER_BYTES + 1] == b"{" and length < source.size:
        return "safetensors"
    if head[_TAR_AT : _TAR_AT + 5] == b"ustar":
        return "torch tar"
    # Protocols 0 and 1 have no mark of their own; these begin a dict, a list or a tuple of ours.
    if head.startswith((b"(dp", b"(lp", b"}q", b"(tp", b"ccollections\n", b"cnumpy")):
        return "pickle"
    return "json" if head.lstrip()[:1] == b"{" else None


_MAGICS: tuple[tuple[bytes, FileKind], ...] = (
    (b"\x93NUMPY", "npy"),
    (_LEGACY, "torch legacy"),
    (b"\x89HDF", "hdf5"),
    *((start, "pickle") for start in _PICKLES),
)


def _zip(source: Source) -> FileKind:
    try:
        source.file.seek(0)
        with zipfile.ZipFile(source.file) as archive:
            names = [entry.filename for entry in archive.infolist()[:4096]]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        return "torch zip"  # cut short: its reader says so
    if any(name.endswith("/constants.pkl") or "/code/" in name for name in names):
        return "torchscript"
    if any(name.rpartition("/")[2] == "data.pkl" for name in names):
        return "torch zip"
    return "npz" if names and all(name.endswith(".npy") for name in names) else "torch zip"
