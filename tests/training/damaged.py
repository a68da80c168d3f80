"""Damaged zips for tests: one member whose bytes no longer are what its compression made."""

import zipfile
from pathlib import Path

import numpy as np

_LOCAL_HEADER = 30
WAYS = {
    "deflate": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
    "encrypted": zipfile.ZIP_STORED,
}


def damaged_zip(path: Path, member: str, content: bytes, way: str) -> Path:
    """A zip of one member: its compressed data overwritten, or its flag of encryption set."""
    with zipfile.ZipFile(path, "w", WAYS[way]) as archive:
        archive.writestr(member, content)
        info = archive.getinfo(member)
    data = bytearray(path.read_bytes())
    if way == "encrypted":
        for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            data[data.index(signature) + at] |= 1
    else:
        # Past LZMA's own header of properties, so that it is the stream that is damaged.
        start = _LOCAL_HEADER + len(member) + (9 if way == "lzma" else 0)
        stop = _LOCAL_HEADER + len(member) + info.compress_size
        assert stop - start > 100
        data[start:stop] = b"\xff" * (stop - start)
    path.write_bytes(data)
    return path


def noise(count: int) -> bytes:
    """Bytes that hardly compress."""
    return np.random.default_rng(0).integers(0, 256, count, dtype=np.uint8).tobytes()
