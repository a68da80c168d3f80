"""Origin: the numbers that a world drew its pictures from, and the latents that stand for them."""

import numpy as np
import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.worlds.world import World, sample_numbers

_TURN_SEED = 4242


class Origin:
    """Gives each picture of a world a z that a mapping network can tell it from.

    A mapping network sees the direction of z alone. So z lies on the sphere of radius sqrt(z_dim), the
    picture's F numbers are F of its coordinates, all others are random, and the whole is turned so that no
    axis of z is a factor. Of a normal z the F coordinates are the normal numbers that the world draws from,
    but for the little that the length of a long normal vector varies.
    """

    def __init__(self, world: World, count: int, seed: int, z_dim: int) -> None:
        """Of the `count` pictures drawn with `seed`. Raises: InvalidInput for a world of too many factors,
        or one that has classes."""
        if world.class_factor is not None:
            raise InvalidInput(f"{world.name} has classes, which a student is not told.")
        if z_dim <= len(world.factors):
            count_of = len(world.factors)
            raise InvalidInput(f"A z of {z_dim} numbers cannot stand for {count_of} factors and more.")
        self.world, self.z_dim = world, z_dim
        self.numbers = sample_numbers(world, count, seed).float()
        axes = np.random.RandomState(_TURN_SEED).randn(z_dim, z_dim)
        self._turn = torch.linalg.qr(torch.from_numpy(axes))[0].float()

    def latents(self, numbers: Tensor, rng: torch.Generator) -> Tensor:
        """Numbers float32 [N, F] to z float32 [N, z_dim], |z|^2 = z_dim; what they leave open is random."""
        rest = torch.randn(len(numbers), self.z_dim - numbers.shape[1], generator=rng)
        length = (self.z_dim - numbers.square().sum(dim=1, keepdim=True)).clamp_min(1.0).sqrt()
        rest = rest * (length / rest.norm(dim=1, keepdim=True))
        found: Tensor = torch.cat([numbers, rest], dim=1) @ self._turn.mT
        return found

    def numbers_of(self, z: Tensor) -> Tensor:
        """The inverse: z [N, z_dim] of any length to numbers [N, F]."""
        on_sphere = z * (self.z_dim**0.5 / z.norm(dim=1, keepdim=True))
        found: Tensor = (on_sphere @ self._turn)[:, : self.numbers.shape[1]]
        return found
