"""Edit target: the edited pictures that a widening aims at, and what comes in where an edit leaves nothing.

Source: Jahanian, Chai and Isola, ICLR 2020; published is a black ground, which on their black digits no
discriminator can tell from a picture.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from wend.imaging.continued import continued
from wend.methods.edits.edit import Edit


@dataclass(frozen=True)
class EditTarget:
    """An edit of one slider on pictures, by an amount for each.

    ground: the picture value in [-1, 1] of what comes in, or None: the picture goes on as it ends. On
    pictures without an even ground any single value would be a bar that no generator draws, and that the
    discriminator would teach it to draw.
    warps_mask_twice: as the released script does by mistake.
    """

    edit: Edit
    ground: float | None
    warps_mask_twice: bool = False

    def __call__(self, images: Tensor, amounts: Tensor) -> tuple[Tensor, Tensor]:
        """images [N, 3, R, R] in [-1, 1], amounts [N] in the edit's unit to the edited pictures and the 0/1
        mask of what is known of them, both [N, 3, R, R]."""
        ground = 0.0 if self.ground is None else self.ground
        shifted, mask = self._edited(images - ground, amounts)
        target = continued(shifted, mask) if self.ground is None else shifted + ground
        if self.warps_mask_twice:
            mask = (self._edited(mask, amounts)[0] != 0.0).to(mask.dtype)
        return target, mask

    def _edited(self, images: Tensor, amounts: Tensor) -> tuple[Tensor, Tensor]:
        """By amounts [N], those that are equal at once."""
        values, which = amounts.unique(return_inverse=True)
        target, mask = torch.empty_like(images), torch.empty_like(images)
        for k, value in enumerate(values.tolist()):
            own = which == k
            alphas = torch.full((int(own.sum()), 1), value, dtype=torch.float64)
            target[own], mask[own] = self.edit.apply(images[own], alphas)
        return target, mask


def drawn_amounts(edit: Edit, reach: float, count: int, rng: torch.Generator) -> Tensor:
    """Amounts float32 [count] in the edit's unit, even from -reach to reach, whole where its law is."""
    if edit.law == "whole":
        return torch.randint(-int(reach), int(reach) + 1, (count,), generator=rng).float()
    return reach * (2.0 * torch.rand(count, generator=rng) - 1.0)
