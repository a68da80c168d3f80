"""Inversion: codes that draw given pictures, looked for as published, in the one optimisation loop."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

import torch
from torch import Tensor

from wend.methods.factor.codes import into_ball

RowLosses = Callable[[Sequence[int], Tensor], Tensor]
"""Losses [n] of codes [n, K] in these rows, differentiable in the codes."""


class Inversion:
    """argmin over codes of L(G(code), target), all targets at once: an Objective of the one loop.

    A picture's loss is its own, so Adam, which goes number by number, takes the same way for a code alone
    or among others. Source: Plumerault et al., 2020, equation B1.
    """

    def __init__(self, losses: RowLosses, chunks: Sequence[list[int]], codes: Tensor, has_ball: bool) -> None:
        self._losses, self._chunks, self._has_ball = losses, chunks, has_ball
        self.code = codes.detach().clone().requires_grad_(True)

    @property
    def parameters(self) -> Sequence[Tensor]:
        return (self.code,)

    def draw(self) -> int:
        return len(self._chunks)

    def backward(self, chunk: int) -> Mapping[str, float]:
        rows = self._chunks[chunk]
        loss = self._losses(rows, self.code[rows]).sum()
        loss.backward()
        return {"total": float(loss.detach()) / len(self.code)}

    def project(self) -> None:
        if self._has_ball:
            self.code.copy_(into_ball(self.code))

    @property
    def held_out_chunks(self) -> int:
        return 0

    def held_out(self, chunk: int) -> float:
        raise AssertionError(chunk)

    def state_dict(self) -> dict[str, object]:
        return {"code": self.code.detach().clone()}

    def load_state_dict(self, state: dict[str, object]) -> None:
        with torch.no_grad():
            self.code.copy_(cast("Tensor", state["code"]))
