"""Region whitening: numbers of about equal effect for every style row and axis, made of what derivatives say
of some of the axes on ranges of rows."""

from dataclasses import dataclass

import torch
from torch import Tensor

from wend.methods.region.space import Rows, spread_over_rows

_READ = 16
"""Of the known axes, the last: those behind them do as much for their length."""


@dataclass(frozen=True)
class Whitening:
    """Numbers x float64 [G k + L K] as a correction float64 [L K] in standard deviations, and slopes back.

    The first G k move whole ranges of rows along the k axes that are known, by the inverse root of their
    curvature (factor [G k, G k], lower triangular); the others every row and axis by itself, by the inverse
    root of about its own (scale [L, K], 0 in rows that stay). There are more of them than of corrections:
    what the ranges tell goes fast, and nothing is out of reach.
    Source: a change of variables as preconditioner, Nocedal and Wright, "Numerical optimization", 2006,
    section 5.1; the second part is Jacobi's.
    """

    factor: Tensor
    scale: Tensor
    groups: tuple[Rows, ...]

    @classmethod
    def of(
        cls, curvature: Tensor, axes: Tensor, groups: tuple[Rows, ...], num_ws: int, ridge: float
    ) -> "Whitening":
        """curvature: float64 [G k, G k], positive semidefinite; axes: [K, D], each as long as its standard
        deviation, k <= K; ridge: above 0, added to it, and shared by the rows.

        A row has its share of its range's curvature.
        """
        known = curvature.diagonal().reshape(len(groups), -1)
        count = known.shape[1]
        lengths = axes.double().square().sum(dim=1).cpu()
        unit = (known / lengths[:count])[:, -_READ:].mean(dim=1, keepdim=True)
        rows = torch.tensor([[float(end - start)] for start, end in groups], dtype=torch.float64)
        each = torch.cat([known, unit * lengths[count:]], dim=1) / rows + ridge / num_ws
        scale = spread_over_rows(each.rsqrt(), groups, num_ws)
        eye = torch.eye(len(curvature), dtype=torch.float64)
        return cls(torch.linalg.cholesky(curvature + ridge * eye), scale, groups)

    def __len__(self) -> int:
        return len(self.factor) + self.scale.numel()

    def correction(self, x: Tensor) -> Tensor:
        """float64 [L K]."""
        count = len(self.factor)
        solved = torch.linalg.solve_triangular(self.factor.T, x[:count, None], upper=True)[:, 0]
        rows = spread_over_rows(solved.reshape(len(self.groups), -1), self.groups, len(self.scale))
        size = self.scale.shape[1]
        return (_wide(rows, size) + self.scale * x[count:].reshape(-1, size)).flatten()

    def slope(self, slope: Tensor) -> Tensor:
        """By x, float64 [G k + L K], of one by the correction, float64 [L K]."""
        by_row = slope.reshape(self.scale.shape)
        size = len(self.factor) // len(self.groups)
        by_group = torch.stack([by_row[start:end, :size].sum(dim=0) for start, end in self.groups])
        whole = torch.linalg.solve_triangular(self.factor, by_group.reshape(-1, 1), upper=False)[:, 0]
        return torch.cat([whole, (self.scale * by_row).flatten()])


def _wide(rows: Tensor, size: int) -> Tensor:
    return torch.nn.functional.pad(rows, (0, size - rows.shape[1]))
