"""Manifold measure: what a chain does, frame by frame - its energy, its changes and its spacing."""

from dataclasses import dataclass

import torch
from torch import Tensor

from wend.imaging.pixels import to_uint8
from wend.measure.slices import Sliced
from wend.methods.manifold.chain import Pull
from wend.methods.manifold.energy import inside_energy, spacing, spring_energy, stiffener_energy
from wend.methods.manifold.scene import Scene
from wend.methods.manifold.sight import Sight

_NEAR = 0.1  # of c: a frame this near to it shows the change that was asked for


@dataclass(frozen=True)
class ChainReport:
    """What was measured of n frames, on the CPU.

    frames: uint8 [n, H, W, 3]; inside, outside: distances [n]; offsets: those asked for inside, [n];
    pixels_inside, pixels_outside: mean absolute change of pixels, 0..255, weighted by the mask and by what is
    left of it; gaps: distances of neighbours [n - 1]; energy: equation 6.
    """

    frames: Tensor
    inside: Tensor
    outside: Tensor
    offsets: Tensor
    pixels_inside: Tensor
    pixels_outside: Tensor
    gaps: Tensor
    energy: float

    @property
    def near(self) -> float:
        """Share of frames whose change inside is within a tenth of what was asked for."""
        return float(((self.inside - self.offsets).abs() <= _NEAR * self.offsets).float().mean())

    @property
    def leakage(self) -> float:
        """Median over frames of the change outside over that inside, mean absolute change of pixels."""
        return float((self.pixels_outside / self.pixels_inside.clamp_min(1e-6)).median())

    def table(self) -> list[tuple[int, float, float, float, float, float]]:
        """Rows of frame number, c_i, inside, outside, pixels inside, pixels outside."""
        columns = (self.offsets, self.inside, self.outside, self.pixels_inside, self.pixels_outside)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return [(number, *row) for number, row in enumerate(rows, start=1)]


def measure_chain(chain: Tensor, scene: Scene, sight: Sight, mask: Tensor, pull: Pull) -> Sliced[ChainReport]:
    """Draw and measure displacements float32 [n, rows, D]; yields after every few frames."""
    start = scene.image.clamp(-1.0, 1.0)
    within, without = mask / mask.sum(), (1.0 - mask) / (1.0 - mask).sum()
    rows: list[tuple[Tensor, ...]] = []
    for part in scene.parts(len(chain)):
        with torch.no_grad():
            images = scene.draw(chain[part])
            change = (images.clamp(-1.0, 1.0) - start).abs().mean(dim=1) * 127.5
            pixels = (change * within).sum(dim=(1, 2)), (change * without).sum(dim=(1, 2))
            rows.append((to_uint8(images).cpu(), *(x.cpu() for x in (*sight.look(images), *pixels))))
        yield
    frames, inside, outside, pixels_inside, pixels_outside = (torch.cat(c) for c in zip(*rows, strict=True))
    weights, still = pull.weights, chain.detach().cpu()
    energy = (
        weights.gamma * (outside + inside_energy(inside, pull.offsets)).sum()
        + weights.alpha * spring_energy(still, pull.rest)
        + weights.beta * stiffener_energy(still, pull.rest)
    )
    return ChainReport(
        frames, inside, outside, pull.offsets, pixels_inside, pixels_outside, spacing(still), float(energy)
    )
