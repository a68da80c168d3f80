"""Along the line: what a move along a factor's line does to a picture, told by the edit it looks most like.

Trajectories go each its own way, bent and not along the common line, so a curve fitted to them promises more
than a move along the line keeps. Here that very move is looked at: the strength t of the edit whose result is
nearest to the moved picture, by the loss of the trajectories and without any label.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from wend.methods.factor.edits import FactorEdit
from wend.methods.factor.model import Changes
from wend.methods.factor.trajectories import Trajectories

_SIDE_STEPS = 6
"""Edits tried to either side of none; the nearest lies between two of them."""
_FURTHEST = 2.0
"""Of the looks, in standard deviations of the prior."""


def positions(count: int) -> tuple[float, ...]:
    """`count` moves along the line, evenly to either side, 2 standard deviations at most; none is 0."""
    half = (count + 1) // 2
    steps = [_FURTHEST * (k + 1) / half for k in range(half)]
    return tuple(sorted([-s for s in steps] + steps)[-count:])


def mean_line(start: Tensor, code: Tensor, added: Tensor) -> tuple[Tensor, float]:
    """The line along which a factor rises on the average, u float64 [K], and by how much per unit.

    A code that was found near its start lies along the gradient of the factor there, at |z - z0| =
    dt / |gradient|: so dt (z - z0) / |z - z0|^2 is that gradient. Its mean over the prior is the slope of the
    best linear predictor of the factor from a Gaussian code, and the mean change of a step along it.
    Source: Stein's lemma, "Estimation of the mean of a multivariate normal distribution", 1981.
    """
    moved = (code - start).double()
    gradients = added[:, None] * moved / moved.square().sum(dim=1, keepdim=True).clamp_min(1e-12)
    mean = gradients.mean(dim=0)
    size = float(mean.norm())
    return mean / max(size, 1e-12), size


class LineLook:
    """Looks along a line at every start, a chunk of pictures at a time.

    u: float32 [K] of norm 1; size: by how much the number that adds up rises per unit of it, about; rows: of
    the starts that are looked at; moves: along the line, in standard deviations.
    """

    def __init__(
        self, run: Trajectories, edit: FactorEdit, u: Tensor, size: float, rows: Sequence[int],
        moves: Sequence[float], reach: float, side: int,
    ) -> None:  # fmt: skip
        self._run, self._edit = run, edit
        self._u = u.to(run.starts.device)
        self._todo = [(row, move) for row in rows for move in moves]
        grid = edit.grid(side, self._span(size, reach), _SIDE_STEPS)
        self._strengths = (*(-t for t in reversed(grid)), 0.0, *grid)
        self._found: list[tuple[int, Tensor, float]] = []

    def _span(self, size: float, reach: float) -> float:
        """Half as far again as the furthest look is likely to lie, within what the edit is used for."""
        likely = 1.5 * _FURTHEST * size
        if self._edit.is_magnification:
            likely = min(likely, 0.7)
        return min(max(likely, 0.25 * reach), 4.0 * reach)

    @property
    def is_done(self) -> bool:
        return len(self._found) == len(self._todo)

    @property
    def total(self) -> int:
        """Pictures there are to look at."""
        return len(self._todo)

    @property
    def done(self) -> int:
        return len(self._found)

    def step(self) -> None:
        """One picture, held against every edit of its start's."""
        row, move = self._todo[len(self._found)]
        # Not kept in the ball: no picture is when a factor is used, and who is brought back leaves the line.
        code = self._run.starts[row : row + 1] + move * self._u
        with torch.no_grad():
            image = self._run.paint([row], code)
            losses = self._run.compare_all(row, image, self._strengths)
        added = [self._edit.added(t) for t in self._strengths]
        self._found.append((row, code[0].cpu(), nearest(added, losses.tolist())))

    @property
    def changes(self) -> Changes:
        """What was found, to fit a curve to; those that lie at an end of what was tried are left out."""
        low, high = self._edit.added(self._strengths[0]), self._edit.added(self._strengths[-1])
        good = [found for found in self._found if low < found[2] < high]
        if not good:
            empty = torch.zeros(0, self._u.shape[0])
            return Changes(
                empty, empty, torch.zeros(0, dtype=torch.float64), torch.zeros(0, dtype=torch.long)
            )
        rows = torch.tensor([row for row, _, _ in good])
        return Changes(
            self._run.starts[rows].cpu(),
            torch.stack([code for _, code, _ in good]),
            torch.tensor([t for _, _, t in good], dtype=torch.float64),
            rows,
        )


def nearest(at: Sequence[float], losses: Sequence[float]) -> float:
    """Where a loss sampled at rising points is least.

    The vertex of the parabola through the least and its two neighbours, which need not be evenly spaced; an
    end point where the least is there.
    """
    k = min(range(len(losses)), key=lambda i: losses[i])
    if k in (0, len(losses) - 1):
        return at[k]
    left, right = at[k] - at[k - 1], at[k + 1] - at[k]
    down, up = losses[k - 1] - losses[k], losses[k + 1] - losses[k]
    bend = down * right + up * left
    if bend <= 0.0:
        return at[k]
    return at[k] + 0.5 * (down * right * right - up * left * left) / bend
