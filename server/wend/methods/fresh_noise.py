"""Fresh noise: for pictures in training, which one pattern in all of them would give away as drawn."""

import torch
from torch import Tensor

from wend.generators.generator import Generator


def fresh_noise(generator: Generator, count: int, rng: torch.Generator) -> list[Tensor | None]:
    """Noise of its own for each of `count` pictures: one map [count, 1, S, S] or None per style row."""
    return [
        torch.randn(count, 1, size, size, generator=rng).to(generator.device) if size else None
        for size in generator.spec.noise_sizes
    ]
