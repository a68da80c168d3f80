"""Programs: TorchScript files looked at by running them, for those who have switched that on."""

import hashlib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

import torch
from torch import Tensor

from wend.errors import FormatDamaged, FormatTooLarge, FormatUnsupported
from wend.formats.limits import DEFAULT_LIMITS
from wend.formats.sandbox import Report
from wend.formats.sniff import sniff
from wend.formats.source import Source
from wend.generators.program import MAX_BYTES, ProgramConfig, ProgramGenerator

SWITCH = "allow_torchscript"
PROGRAM = "program"
"""The kind of a generator that brings its own program."""
_TRIES = 24
_MAX_Z = 4096
_RAN = f"its own program draws, run as its author wrote it: the setting {SWITCH} was on"


def is_program(path: Path) -> bool:
    """Whether a file is a TorchScript archive. Raises: FormatRefused, FormatTooLarge."""
    if path.is_dir():
        return False
    source = Source.open(path, DEFAULT_LIMITS)
    with source.file:
        return sniff(source) == "torchscript"


@torch.no_grad()
def read_program(path: Path) -> tuple[Report, ProgramGenerator]:
    """The archive as a generator that is switched on, with what it was.

    How wide z is, is not in the file: widths that its weights have are tried. This RUNS the program.
    Raises: FormatDamaged, FormatTooLarge, FormatUnsupported.
    """
    content = path.read_bytes()
    if len(content) > MAX_BYTES:
        raise FormatTooLarge(path.name, f"it has {len(content)} bytes, more than {MAX_BYTES}")
    try:
        network = torch.jit.load(io.BytesIO(content), map_location="cpu").eval()
    except RuntimeError as error:
        raise FormatDamaged(path.name, "its program cannot be loaded") from error
    for z_dim, is_map in _guesses(network.state_dict()):
        z = torch.zeros(1, z_dim, 1, 1) if is_map else torch.zeros(1, z_dim)
        try:
            answer: object = network(z)
        except RuntimeError:
            continue
        if isinstance(answer, Tensor) and _is_picture(answer):
            _, channels, side, _ = answer.shape
            break
    else:
        raise FormatUnsupported(path.name, "its program makes no picture of z alone, whatever its width")
    config = ProgramConfig(len(content), z_dim, side, channels, is_map)
    generator = ProgramGenerator(config)
    generator.program.copy_(torch.frombuffer(bytearray(content), dtype=torch.uint8))
    generator.switch_on(torch.device("cpu"))
    report = Report(
        layout="TorchScript, its own program",
        kind=PROGRAM,
        config={
            "size": len(content), "z_dim": z_dim, "resolution": side, "image_channels": channels,
            "is_map": is_map,
        },
        ignored=(),
        notes=(_RAN, f"z of {z_dim} numbers was found by trying"),
        licence="unknown: it is not stated in the file",
        psi=1.0,
        file=path.name,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    return report, generator.eval()


def _guesses(tensors: Mapping[str, Tensor]) -> Iterator[tuple[int, bool]]:
    """Widths of z in the order of the weights, as a vector and as a map of one place."""
    seen: list[int] = []
    for tensor in tensors.values():
        widths = tensor.shape[:2] if tensor.ndim == 4 else reversed(tensor.shape[:2])
        seen += [width for width in widths if tensor.ndim >= 2 and width <= _MAX_Z and width not in seen]
    for width in seen[:_TRIES]:
        yield width, False
        yield width, True


def _is_picture(answer: Tensor) -> bool:
    if answer.ndim != 4 or answer.shape[0] != 1 or not answer.is_floating_point():
        return False
    _, channels, high, wide = answer.shape
    return channels in (1, 3) and high == wide and 4 <= high <= 4096
