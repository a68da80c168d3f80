"""Checkpoints of foreign networks: sniffed by their bytes, read as tensors alone, never executed."""

import hashlib
import io
import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, assert_never

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors
from torch import Tensor, nn

from wend.errors import WeightsInvalid

FileKind = Literal["safetensors", "torch", "legacy torch", "torchscript"]
# What a checkpoint may wrap its tensors in, outermost first, and what DataParallel puts before each name.
_WRAPPERS = ("state_dict", "model_state_dict", "model")
_PARALLEL = "module."
_ZIP = b"PK\x03\x04"
_LEGACY = b"\x80\x02\x8a\x0a"  # protocol 2, then torch's magic number as a ten-byte integer
_PICKLES = tuple(bytes((0x80, protocol)) for protocol in range(2, 6))
_HEADER_BYTES = 8
_PICKLE_HINT = "it is a pickle, which would run its own program when opened; save its state_dict instead"


def read_bytes(path: Path, *, max_bytes: int, sha256: str | None = None) -> bytes:
    """The whole file. Raises: WeightsInvalid for a link, a missing or too large file, another hash."""
    name = short_name(path)
    if path.is_symlink() or not path.is_file():
        raise WeightsInvalid(name, "it is no ordinary file" if path.exists() else "it is missing")
    try:
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except OSError as error:
        raise WeightsInvalid(name, str(error)) from error
    if len(content) > max_bytes:
        raise WeightsInvalid(name, f"it is larger than {max_bytes} bytes (setting max_weights_bytes)")
    if sha256 is not None and (actual := hashlib.sha256(content).hexdigest()) != sha256:
        raise WeightsInvalid(name, f"its sha256 is {actual}, but its card says {sha256}")
    return content


def sniff(content: bytes) -> FileKind | None:
    """What the bytes are, whatever the file is called; None for anything else (a bare pickle, say)."""
    if content.startswith(_ZIP):
        try:
            names = zipfile.ZipFile(io.BytesIO(content)).namelist()
        except zipfile.BadZipFile:
            return "torch"  # cut short: torch's reader says so in its own words
        inner = {name.partition("/")[2] for name in names}
        # A TorchScript archive holds its program beside constants.pkl; a checkpoint has data.pkl alone.
        return "torchscript" if "constants.pkl" in inner else "torch"
    if content.startswith(_LEGACY):
        return "legacy torch"
    length = int.from_bytes(content[:_HEADER_BYTES], "little")
    if content[_HEADER_BYTES : _HEADER_BYTES + 1] == b"{" and length < len(content):
        return "safetensors"
    return None


def read_tensors(path: Path, *, max_bytes: int, sha256: str | None = None) -> dict[str, Tensor]:
    """The named tensors of a safetensors file or a torch checkpoint, on the CPU, in their own precision.

    One level of `state_dict`, `model_state_dict` or `model` is unwrapped, and `module.` taken off.

    Raises: WeightsInvalid for what `read_bytes` refuses, a damaged file, a pickle that holds more than
        tensors, or one that holds no named tensors.
    """
    name = short_name(path)
    content = read_bytes(path, max_bytes=max_bytes, sha256=sha256)
    kind = sniff(content)
    found: object
    match kind:
        case "safetensors":
            try:
                found = load_safetensors(content)
            except (SafetensorError, ValueError, KeyError) as error:
                raise WeightsInvalid(name, f"it is a damaged safetensors file ({error})") from error
        case "torch" | "legacy torch":
            if _unpacked_bytes(content) > max_bytes:
                raise WeightsInvalid(name, f"it unpacks to more than {max_bytes} bytes (max_weights_bytes)")
            found = _read_torch(name, content)
        case "torchscript":
            raise WeightsInvalid(
                name, "it is a TorchScript program, not weights: its card needs kind 'torchscript'"
            )
        case None:
            odd = _PICKLE_HINT if content.startswith(_PICKLES) else "it is neither safetensors nor of torch"
            raise WeightsInvalid(name, odd)
        case _:
            assert_never(kind)
    return _named_tensors(name, found)


def _unpacked_bytes(content: bytes) -> int:
    """What a zip claims to hold: torch itself never compresses, but its reader would unpack a bomb."""
    try:
        return sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(content)).infolist())
    except zipfile.BadZipFile:
        return len(content)


def _read_torch(name: str, content: bytes) -> object:
    try:
        found: object = torch.load(io.BytesIO(content), weights_only=True, map_location="cpu")
    except pickle.UnpicklingError as error:
        reason = str(error).partition("Unsupported")[2].partition("\n")[0]
        detail = f" (unsupported{reason.rstrip('.')})" if reason else ""
        raise WeightsInvalid(name, f"it holds more than tensors{detail}: {_PICKLE_HINT}") from error
    except (RuntimeError, EOFError, ValueError, KeyError, IndexError, TypeError, OSError) as error:
        raise WeightsInvalid(name, f"it is a damaged torch file ({first_line(error)})") from error
    return found


def _named_tensors(name: str, found: object) -> dict[str, Tensor]:
    for wrapper in _WRAPPERS:
        if isinstance(found, Mapping) and isinstance(inner := found.get(wrapper), Mapping):
            found = inner
            break
    if not isinstance(found, Mapping):
        raise WeightsInvalid(name, f"it holds {type(found).__name__}, not named tensors")
    tensors = {
        str(key).removeprefix(_PARALLEL): value.detach()
        for key, value in found.items()
        if isinstance(value, Tensor)
    }
    if not tensors:
        raise WeightsInvalid(name, "it holds no named tensors")
    return tensors


def fill(
    network: nn.Module, tensors: Mapping[str, Tensor], file_name: str, *, ignored: tuple[str, ...] = ()
) -> None:
    """Copy tensors into a network of the same names and shapes; those named `ignored…` may be too many.

    Batch counters (`num_batches_tracked`), which old files lack and nothing here reads, may be missing.

    Raises: WeightsInvalid, naming the first tensor that is missing, strange, of another shape, or not
        finite.
    """
    wanted = network.state_dict()
    given = (
        {key: value for key, value in tensors.items() if not key.startswith(ignored)} if ignored else tensors
    )
    missing = sorted(key for key in set(wanted) - set(given) if not key.endswith("num_batches_tracked"))
    if missing:
        raise WeightsInvalid(file_name, f"{missing[0]} is missing ({len(missing)} in all)")
    if strange := sorted(set(given) - set(wanted)):
        raise WeightsInvalid(file_name, f"{strange[0]} is not part of the network ({len(strange)} in all)")
    for key, tensor in given.items():
        if tensor.shape != wanted[key].shape:
            raise WeightsInvalid(
                file_name,
                f"{key} has shape {tuple(tensor.shape)}, the network wants {tuple(wanted[key].shape)}",
            )
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise WeightsInvalid(file_name, f"{key} holds values that are not finite")
    network.load_state_dict(dict(given), strict=False)


def first_line(error: Exception) -> str:
    """What an error of a library says first, or what it is."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def short_name(path: Path) -> str:
    """A file by its folder and name: enough to find it, and no path of the machine in a message."""
    return f"{path.parent.name}/{path.name}"
