"""Corrections: strengths of factors that bring what is seen in pictures to targets, found by trying."""

import torch
from torch import Tensor

ROUNDS = 3
"""Pictures drawn and looked at after the first, at most."""
CLOSE = 0.01
"""Of a factor's span: what is nearer to its target than that is there."""

_LEAST_STEP = 1e-3  # of a span: from less, nothing is learned about slopes
_SLOPES = (0.25, 4.0)  # what alpha 1 may move of its own factor; beyond, the first guess is trusted instead
_LONGEST = 0.6  # of a span, in one round


class Corrections:
    """N pictures, k factors each: asks for strengths, is told what is seen there, and asks for better ones.

    Strengths and values count in the factors' units, so that alpha 1 moves a value by 1 where the curves are
    right; that is the first guess, or what is given in `slopes`. After each look the slopes between strengths
    and values are brought into line with what the last step did: the secant for one factor, Broyden's first
    method for several. The best that was seen of each picture is kept, so a correction never makes it worse.

    targets: [N, k]; spans: [k], what counts as the whole range of each; alphas: [N, k] of the pictures as
    they are; low, high: [N, k], ends of the strengths; rounds: looks after the first, at most; slopes: [k],
    what alpha 1 is likely to move of its own factor, 1 if left out. Computed in float64 on the CPU.

    Source: Broyden, "A class of methods for solving nonlinear simultaneous equations", 1965; with curves as
    the first Jacobian, ours.
    """

    def __init__(
        self,
        targets: Tensor,
        spans: Tensor,
        alphas: Tensor,
        low: Tensor,
        high: Tensor,
        rounds: int = ROUNDS,
        slopes: Tensor | None = None,
    ) -> None:
        self._spans = spans.double()
        self._targets = targets.double() / self._spans
        self._low, self._high = low.double() / self._spans, high.double() / self._spans
        self._at = (alphas.double() / self._spans).clamp(self._low, self._high)
        count, factors = self._at.shape
        likely = torch.ones(factors) if slopes is None else slopes.clamp(*_SLOPES)
        self._likely = torch.diag(likely.double()).repeat(count, 1, 1)
        self._slopes = self._likely
        self._last, self._seen = self._at, torch.full_like(self._at, float("nan"))
        self._best_at, self._best_seen = self._at, torch.full_like(self._at, float("nan"))
        self._best_error = torch.full((count,), float("inf"), dtype=torch.float64)
        self._rounds = rounds
        self.looks = 0

    @property
    def alphas(self) -> Tensor:
        """What to look at next, float64 [N, k]."""
        return self._at * self._spans

    @property
    def is_done(self) -> bool:
        """All of them are there, or enough rounds were made."""
        return bool((self._best_error <= CLOSE).all()) or self.looks > self._rounds

    @property
    def best(self) -> tuple[Tensor, Tensor]:
        """The strengths nearest to the targets so far and what was seen there, [N, k] each; NaN where nothing
        could be seen."""
        return self._best_at * self._spans, self._best_seen * self._spans

    def look(self, seen: Tensor) -> None:
        """What is seen at `alphas`, [N, k]; where that is not finite nothing can be corrected."""
        seen = seen.double().cpu() / self._spans
        error = torch.nan_to_num(seen - self._targets, nan=float("inf")).abs().amax(dim=1)
        is_better = error < self._best_error
        self._best_error = torch.where(is_better, error, self._best_error)
        self._best_at = torch.where(is_better[:, None], self._at, self._best_at)
        self._best_seen = torch.where(is_better[:, None], seen, self._best_seen)
        if self.looks:
            self._learn(self._at - self._last, seen - self._seen)
        self.looks += 1
        self._last, self._seen = self._at, seen
        lacking = torch.nan_to_num(self._targets - seen, nan=0.0)
        step = (torch.linalg.pinv(self._slopes) @ lacking[..., None])[..., 0].clamp(-_LONGEST, _LONGEST)
        self._at = (self._at + step).clamp(self._low, self._high)

    def _learn(self, step: Tensor, change: Tensor) -> None:
        """Slopes that explain the last step [N, k], as near to those before as can be."""
        length = step.square().sum(dim=1)
        surprise = change - (self._slopes @ step[..., None])[..., 0]
        update = surprise[:, :, None] * step[:, None, :] / length.clamp_min(_LEAST_STEP**2)[:, None, None]
        told = (length > _LEAST_STEP**2) & torch.isfinite(update).all(dim=2).all(dim=1)
        slopes = torch.where(told[:, None, None], self._slopes + update, self._slopes)
        own = slopes.diagonal(dim1=1, dim2=2)
        is_sane = ((own > _SLOPES[0]) & (own < _SLOPES[1])).all(dim=1)
        self._slopes = torch.where(is_sane[:, None, None], slopes, self._likely)
