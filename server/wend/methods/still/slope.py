"""Picture slope: how a number told of a picture changes with every style row that made it, in slices."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from wend.generators.generator import SynthesisState
from wend.measure.slices import Sliced
from wend.methods.still.scene import StillScene

Told = Callable[[Tensor], Tensor]
"""A number [] of a picture [1, 3, h, w], differentiable."""


@dataclass
class PictureSlope:
    """What is told of the picture of base + a correction, and `ridge` times the squared correction, mean over
    style rows.

    base: float32 [1, L, D]. Source: reverse mode, with states kept between slices only (Griewank and
    Walther, "Evaluating derivatives", 2008, section 3.2).
    """

    scene: StillScene
    base: Tensor
    told: Told
    ridge: float
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
            error = self.told(picture)
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

    def _forward(self, state: SynthesisState, ws: Tensor, part: range) -> SynthesisState:
        """Run some rows from a state whose history is cut off; both ends are kept for the way back."""
        with torch.enable_grad():
            rgb = None if state.rgb is None else state.rgb.detach().requires_grad_()
            begin = SynthesisState(state.row, state.x.detach().requires_grad_(), rgb)
            leaf = ws.clone().requires_grad_()
            end = begin
            for row in part:
                end = self.scene.step(end, leaf[:, row - part.start])
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
