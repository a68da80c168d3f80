"""Read: a file of any known kind to what it holds. Runs in the child process of `sandbox`."""

import codecs
import json
from collections.abc import Mapping
from pathlib import Path
from typing import assert_never

from wend.errors import FormatRefused, FormatUnknown, FormatUnsafe, FormatUnsupported
from wend.formats.array_files import read_npy, read_npz, read_safetensors
from wend.formats.found import Found
from wend.formats.limits import Limits
from wend.formats.sniff import sniff
from wend.formats.source import Source
from wend.formats.torch_files import read_legacy, read_pickle, read_zip

_BESIDE = ("config.json", "specs.json")
_IN_FOLDER = ("weights.safetensors", "pytorch_model.bin", "model.safetensors", "model.pt", "generator.pt")
_MAX_JSON_BYTES = 2**20


def file_of(path: Path) -> Path:
    """The file with the weights: the path itself, or what a folder of a known form holds.

    Raises: FormatRefused, FormatUnknown.
    """
    if path.is_symlink():
        raise FormatRefused(path.name, "it is a symbolic link")
    if not path.is_dir():
        return path
    for name in _IN_FOLDER:
        if (path / name).is_file():
            return path / name
    raise FormatUnknown(path.name, f"the folder holds none of {', '.join(_IN_FOLDER)}")


def read_source(source: Source, beside: Mapping[str, object] | None = None) -> Found:
    """What a file holds. Raises: the family of FormatRefused."""
    kind = sniff(source)
    value: object
    about: dict[str, str] = {}
    match kind:
        case "safetensors":
            value, about = read_safetensors(source)
        case "torch zip":
            value = read_zip(source)
        case "torch legacy":
            value = read_legacy(source)
        case "pickle":
            value = read_pickle(source)
        case "npy":
            value = read_npy(source)
        case "npz":
            value = read_npz(source)
        case "torchscript":
            raise FormatUnsafe(
                source.name,
                "it is a TorchScript program, which would have to be run as its author wrote it; if you trust"
                " it, `wend models add` takes it where allow_torchscript (WEND_ALLOW_TORCHSCRIPT) is true",
            )
        case "torch tar":
            raise FormatUnsupported(source.name, "it was written by torch before version 0.4")
        case "hdf5":
            raise FormatUnsupported(source.name, "it is an HDF5 file, as Keras writes")
        case "json":
            raise FormatUnknown(source.name, "it is text, not weights; give the file of weights beside it")
        case None:
            raise FormatUnknown(source.name, "it begins like no checkpoint that is known here")
        case _:
            assert_never(kind)
    return Found(source.name, kind, value, beside or {}, about)


def read_beside(path: Path, limits: Limits) -> dict[str, object]:
    """The JSON file beside a checkpoint that tells its shape, or {}.

    One that cannot be read is as good as none: it may have nothing to do with the checkpoint, and what a
    checkpoint needs of it is asked for by its layout.
    """
    for name in _BESIDE:
        try:
            source = Source.open(path.parent / name, limits)
        except FormatRefused:
            continue
        try:
            whole = source.read(0, source.size) if source.size <= _MAX_JSON_BYTES else b""
            found = json.loads(whole.removeprefix(codecs.BOM_UTF8).decode("utf-8"))
        except (ValueError, RecursionError):
            continue
        finally:
            source.file.close()
        if isinstance(found, dict):
            return {str(key): value for key, value in found.items()}
    return {}
