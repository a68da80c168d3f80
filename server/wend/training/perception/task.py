"""Task: one network and the loss it is trained with."""

from collections.abc import Mapping
from typing import Protocol

import torch
from torch import Tensor, nn


class Task(Protocol):
    """What a trainer needs to know of what it trains."""

    @property
    def network(self) -> nn.Module: ...

    def batch(self, rng: torch.Generator) -> Mapping[str, Tensor]:
        """Inputs and truth of one step, on the CPU; all chance comes from `rng`."""
        ...

    def losses(self, network: nn.Module, batch: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Named scalar losses, with their 'total'; called under autocast."""
        ...
