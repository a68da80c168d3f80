"""Records: the edited pictures that were inverted, what was left of each, and which of them are used."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Records:
    """What was found: N edited pictures. start, code: float32 [N, K]; t: float64 [N], the edit's strength;
    loss: [N], of the code, and before: [N], of the start's own picture held against the same target; path:
    int64 [N], which start; classes: int64 [N], -1 without."""

    start: Tensor
    code: Tensor
    t: Tensor
    loss: Tensor
    before: Tensor
    path: Tensor
    classes: Tensor

    def __len__(self) -> int:
        return len(self.t)

    def take(self, which: Tensor) -> "Records":
        """Those of a mask or an index."""
        return Records(**{name: value[which] for name, value in self.tensors().items()})

    def tensors(self) -> dict[str, Tensor]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @property
    def left(self) -> Tensor:
        """The share of the difference to the target that is left, [N]: 0 where it was reached."""
        return self.loss / self.before.clamp_min(1e-12)


def joined(parts: Sequence[Records]) -> Records:
    """All records one after another: pooled, e.g. those of several classes."""
    names = parts[0].tensors()
    return Records(**{name: torch.cat([getattr(part, name) for part in parts]) for name in names})


LEAST_KEPT = 6
"""Records that a factor is made of, at least."""


def most_kept(count: int, worst: float) -> int:
    """How many of so many records may be used, when the share `worst` of them is thrown out."""
    # Whole numbers: 0.9 of 10 is 9, and no hair below.
    return min(int((1.0 - worst) * count + 1e-9), count - 1) if worst > 0.0 else count


def kept(records: Records, threshold: float, worst: float) -> Tensor:
    """Which records are used, bool [N].

    Thrown out: those that left more than `threshold` of the difference, and the share `worst` with the
    largest losses, strictly below which the others must lie. Source: Algorithm 1 for the threshold, which is
    on the loss itself there; released code for the worst tenth.
    """
    good = records.left <= threshold
    if worst > 0.0 and len(records):
        first_out = most_kept(len(records), worst)
        good &= records.loss < records.loss.sort().values[first_out]
    return good
