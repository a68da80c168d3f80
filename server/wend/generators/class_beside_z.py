"""Class beside z: what generators share whose w is z itself and the embedding of a class.

Source: Mirza and Osindero, "Conditional generative adversarial nets", 2014, section 3.2; Brock, Donahue,
Simonyan, "Large Scale GAN Training for High Fidelity Natural Image Synthesis", ICLR 2019, section 3 (one
embedding for all layers). Truncation leaves the class alone: it scales z by psi.
"""

import torch
from torch import Tensor, nn

from wend.generators.generator import GeneratorSpec, SynthesisState
from wend.generators.layers import size_of


class ClassBesideZ(nn.Module):
    """The part of the generator protocol before the first style row: w = (z, e(c)), without noise.

    Who derives from it makes `embeddings`, from classes to their numbers, and `spec`.
    """

    embeddings: nn.Linear
    spec: GeneratorSpec

    @property
    def w_avg(self) -> Tensor:
        """(0, the mean embedding): between all classes, so truncation uses `center` instead."""
        weight = self.embeddings.weight.detach()
        return torch.cat([weight.new_zeros(self.spec.z_dim), weight.mean(dim=1)])

    @property
    def device(self) -> torch.device:
        return self.embeddings.weight.device

    @property
    def size_bytes(self) -> int:
        return size_of(self)

    def center(self, c: Tensor | None) -> Tensor:
        """(0, e(c)), float32 [N, w_dim]. Raises: ValueError without classes."""
        if c is None:
            raise ValueError("a class-conditional generator needs c")
        return self.mapping(c.new_zeros(len(c), self.spec.z_dim), c)

    def mapping(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """(z, e(c)), float32 [N, w_dim]; c [N, c_dim], one-hot or a mixture of classes.

        Raises: ValueError without classes.
        """
        if c is None:
            raise ValueError("a class-conditional generator needs c")
        dtype = self.embeddings.weight.dtype
        return torch.cat([z.to(dtype), self.embeddings(c.to(dtype))], dim=1)

    def start(self, count: int, dtype: torch.dtype) -> SynthesisState:
        """Nothing is known before row 0: a state without activations."""
        return SynthesisState(0, torch.zeros(count, 0, 1, 1, device=self.device, dtype=dtype), None)

    def constant_noise(self) -> list[Tensor | None]:
        return [None] * self.spec.num_ws
