"""Recovery: how well what was recovered of a generator's own picture matches what is true of it.

Source: Bau et al., "Seeing what a GAN cannot generate", ICCV 2019, section 4.3: correlation at z, at
activations and at pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Recovery:
    """Means over pictures. z, r, pixels: correlation of true with recovered, -1..1; error: mean absolute
    difference of a pixel, 0..255."""

    z: float
    r: float
    pixels: float
    error: float
    count: int

    @classmethod
    def of(cls, parts: "Sequence[Recovery]") -> "Recovery":
        """Several as one, by their counts."""
        whole = sum(part.count for part in parts)

        def mean(name: str) -> float:
            return sum(float(getattr(part, name)) * part.count for part in parts) / whole

        return cls(mean("z"), mean("r"), mean("pixels"), mean("error"), whole)


def correlations(a: Tensor, b: Tensor) -> Tensor:
    """Pearson's correlation over all numbers of each picture, float64 [N]; 0 where one does not vary."""
    x, y = (each.detach().double().flatten(1) for each in (a, b))
    x, y = x - x.mean(dim=1, keepdim=True), y - y.mean(dim=1, keepdim=True)
    scale = x.norm(dim=1) * y.norm(dim=1)
    return torch.where(scale > 0.0, (x * y).sum(dim=1) / scale.clamp_min(1e-300), torch.zeros_like(scale))


def recovery(z: Tensor, found_z: Tensor, r: Tensor, found_r: Tensor, x: Tensor, found_x: Tensor) -> Recovery:
    """Of N pictures: tops [N, D], activations [N, C, h, w], images [N, 3, R, R] in [-1, 1]."""
    seen, wanted = found_x.clamp(-1.0, 1.0), x.clamp(-1.0, 1.0)
    return Recovery(
        correlations(z, found_z).mean().item(),
        correlations(r, found_r).mean().item(),
        correlations(wanted, seen).mean().item(),
        (seen - wanted).abs().mean().item() * 127.5,
        len(z),
    )
