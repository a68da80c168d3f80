"""Torch files: what `torch.save` writes, new (zip) and legacy (a stream), read without torch's unpickler.

Source: torch/serialization.py, version 1.0 of the zip layout and protocol 1001 of the stream.
"""

import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath

from wend.errors import FormatDamaged, FormatTooLarge, FormatUnsafe, FormatUnsupported
from wend.formats.inert import Inert, is_storage
from wend.formats.pickle_machine import Named, PickleMachine
from wend.formats.source import Source
from wend.formats.tensors import DTYPES, Storage, item_bytes

_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001
_COUNT_BYTES = 8
_MAX_ENTRIES = 20_000
_MAX_PICKLE_BYTES = 2**28


def read_pickle(source: Source) -> object:
    """A plain pickle, as NVIDIA's programs write. Raises: FormatUnsafe, FormatDamaged, FormatTooLarge."""
    source.file.seek(0)
    machine = PickleMachine(source.name, Inert(source, read_legacy), source.limits)
    return machine.run(source.file)


def read_zip(source: Source) -> object:
    """A torch zip. Raises: FormatUnsafe, FormatDamaged, FormatTooLarge."""
    source.file.seek(0)
    try:
        archive = zipfile.ZipFile(source.file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise FormatDamaged(source.name, f"it is no whole zip ({error})") from error
    return _Archive(source, archive).read()


def check_entries(source: Source, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """What lies in a zip by name. Raises: FormatTooLarge for a bomb; FormatUnsafe for names with tricks."""
    entries = archive.infolist()
    if len(entries) > _MAX_ENTRIES:
        raise FormatTooLarge(source.name, f"its zip has {len(entries)} entries")
    total = sum(entry.file_size for entry in entries)
    if total > source.limits.tensor_bytes:
        raise FormatTooLarge(source.name, f"its zip unpacks to {total} bytes")
    for entry in entries:
        path = PurePosixPath(entry.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or "\0" in entry.filename:
            raise FormatUnsafe(source.name, f"its zip has an entry called {entry.filename[:100]!r}")
        if (entry.external_attr >> 16) & 0o170000 == 0o120000:
            raise FormatUnsafe(source.name, f"its zip has a symbolic link, {entry.filename[:100]!r}")
    if len({entry.filename for entry in entries}) < len(entries):
        raise FormatDamaged(source.name, "its zip has two entries of one name")
    return {entry.filename: entry for entry in entries}


def read_entry(source: Source, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """An entry's bytes, no more than it says it has. Raises: FormatDamaged."""
    try:
        with archive.open(entry) as file:
            data = file.read(entry.file_size + 1)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError, RuntimeError) as error:
        raise FormatDamaged(
            source.name, f"the entry {entry.filename[:100]!r} is damaged ({error})"
        ) from error
    except Exception as error:  # zlib.error and lzma's have no base of their own
        if type(error).__name__ not in ("error", "LZMAError"):
            raise
        raise FormatDamaged(source.name, f"the entry {entry.filename[:100]!r} is damaged") from error
    if len(data) != entry.file_size:
        raise FormatDamaged(source.name, f"the entry {entry.filename[:100]!r} is not as long as it says")
    return data


class _Archive:
    def __init__(self, source: Source, archive: zipfile.ZipFile) -> None:
        self._source, self._archive = source, archive
        self._entries = check_entries(source, archive)
        pickles = [name for name in self._entries if name.rpartition("/")[2] == "data.pkl"]
        if len(pickles) != 1:
            raise FormatDamaged(source.name, f"its zip has {len(pickles)} pickles, not one")
        self._root = pickles[0].removesuffix("data.pkl")

    def read(self) -> object:
        order = self._entries.get(f"{self._root}byteorder")
        if order is not None and self._read(order) != b"little":
            raise FormatUnsupported(self._source.name, "its numbers are big-endian")
        entry = self._entries[f"{self._root}data.pkl"]
        if entry.file_size > _MAX_PICKLE_BYTES:
            raise FormatTooLarge(self._source.name, f"its pickle has {entry.file_size} bytes")
        inner = self._source.inside(self._read(entry))
        machine = PickleMachine(
            self._source.name, Inert(inner, read_legacy), self._source.limits, self._persistent
        )
        return machine.run(inner.file)

    def _read(self, entry: zipfile.ZipInfo) -> bytes:
        return read_entry(self._source, self._archive, entry)

    def _persistent(self, identity: object) -> Storage:
        dtype, key, numel, _ = storage_identity(self._source.name, identity)
        entry = self._entries.get(f"{self._root}data/{key}")
        if entry is None:
            raise FormatDamaged(self._source.name, f"the storage {str(key)[:40]!r} is missing")
        if entry.file_size < numel * item_bytes(dtype):
            raise FormatDamaged(self._source.name, f"the storage {str(key)[:40]!r} is cut short")
        size = numel * item_bytes(dtype)
        return Storage(dtype, numel, lambda: self._read(entry)[:size])


def storage_identity(name: str, identity: object) -> tuple[str, str, int, object]:
    """Number type, key, count and view of a storage. Raises: FormatDamaged, FormatUnsafe."""
    if not isinstance(identity, tuple) or len(identity) not in (5, 6) or identity[0] != "storage":
        raise FormatUnsafe(name, "its pickle refers to something that is no storage")
    kind, key, _, numel = identity[1:5]
    if not is_storage(kind):
        asked = str(kind)[:100] if isinstance(kind, Named) else type(kind).__name__
        raise FormatUnsafe(name, f"its pickle has a storage of {asked}")
    assert isinstance(kind, Named)
    if type(numel) is not int or not 0 <= numel < 2**48 or not isinstance(key, str | int):
        raise FormatDamaged(name, "a storage has no size")
    return DTYPES[kind.name], str(key), numel, identity[5] if len(identity) > 5 else None


def read_legacy(source: Source) -> object:
    """A legacy stream: four pickles, the keys of its storages, then each storage's count and numbers.

    Raises: FormatUnsafe, FormatDamaged, FormatTooLarge.
    """
    return _Stream(source).read()


class _Stream:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._places: dict[str, tuple[int, int]] = {}  # key -> offset in bytes, count
        self._sizes: dict[str, tuple[str, int]] = {}  # key -> number type, count
        self._machine = PickleMachine(
            source.name, Inert(source, read_legacy), source.limits, self._persistent
        )

    def read(self) -> object:
        file = self._source.file
        file.seek(0)
        run = self._machine.run
        if run(file) != _MAGIC or run(file) != _PROTOCOL:
            raise FormatDamaged(self._source.name, "it does not begin as a torch file")
        system = run(file)
        if isinstance(system, Mapping) and system.get("little_endian") is not True:
            raise FormatUnsupported(self._source.name, "its numbers are big-endian")
        found = run(file)
        keys = run(file)
        if not isinstance(keys, list) or not all(isinstance(key, str | int) for key in keys):
            raise FormatDamaged(self._source.name, "it has no list of storages")
        self._find([str(key) for key in keys], file.tell())
        return found

    def _find(self, keys: list[str], offset: int) -> None:
        for key in keys:
            if key not in self._sizes or key in self._places:
                raise FormatDamaged(self._source.name, f"the storage {key[:40]!r} belongs to nothing")
            dtype, count = self._sizes[key]
            stored = int.from_bytes(self._source.read(offset, _COUNT_BYTES), "little")
            if stored != count:
                raise FormatDamaged(
                    self._source.name, f"the storage {key[:40]!r} has another size than stated"
                )
            self._places[key] = (offset + _COUNT_BYTES, count)
            offset += _COUNT_BYTES + count * item_bytes(dtype)
            if offset > self._source.size:
                raise FormatDamaged(self._source.name, "it is cut short")
        if missing := sorted(set(self._sizes) - set(self._places)):
            raise FormatDamaged(self._source.name, f"the storage {missing[0][:40]!r} is missing")

    def _persistent(self, identity: object) -> object:
        if isinstance(identity, tuple) and identity and identity[0] == "module":
            # ('module', class, source file, source): a whole module saved with its program.
            raise FormatUnsafe(self._source.name, "it holds a program of its own")
        dtype, key, numel, view = storage_identity(self._source.name, identity)
        known = self._sizes.setdefault(key, (dtype, numel))
        if known != (dtype, numel):
            raise FormatDamaged(self._source.name, f"the storage {key[:40]!r} has two sizes")
        if view is None:
            return Storage(dtype, numel, lambda: self._numbers(key, 0, numel))
        if not isinstance(view, tuple) or len(view) != 3 or not all(type(n) is int for n in view[1:]):
            raise FormatDamaged(self._source.name, "a view of a storage has no place")
        start, count = int(view[1]), int(view[2])
        if start < 0 or count < 0 or start + count > numel:
            raise FormatDamaged(self._source.name, "a view reaches beyond its storage")
        return Storage(dtype, count, lambda: self._numbers(key, start, count))

    def _numbers(self, key: str, start: int, count: int) -> bytes:
        offset, _ = self._places[key]
        size = item_bytes(self._sizes[key][0])
        return self._source.read(offset + start * size, count * size)
