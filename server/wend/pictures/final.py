"""Final: one resolved picture to eight-bit pixels, alone, in float32, by the full path.

Identical bytes on one device and version, whoever asks: the engine for `final` frames, an export for each of
its frames.
"""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.generators.generator import Generator, synthesize
from wend.imaging.pixels import to_uint8
from wend.pictures.resolve import Resolved

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Rendered:
    """One picture: pixels uint8 [H, W, C] in host memory, and the image they are of, float32 [1, C, H, W]
    on the device, nominally in [-1, 1]."""

    pixels: Pixels
    image: Tensor


def draw_final(generator: Generator, picture: Resolved) -> Rendered:
    """Float32, alone, the full path."""
    noise = None if picture.noise is None else list(picture.noise)
    with torch.inference_mode(), exact_arithmetic(generator.device):
        image = synthesize(generator, picture.ws, noise)
        return Rendered(to_host(to_uint8(image))[0], image)


def exact_arithmetic(device: torch.device) -> AbstractContextManager[None]:
    """float32 that is float32: on a GPU, without TF32 and with algorithms that give the same bits twice."""
    if device.type != "cuda":
        return nullcontext()
    context: AbstractContextManager[None] = torch.backends.cudnn.flags(
        enabled=True, benchmark=False, deterministic=True, allow_tf32=False
    )
    return context


def to_host(pixels: Tensor) -> Pixels:
    """uint8 [N, H, W, C] in host memory; from a GPU through a pinned buffer, which copies fastest."""
    if pixels.device.type == "cuda":
        host = torch.empty(pixels.shape, dtype=torch.uint8, pin_memory=True)
        host.copy_(pixels, non_blocking=True)
        torch.cuda.current_stream(pixels.device).synchronize()
        pixels = host
    array: Pixels = pixels.cpu().numpy()
    return array
