"""z itself: what generators share whose style row 0 reads z, without a mapping, classes or noise.

Truncation pulls z towards the mean of its law, which is 0.
"""

import torch
from torch import Tensor, nn

from wend.generators.generator import GeneratorSpec, SynthesisState
from wend.generators.layers import size_of


class ZItself(nn.Module):
    """The part of the generator protocol before the first style row. Who derives from it makes `spec`."""

    spec: GeneratorSpec

    @property
    def reader(self) -> Tensor:
        """The weights that z meets first; their device is the generator's."""
        raise NotImplementedError

    @property
    def w_avg(self) -> Tensor:
        """The mean of z, zeros [z_dim]."""
        return torch.zeros(self.spec.z_dim, device=self.device)

    @property
    def device(self) -> torch.device:
        return self.reader.device

    @property
    def size_bytes(self) -> int:
        return size_of(self)

    def center(self, c: Tensor | None) -> Tensor:  # noqa: ARG002 - it has no classes
        return self.w_avg[None]

    def mapping(self, z: Tensor, c: Tensor | None = None) -> Tensor:  # noqa: ARG002 - it has no classes
        """z itself, [N, z_dim], in float64 where the network is."""
        return z.double() if self.reader.dtype == torch.float64 else z.float()

    def start(self, count: int, dtype: torch.dtype) -> SynthesisState:
        """Nothing is known before row 0: a state without activations."""
        return SynthesisState(0, torch.zeros(count, 0, 1, 1, device=self.device, dtype=dtype), None)

    def constant_noise(self) -> list[Tensor | None]:
        return [None] * self.spec.num_ws
