"""Lesson: a mapping network learns to tell factors apart before anything is drawn from them."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.training.origin import Origin
from wend.training.perception.factor_task import factor_code
from wend.worlds.world import factors_of

BATCH = 256
_OF_CHOICES = 0.3


class Lesson(nn.Module):
    """A linear reading of what a pupil tells, and how far it is from the factors that z stands for.

    Linear, so that w holds every factor along a direction of its own: what a style layer, linear in w, can
    use. Source: the idea of deep supervision, Lee et al., "Deeply-supervised nets", AISTATS 2015, section 2.
    """

    def __init__(self, origin: Origin, told_width: int) -> None:
        super().__init__()
        self._origin = origin
        self.code = factor_code(origin.world)
        self.head = nn.Linear(told_width, self.code.width)

    def batch(self, rng: torch.Generator, count: int = BATCH) -> tuple[Tensor, Tensor, Tensor]:
        """z [N, z_dim], attributes as `FactorCode.encode` has them, and options int64 [N, choices]."""
        origin = self._origin
        numbers = torch.randn(count, origin.numbers.shape[1], generator=rng)
        values = factors_of(origin.world, numbers.double())
        options = torch.empty(count, len(self.code.choices), dtype=torch.long)
        for index, choice in enumerate(self.code.choices):
            options[:, index] = values[choice.name].round()
        return origin.latents(numbers, rng), self.code.encode(values), options

    def loss(self, told: Tensor, targets: Tensor, options: Tensor) -> Tensor:
        """Of told [N, told_width] in any shape: mean square of plain factors, cross entropy of choices."""
        plain, logits = self.code.split(self.head(told.flatten(1)).float())
        total = F.mse_loss(torch.cat(plain, dim=1), targets)
        for index, part in enumerate(logits):
            total = total + _OF_CHOICES / len(logits) * F.cross_entropy(part, options[:, index])
        return total
