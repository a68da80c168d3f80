"""Opens files made in a test: networks filled with what came back from the sandbox."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from wend.formats.sandbox import Report, Sandbox
from wend.generators.build import build_discriminator, build_generator
from wend.generators.generator import Generator
from wend.library.weights import fill, read_weights


@dataclass(frozen=True)
class Opened:
    report: Report
    generator: Generator
    discriminator: nn.Module | None
    tensors: dict[str, Tensor]
    encoder: dict[str, Tensor] | None


def opened(sandbox: Sandbox, path: Path, data: bytes | None = None) -> Opened:
    """data: what is written to `path` first."""
    if data is not None:
        path.write_bytes(data)
    with sandbox.read(path) as reading, torch.random.fork_rng(devices=[]):
        generator = build_generator(reading.report.kind, reading.report.config)
        assert isinstance(generator, nn.Module)
        tensors = read_weights(reading.generator)
        fill(generator, tensors, reading.generator)
        judge = None
        if reading.discriminator is not None:
            judge = build_discriminator(generator)
            assert judge is not None
            fill(judge, read_weights(reading.discriminator), reading.discriminator)
            judge.eval().requires_grad_(False)
        encoder = None if reading.encoder is None else read_weights(reading.encoder)
        generator.eval().requires_grad_(False)
        return Opened(reading.report, generator, judge, tensors, encoder)
