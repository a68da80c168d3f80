"""A quadratic objective with a known minimum, drawn with noise in chunks; it can be made to break."""

from collections.abc import Mapping, Sequence
from typing import cast

import torch
from torch import Tensor


class Quadratic:
    """0.5 (x - goal)^T diag(scales) (x - goal), of `chunks` noisy parts per update.

    broken: backward calls, counted from 0, whose gradient is infinite. Held out is the loss without noise.
    """

    def __init__(
        self,
        scales: Sequence[float],
        chunks: int = 2,
        noise: float = 0.0,
        broken: frozenset[int] = frozenset(),
        is_held_out: bool = True,
    ) -> None:
        self.scales = torch.tensor(scales)
        self.goal = torch.arange(1.0, len(scales) + 1.0)
        self.x = torch.zeros(len(scales), requires_grad=True)
        self.chunks, self.noise, self.broken = chunks, noise, broken
        self.rng = torch.Generator().manual_seed(0)
        self.drawn = torch.zeros(chunks, len(scales))
        self.draws = self.calls = 0
        self.held_out_chunks = 2 if is_held_out else 0

    @property
    def parameters(self) -> Sequence[Tensor]:
        return (self.x,)

    def draw(self) -> int:
        self.draws += 1
        self.drawn = self.noise * torch.randn(self.drawn.shape, generator=self.rng)
        return self.chunks

    def backward(self, chunk: int) -> Mapping[str, float]:
        self.calls += 1
        part = self._loss(self.goal + self.drawn[chunk]) / self.chunks
        part.backward()
        if self.calls - 1 in self.broken and self.x.grad is not None:
            self.x.grad += float("inf")
        return {"total": float(part.detach())}

    def _loss(self, goal: Tensor) -> Tensor:
        loss: Tensor = 0.5 * (self.scales * (self.x - goal).square()).sum()
        return loss

    def project(self) -> None:
        self.x.clamp_(max=100.0)

    def held_out(self, chunk: int) -> float:
        with torch.no_grad():
            return float(self._loss(self.goal)) / self.held_out_chunks

    def state_dict(self) -> dict[str, object]:
        return {"x": self.x.detach().clone(), "rng": self.rng.get_state(), "drawn": self.drawn.clone()}

    def load_state_dict(self, state: dict[str, object]) -> None:
        with torch.no_grad():
            self.x.copy_(cast("Tensor", state["x"]))
        self.rng.set_state(cast("Tensor", state["rng"]))
        self.drawn = cast("Tensor", state["drawn"]).clone()
