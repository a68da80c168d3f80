"""Encoder losses: how far activations that were found are from the true ones, apart and together.

Source: Bau et al., "Seeing what a GAN cannot generate", ICCV 2019, equations 4 to 6, in the form of the
released program: D, a cosine distance over channels, in place of the norm.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.generators.layered_encoder import LayeredEncoder
from wend.generators.split import Split

TINY = 1e-12


def cosine_distance(a: Tensor, b: Tensor) -> Tensor:
    """D(a, b): 1 - cosine of the features, axis 1, of each place, averaged; a number from 0 to 2.

    a, b: [N, C, h, w], or [N, D]. Blind to positive factors.
    """
    return (1.0 - F.cosine_similarity(a, b, dim=1, eps=TINY)).mean()


def relative_squares(a: Tensor, b: Tensor, size: Tensor) -> Tensor:
    """Mean squared difference in units of `size`, which broadcasts: sees factors, unlike D; a number."""
    return ((a - b) / size).square().mean()


class EncoderLosses:
    """Of one encoder on one split. reconstruction: weight of drawing a layer again, 0.01 in the source."""

    def __init__(self, split: Split, encoder: LayeredEncoder, reconstruction: float, image: float) -> None:
        """image: weight of the pictures' squared difference, 1 in the source."""
        self.split, self.encoder = split, encoder
        self.reconstruction, self.image = reconstruction, image

    def of_r(self, index: int, true: Tensor, found: Tensor) -> Tensor:
        """How far r_index is off."""
        if self.split.ignores_scale:
            return cosine_distance(true, found)
        return relative_squares(true, found, self.encoder.sizes[index - 1])

    def of_top(self, true: Tensor, found: Tensor) -> Tensor:
        """How far z, or w, is off."""
        if self.split.ignores_scale:
            return cosine_distance(true, found)
        return relative_squares(true, found, self.encoder.top_sd)

    def pixels(self, r: Tensor, top: Tensor, image: Tensor) -> dict[str, Tensor]:
        """Of e_f alone: MSE(r_n, e_f(G_f(r_n))), in units of r_n's mean square; of w, where it says it."""
        found, beside = self.encoder.apart(image)
        parts = {"e_f": relative_squares(r, found, self.encoder.sizes[-1])}
        return parts if beside is None else {**parts, "aside": self.of_top(top, beside)}

    def layer(self, index: int, rs: Sequence[Tensor], top: Tensor) -> Tensor:
        """Of e_index alone: D(r_{i-1}, e_i(r_i)) + reconstruction D(r_i, g_i(e_i(r_i))); rs: r_1 to r_n."""
        r = rs[index - 1]
        below = self.encoder.layer(index, r)
        if index == 1:
            again = self.split.layer_of(1, None, below)
            return self.of_top(top, below) + self.reconstruction * self.of_r(1, r, again)
        again = self.split.layer_of(index, below, top)
        return self.of_r(index - 1, rs[index - 2], below) + self.reconstruction * self.of_r(index, r, again)

    def joint(self, r: Tensor, top: Tensor, image: Tensor) -> dict[str, Tensor]:
        """Of all networks as one, by name: r on the way, the top, r and the picture drawn again."""
        on_the_way, found = self.encoder.both(image)
        state = self.split.early(found)[-1]
        count = self.split.count
        return {
            "r": self.of_r(count, r, on_the_way),
            self.split.top: self.of_top(top, found),
            "r again": self.of_r(count, r, state.x),
            "picture": self.image * (image - self.split.late(state, found)).square().mean(),
        }

    def direct(self, top: Tensor, image: Tensor) -> dict[str, Tensor]:
        """Of the same network learnt as a whole from nothing: the top, and the picture drawn again."""
        found = self.encoder(image)
        return {
            self.split.top: self.of_top(top, found),
            "picture": self.image * (image - self.split.draw(found)).square().mean(),
        }


@torch.no_grad()
def fit_sizes(split: Split, encoder: LayeredEncoder, z: Tensor) -> None:
    """Take the root mean squares of all r, and mean and deviation of the top, from z [N, z_dim].

    Where scale is ignored they stay 1, 0 and 1.
    """
    if split.ignores_scale:
        return
    top = split.top_of(z)
    encoder.top_mean.copy_(top.mean(dim=0))
    encoder.top_sd.copy_(top.std(dim=0).clamp_min(1e-4))
    for index, state in enumerate(split.early(top)):
        encoder.sizes[index] = state.x.square().mean().sqrt().clamp_min(1e-6)
