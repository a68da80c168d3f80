"""Still scene: a picture part of which is to stay, and how far edits take it from that."""

from dataclasses import dataclass

import torch
from torch import Tensor

from wend.generators.generator import Generator, SynthesisState
from wend.imaging.mask import MaskCover, fit_mask
from wend.measure.slices import Sliced
from wend.methods.region.jacobian import Linearization
from wend.methods.region.rank import STEPS
from wend.methods.region.space import RegionSpace

RIDGE = 1.0
"""Squared 8-bit steps a pixel that one squared standard deviation of w, mean over rows, counts as at most."""
_PREVIEW_FROM, _PREVIEW_SIDE = 256, 64
"""Pixels a side from which on what moves is looked at in a preview, and of that. A rule and no timing, so
that the same picture is the same bytes."""

Noise = list[Tensor | None] | None


@dataclass(frozen=True)
class StillScene:
    """A generator at ws float32 [1, L, D] without w edits, seen up to style row `rows`. Slices run without
    gradients, and never in inference mode, which autograd cannot leave.

    axes: float32 [K, D], the principal axes of w, each one standard deviation long. start: the picture there,
    float32 [1, 3, h, w], not clamped; mask: float32 [h, w] in 0..1, what is to stay.
    """

    generator: Generator
    ws: Tensor
    noise: Noise
    axes: Tensor
    rows: int
    start: Tensor
    mask: Tensor

    @classmethod
    def open(
        cls, generator: Generator, ws: Tensor, noise: Noise, masks: list[Tensor], space: RegionSpace
    ) -> Sliced["StillScene | None"]:
        """Draw it. masks: float [H, W], of any size, any of which keeps its inside; None where they cover
        nothing."""
        # Clones: what was made in inference mode has no place in a graph.
        ws = ws.detach().clone()
        maps = None if noise is None else [None if each is None else each.clone() for each in noise]
        axes = space.axes.clone()
        is_large = generator.spec.resolution >= _PREVIEW_FROM
        rows = generator.spec.num_ws
        state = generator.start(1, torch.float32)
        for row in range(rows):
            state = _row(generator, state, ws[:, row], maps)
            yield
            if is_large and state.rgb is not None and state.rgb.shape[-1] >= _PREVIEW_SIDE:
                rows = row + 1
                break
        assert state.rgb is not None
        fitted = [fit_mask(mask, *state.rgb.shape[-2:]).to(state.rgb) for mask in masks]
        mask = torch.stack(fitted).amax(dim=0)
        if MaskCover.of(mask).inside < 1.0:
            return None
        return cls(generator, ws, maps, axes, rows, state.rgb, mask)

    @classmethod
    def of(cls, at: Linearization, axes: Tensor, mask: Tensor) -> "StillScene":
        """What is drawn already. mask: float32 [h, w], of its size, somewhere above 0."""
        maps = None if at.noise is None else [None if each is None else each.clone() for each in at.noise]
        return cls(at.generator, at.ws.clone(), maps, axes.clone(), at.rows, at.image.clone(), mask.clone())

    @property
    def parts(self) -> list[range]:
        """Style rows that one slice runs: all of a small generator, one by one of a large one."""
        if self.generator.spec.resolution < _PREVIEW_FROM:
            return [range(self.rows)]
        return [range(row, row + 1) for row in range(self.rows)]

    def step(self, state: SynthesisState, w: Tensor) -> SynthesisState:
        """The next style row, of w [1, D]."""
        return _row(self.generator, state, w, self.noise)

    def displacement(self, correction: Tensor) -> Tensor:
        """A correction [L * K] in standard deviations as what it adds to ws, float32 [1, L, D]."""
        parts = correction.to(self.axes).reshape(self.ws.shape[1], -1)
        return (parts @ self.axes)[None]

    def draw(self, ws: Tensor) -> Sliced[Tensor]:
        """The picture [1, 3, h, w] of ws [1, L, D]."""
        state = self.generator.start(1, torch.float32)
        for part in self.parts:
            for row in part:
                state = self.step(state, ws[:, row])
            yield
        assert state.rgb is not None
        return state.rgb

    def changes(self, picture: Tensor) -> tuple[float, float]:
        """Mean absolute change a pixel from the start, in 8-bit steps: where it is to stay, and elsewhere."""
        change = (picture.clamp(-1.0, 1.0) - self.start.clamp(-1.0, 1.0)).abs().mean(dim=1)[0] * STEPS
        return _mean(change, self.mask), _mean(change, 1.0 - self.mask)


def _row(generator: Generator, state: SynthesisState, w: Tensor, noise: Noise) -> SynthesisState:
    return generator.step(state, w, None if noise is None else noise[state.row])


def _mean(values: Tensor, weights: Tensor) -> float:
    total = float(weights.sum())
    return float((values * weights).sum()) / total if total > 0.0 else 0.0
