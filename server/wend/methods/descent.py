"""Descent: quasi-Newton steps that never go up, an evaluation at a time, for small smooth problems whose
start lies in the valley that is to be followed.

The one loop (`optim/optimization.py`) goes without a line search, so that an update is as short as any. On
such problems that leaves the valley for good: of what 'keep still' is to take back it left 0.85 where this
leaves 0.06.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from wend.measure.slices import Sliced

Evaluate = Callable[[Tensor], Sliced[tuple[float, Tensor]]]
"""The value at x float64 [n], and its gradient there, float64 [n]."""

_ENOUGH = 1e-4  # Armijo's share of the decrease that the slope promises
_TRIES = 6
_FIRST = 1.0  # longest first step, while nothing is known of the curvature


class Descent:
    """Limited-memory BFGS with a backtracking line search by quadratic interpolation.

    x: float64 [n], the best point found; value: there. The curvature learned is kept when the target is
    moved a little (`aim`), as along a way. is_whitened: the curvature is about one all ways.
    Source: Liu and Nocedal, "On the limited memory BFGS method for large scale optimization", 1989,
    algorithm 2.1 (two-loop recursion); Nocedal and Wright, "Numerical optimization", 2006, section 3.5.
    """

    def __init__(self, evaluate: Evaluate, x: Tensor, memory: int = 20, *, is_whitened: bool = False) -> None:
        self._evaluate = evaluate
        self._memory = memory
        self._first = float("inf") if is_whitened else _FIRST
        self._pairs: list[tuple[Tensor, Tensor]] = []
        self._gradient: Tensor | None = None
        self.x = x
        self.value = float("inf")

    def aim(self, evaluate: Evaluate, x: Tensor) -> None:
        """Go on with another function, from another point."""
        self._evaluate, self.x, self._gradient = evaluate, x, None

    def run(self, evaluations: int) -> Sliced[None]:
        """So many evaluations, or fewer where nothing goes down any more."""
        left = evaluations
        if self._gradient is None:
            self.value, self._gradient = yield from self._evaluate(self.x)
            left -= 1
        while left > 0:
            step = self._step(self._gradient)
            slope = float(step @ self._gradient)
            if slope >= 0.0:
                return
            length = 1.0
            for _ in range(min(_TRIES, left)):
                value, gradient = yield from self._evaluate(self.x + length * step)
                left -= 1
                if value <= self.value + _ENOUGH * length * slope:
                    self._note(length * step, gradient - self._gradient)
                    self.x, self.value, self._gradient = self.x + length * step, value, gradient
                    break
                bend = 2.0 * (value - self.value - slope * length)
                length = max(0.1 * length, min(0.5 * length, -slope * length**2 / bend))
            else:
                if not self._pairs:
                    return
                self._pairs.clear()

    def _step(self, gradient: Tensor) -> Tensor:
        """Minus the inverse curvature times the gradient."""
        step = gradient.clone()
        shares: list[Tensor] = []
        for moved, bent in reversed(self._pairs):
            share = (moved @ step) / (bent @ moved)
            shares.append(share)
            step -= share * bent
        if self._pairs:
            moved, bent = self._pairs[-1]
            step *= (moved @ bent) / (bent @ bent)
        else:
            step *= min(1.0, self._first / max(float(gradient.norm()), 1e-12))
        for (moved, bent), share in zip(self._pairs, reversed(shares), strict=True):
            step += moved * (share - (bent @ step) / (bent @ moved))
        return -step

    def _note(self, moved: Tensor, bent: Tensor) -> None:
        if float(moved @ bent) > 1e-10 * float(torch.linalg.vector_norm(bent)) ** 2:
            self._pairs = [*self._pairs, (moved, bent)][-self._memory :]
