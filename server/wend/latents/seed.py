"""Seeds: the latent z and the noise maps that a number stands for."""

import numpy as np
import torch
from torch import Tensor


def z_of_seed(seed: int, z_dim: int) -> Tensor:
    """z float32 [1, z_dim] of a seed, as the field's tools draw it: RandomState(seed).randn(1, z_dim)."""
    return torch.from_numpy(np.random.RandomState(seed).randn(1, z_dim)).float()


def z_of_seeds(seeds: list[int], z_dim: int) -> Tensor:
    """z float32 [N, z_dim], row k of seeds[k]."""
    return torch.cat([z_of_seed(seed, z_dim) for seed in seeds])


def noise_map(noise_seed: int, layer: int, size: int) -> Tensor:
    """Noise of one layer, float32 [1, 1, size, size], a function of (noise_seed, layer) alone.

    Drawn on the CPU, so it is the same on every device and at every batch position.
    """
    rng = torch.Generator(device="cpu").manual_seed((noise_seed * 1_000_003 + layer) % (2**63))
    return torch.randn(1, 1, size, size, generator=rng)
