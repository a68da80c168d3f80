"""Still scene: a picture part of which is to stay, and how far edits take it from that, with the slope."""

from dataclasses import dataclass, field

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

    def displacement(self, correction: Tensor) -> Tensor:
        """A correction [L * K] in standard deviations as what it adds to ws, float32 [1, L, D]."""
        parts = correction.to(self.axes).reshape(self.ws.shape[1], -1)
        return (parts @ self.axes)[None]

    def draw(self, ws: Tensor) -> Sliced[Tensor]:
        """The picture [1, 3, h, w] of ws [1, L, D]."""
        state = self.generator.start(1, torch.float32)
        for part in self.parts:
            for row in part:
                state = _row(self.generator, state, ws[:, row], self.noise)
            yield
        assert state.rgb is not None
        return state.rgb

    def changes(self, picture: Tensor) -> tuple[float, float]:
        """Mean absolute change a pixel from the start, in 8-bit steps: where it is to stay, and elsewhere."""
        change = (picture.clamp(-1.0, 1.0) - self.start.clamp(-1.0, 1.0)).abs().mean(dim=1)[0] * STEPS
        return _mean(change, self.mask), _mean(change, 1.0 - self.mask)


@dataclass
class StillError:
    """How wrong a picture is: mean squared change a pixel inside the mask, `free` times the mean squared
    difference elsewhere from the picture as it is without anything kept still, in squared 8-bit steps, and
    `ridge` times the squared correction.

    plain: that picture, [1, 3, h, w], of base float32 [1, L, D].
    """

    scene: StillScene
    base: Tensor
    plain: Tensor
    free: float
    ridge: float = RIDGE
    _ends: list[tuple[SynthesisState, SynthesisState, Tensor]] = field(default_factory=list, init=False)

    def __call__(self, correction: Tensor) -> Sliced[tuple[float, Tensor]]:
        """Value and gradient at a correction float64 [L * K], some style rows a slice: forward, then back."""
        scene = self.scene
        ws = self.base + scene.displacement(correction)
        state = scene.generator.start(1, torch.float32)
        self._ends.clear()
        for part in scene.parts:
            state = self._forward(state, ws[:, part.start : part.stop], part)
            yield
        assert state.rgb is not None
        with torch.enable_grad():
            picture = state.rgb.detach().requires_grad_()
            error = self._of(picture)
            (upward,) = torch.autograd.grad(error, picture)
        slope_x: Tensor | None = None
        slope_rgb: Tensor | None = upward
        slopes: list[Tensor] = []
        while self._ends:
            slope_x, slope_rgb, slope_w = self._backward(*self._ends.pop(), slope_x, slope_rgb)
            slopes.append(slope_w)
            yield
        by_row = correction.new_zeros(scene.ws.shape[1], len(scene.axes))
        moved = torch.cat(slopes[::-1], dim=1)[0]
        by_row[: scene.rows] = (moved @ scene.axes.T).to(by_row)
        rows = scene.ws.shape[1]
        value = float(error.detach()) + self.ridge * float(correction @ correction) / rows
        return value, by_row.flatten() + 2.0 * self.ridge / rows * correction

    def _of(self, picture: Tensor) -> Tensor:
        mask, scene = self.scene.mask, self.scene
        inside = (picture - scene.start).square().mean(dim=1)[0] * mask
        outside = (picture - self.plain).square().mean(dim=1)[0] * (1.0 - mask)
        elsewhere = (1.0 - mask).sum().clamp_min(1.0)
        return STEPS**2 * (inside.sum() / mask.sum() + self.free * outside.sum() / elsewhere)

    def _forward(self, state: SynthesisState, ws: Tensor, part: range) -> SynthesisState:
        """Run some rows from a state whose history is cut off; both ends are kept for the way back."""
        with torch.enable_grad():
            rgb = None if state.rgb is None else state.rgb.detach().requires_grad_()
            begin = SynthesisState(state.row, state.x.detach().requires_grad_(), rgb)
            leaf = ws.clone().requires_grad_()
            end = begin
            for row in part:
                end = _row(self.scene.generator, end, leaf[:, row - part.start], self.scene.noise)
        self._ends.append((begin, end, leaf))
        return end

    def _backward(
        self,
        begin: SynthesisState,
        end: SynthesisState,
        leaf: Tensor,
        slope_x: Tensor | None,
        slope_rgb: Tensor | None,
    ) -> tuple[Tensor | None, Tensor | None, Tensor]:
        """Slopes at the end of some rows to those at their beginning, and those of their styles."""
        outputs = [
            (value, slope)
            for value, slope in ((end.x, slope_x), (end.rgb, slope_rgb))
            if value is not None and slope is not None and value.requires_grad
        ]
        inputs = [each for each in (begin.x, begin.rgb, leaf) if each is not None]
        found = torch.autograd.grad(
            [value for value, _ in outputs],
            inputs,
            [slope for _, slope in outputs],
            allow_unused=True,
        )
        slope_w = found[-1]
        return (
            found[0],
            found[1] if begin.rgb is not None else None,
            torch.zeros_like(leaf) if slope_w is None else slope_w,
        )


def _row(generator: Generator, state: SynthesisState, w: Tensor, noise: Noise) -> SynthesisState:
    return generator.step(state, w, None if noise is None else noise[state.row])


def _mean(values: Tensor, weights: Tensor) -> float:
    total = float(weights.sum())
    return float((values * weights).sum()) / total if total > 0.0 else 0.0
