"""`wend bench fuzz`: damaged and malicious checkpoints, read one after another, and what became of each."""

import io
import json
import pickle
import random
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import torch
from safetensors.torch import save as save_safetensors
from torch import Tensor

from wend.cli.bench.fuzz_files import encoder_file, whole_files
from wend.cli.bench.fuzz_pickles import whole_pickles
from wend.errors import FormatReaderDied, FormatRefused, FormatTooLarge
from wend.formats.layouts.own import METADATA
from wend.formats.limits import Limits
from wend.formats.sandbox import Sandbox
from wend.generators.deconvolution import Deconvolution, DeconvolutionConfig
from wend.generators.vae import VAEConfig, VAEDecoder

Outcome = Literal["refused", "opened", "crashed", "hung", "executed"]
OUTCOMES: tuple[Outcome, ...] = ("refused", "opened", "crashed", "hung", "executed")
LIMITS = Limits(file_bytes=2**24, tensor_bytes=2**26, memory_bytes=2**31, timeout_s=5.0, opcodes=500_000)
_STRANGE = (0, 1, 0x7F, 0x80, 0xFF)
_OPCODES = b"(.0123FIJKLMNPQRSTUVXabcdeghijlopqrstu})]\x80\x81\x93\x94"
_SIZES = (0, 1, 2**15, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**64 - 1)


def measure_fuzz(count: int, seed: int) -> dict[str, object]:
    """Mutate whole files `count` times, and read each.

    crashed: the reading process ended by itself; hung: it was ended after its time; executed: a command
    hidden in a file ran, or tried to. All three should be 0.
    """
    source = random.Random(seed)
    found: Counter[Outcome] = Counter()
    slowest = 0.0
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="wend-fuzz-") as name, Sandbox(LIMITS) as sandbox:
        folder = Path(name)
        marker, path = folder / "marker", folder / "mutated"
        seeds = _seeds(source, f"touch {marker}")
        for _ in range(count):
            path.write_bytes(_mutated(source, source.choice(seeds)))
            before = time.perf_counter()
            found[_outcome(sandbox, path, marker)] += 1
            slowest = max(slowest, time.perf_counter() - before)
    seconds = time.perf_counter() - started
    counts: dict[str, int] = {name: found[name] for name in OUTCOMES}
    return {
        "files": count,
        **counts,
        "seconds": round(seconds, 2),
        "slowest_ms": round(1e3 * slowest, 1),
        "device": "cpu",
        "threads": 1,
        "model": "",
    }


def _outcome(sandbox: Sandbox, path: Path, marker: Path) -> Outcome:
    outcome: Outcome = "opened"
    try:
        with sandbox.read(path):
            pass
    except FormatReaderDied:
        outcome = "crashed"
    except FormatTooLarge as error:
        outcome = "hung" if "takes more than" in str(error.values["why"]) else "refused"
    except FormatRefused as error:
        outcome = "executed" if "tried to run" in str(error.values["why"]) else "refused"
    if marker.exists():
        marker.unlink()
        return "executed"
    return outcome


# ------------------------------------------------------------------ whole files


def _seeds(source: random.Random, command: str) -> list[bytes]:
    """Small checkpoints in every container and nearly every layout, and some with a command in them."""
    torch_seed = source.randrange(2**31)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(torch_seed)
        networks = (
            {f"decoder.{k}": t for k, t in VAEDecoder(VAEConfig(32, 4, 1, 4, 8)).state_dict().items()},
            dict(Deconvolution(DeconvolutionConfig(6, "8,4", 3)).state_dict()),
        )
    whole: list[bytes] = []
    for tensors in networks:
        whole += [_zip(tensors), _stream(tensors), pickle.dumps({"g_ema": tensors, "args": 1}, 4)]
        whole += [save_safetensors({k: t.contiguous() for k, t in tensors.items()}), _npz(tensors)]
    of_layouts = [source.choice(_PACKERS)(value) for value in whole_files(torch_seed).values()]
    trap = _Trap(command)
    tensors = dict(networks[1])
    return [
        *whole,
        *of_layouts,
        *whole_pickles(torch_seed).values(),
        _zip(encoder_file(torch_seed)),
        _own(networks[1]),
        pickle.dumps({"G_ema": trap}, 4),
        pickle.dumps({"g_ema": tensors, "args": trap}, 2),
        _zip({**tensors, "x": trap}),
        _stream({**tensors, "x": trap}),
        _zip({"g_ema": tensors, "args": [trap]}),
    ]


class _Trap:
    """Pickled, it is a command that would run when the pickle is loaded the usual way."""

    def __init__(self, command: str) -> None:
        self._command = command

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        import os

        return os.system, (self._command,)


def _zip(value: object) -> bytes:
    file = io.BytesIO()
    torch.save(value, file)
    return file.getvalue()


def _stream(value: object) -> bytes:
    file = io.BytesIO()
    torch.save(value, file, _use_new_zipfile_serialization=False)
    return file.getvalue()


def _pickle(value: object) -> bytes:
    return pickle.dumps(value, 4)


_PACKERS: tuple[Callable[[object], bytes], ...] = (_zip, _stream, _pickle)


def _own(tensors: dict[str, Tensor]) -> bytes:
    """Weights that say of what network they are, as models here are stored."""
    told = {"kind": "deconvolution", "config": {"z_dim": 6, "widths": "8,4", "image_channels": 3}, "psi": 1.0}
    whole = {f"network.{key}": tensor.contiguous() for key, tensor in tensors.items()}
    return save_safetensors(whole, {METADATA: json.dumps(told)})


def _npz(tensors: dict[str, Tensor]) -> bytes:
    import numpy as np

    file = io.BytesIO()
    arrays = {key: tensor.numpy() for key, tensor in tensors.items()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for key, array in arrays.items():
            inner = io.BytesIO()
            np.lib.format.write_array(inner, array, allow_pickle=False)
            archive.writestr(f"{key}.npy", inner.getvalue())
    return file.getvalue()


# ------------------------------------------------------------------ mutations


def _mutated(source: random.Random, data: bytes) -> bytes:
    """One to eight changes; of a zip, every other time of an entry, with its checksum made right again."""
    if data.startswith(b"PK") and source.random() < 0.5:
        return _with_entry_changed(source, data)
    return _changed(source, data)


def _with_entry_changed(source: random.Random, data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(file, "w") as after:
        entries = before.infolist()
        pickles = [entry for entry in entries if entry.filename.endswith(".pkl")]
        chosen = source.choice(pickles if pickles and source.random() < 0.8 else entries)
        for entry in entries:
            content = before.read(entry)
            after.writestr(entry.filename, _changed(source, content) if entry is chosen else content)
    return file.getvalue()


def _changed(source: random.Random, data: bytes) -> bytes:
    content = bytearray(data)
    for _ in range(source.randint(1, 8)):
        if not content:
            break
        # Half of the changes near the beginning, where what is described stands before the numbers.
        reach = len(content) if source.random() < 0.5 else min(len(content), 2048)
        source.choice(_CHANGES)(source, content, source.randrange(reach))
    return bytes(content)


def _flip(source: random.Random, content: bytearray, at: int) -> None:
    content[at] ^= 1 << source.randrange(8)


def _replace(source: random.Random, content: bytearray, at: int) -> None:
    content[at] = source.choice((*_STRANGE, source.randrange(256)))


def _cut(source: random.Random, content: bytearray, at: int) -> None:
    if source.random() < 0.3:
        del content[at:]


def _remove(source: random.Random, content: bytearray, at: int) -> None:
    del content[at : at + source.randint(1, 64)]


def _repeat(source: random.Random, content: bytearray, at: int) -> None:
    length = source.randint(1, 256)
    content[at:at] = content[at : at + length] * source.choice((1, 1, 2, 50))


def _size(source: random.Random, content: bytearray, at: int) -> None:
    width = source.choice((2, 4, 8))
    value = source.choice(_SIZES) % 2 ** (8 * width)
    content[at : at + width] = value.to_bytes(width, source.choice(("little", "big")))


def _opcode(source: random.Random, content: bytearray, at: int) -> None:
    content[at : at + source.choice((0, 1))] = bytes([source.choice(_OPCODES)])


def _call(_source: random.Random, content: bytearray, at: int) -> None:
    """A call of a command, wherever it lands."""
    content[at:at] = b"cos\nsystem\n(X\x04\x00\x00\x00truetR0"


def _nest(source: random.Random, content: bytearray, at: int) -> None:
    content[at:at] = source.choice((b"(", b"]", b")\x85", b"2", b"}")) * source.choice((10, 1000, 20_000))


_CHANGES = (_flip, _flip, _replace, _replace, _cut, _remove, _repeat, _size, _opcode, _call, _nest)
