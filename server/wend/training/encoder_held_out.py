"""Held out: how an encoder does on pictures of a model's world, which neither it nor its generator saw."""

import time

import torch
from torch import Tensor

from wend.generators.layered_encoder import LayeredEncoder
from wend.generators.split import Split
from wend.worlds.registry import open_world
from wend.worlds.world import sample_factors

PICTURES = 50
_SEED = 2  # generators learn from pictures of seed 1


def held_out_pictures(world: str, count: int, side: int) -> Tensor:
    """Pictures of a world, float32 [count, 3, side, side] in [-1, 1]. Raises: WorldNotFound."""
    opened = open_world(world)
    with torch.no_grad():
        return opened.render(sample_factors(opened, count, _SEED), side).images.clamp(-1.0, 1.0)


@torch.no_grad()
def held_out_numbers(encoder: LayeredEncoder, split: Split, world: str) -> dict[str, float]:
    """For a card: mean absolute error of a pixel, 0..255, of the encoder alone; median time to find and draw
    one picture. Raises: WorldNotFound."""
    encoder.eval()
    images = held_out_pictures(world, PICTURES, split.generator.spec.resolution).to(split.device)
    errors, times = [], []
    for image in images.split(1):
        started = time.perf_counter()
        found = split.draw(encoder(image)).clamp(-1.0, 1.0)
        errors.append((found - image).abs().mean().item() * 127.5)
        times.append(time.perf_counter() - started)
    return {
        "world_error_of_255": round(sum(errors) / len(errors), 2),
        "world_pictures": float(len(errors)),
        "milliseconds": round(1000.0 * sorted(times)[len(times) // 2], 1),
    }
