"""Heads of tests: the factor code of the portraits world, and pictures of it."""

import torch
from torch import Tensor

from wend.perception.factor_code import FactorCode
from wend.training.perception.factor_task import factor_code
from wend.worlds.registry import open_world
from wend.worlds.world import draw

WORLD = open_world("portraits")
CODE: FactorCode = factor_code(WORLD)


def pictures(count: int = 2, size: int = 64, seed: int = 3) -> Tensor:
    """Images float32 [count, 3, size, size] in [-1, 1]."""
    with torch.no_grad():
        return draw(WORLD, count, seed, size).images
