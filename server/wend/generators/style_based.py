"""Style-based: what generators share that map z to w by a network and keep the mean of its outputs.

Source: Karras et al., "A Style-Based Generator Architecture for Generative Adversarial Networks", CVPR 2019,
section 3 and, for the mean and truncation, appendix B.
"""

import torch
from torch import Tensor, nn

from wend.generators.layers import size_of


class MeanKeeper(nn.Module):
    """A mapping network: z [N, z_dim] -> w [N, w_dim], and the mean of its outputs."""

    w_avg: Tensor
    """float32 [w_dim]."""


class StyleBased(nn.Module):
    """The part of the generator protocol that follows from the mapping network."""

    mapping: MeanKeeper

    @property
    def w_avg(self) -> Tensor:
        return self.mapping.w_avg

    @property
    def device(self) -> torch.device:
        return self.mapping.w_avg.device

    @property
    def size_bytes(self) -> int:
        return size_of(self)

    def center(self, c: Tensor | None) -> Tensor:  # noqa: ARG002 - one for all classes
        """w_avg for every class, float32 [1, w_dim]."""
        return self.w_avg[None]
