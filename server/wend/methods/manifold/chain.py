"""Manifold: a chain of latents whose pictures change by so much inside a mask, and hardly outside of it.

Source: Yang, Rokeby and Snelgrove, "Mask-guided discovery of semantic manifolds in generative models",
NeurIPS 2020 workshop (arXiv 2105.07273), equations 1 to 6 and the released code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor

from wend.methods.manifold.energy import inside_energy, spring_energy, stiffener_energy
from wend.methods.manifold.scene import Scene
from wend.methods.manifold.sight import Sight


@dataclass(frozen=True)
class Weights:
    """alpha of the springs, beta of the stiffeners, gamma of both distances."""

    alpha: float
    beta: float
    gamma: float


@dataclass(frozen=True)
class Pull:
    """What a chain is pulled to. offsets: the change asked for inside, c_i, float32 [n]; rest: the distance
    of neighbours, sigma, over all numbers that move."""

    offsets: Tensor
    rest: float
    weights: Weights


class ManifoldObjective:
    """Energy 6 of n frames, all optimised together: sum of gamma (L_out + L_in), springs and stiffeners.

    start: displacements float32 [n, rows, D] from w*, of the rows that move. is_pinned: the first frame stays
    where it starts; as published it is free like the others. A chunk draws a few frames and adds their
    gradient, so that memory does not grow with n; the first chunk brings that of the whole chain's springs.
    Losses: total is the energy; L_in, L_out, spring and stiffener are means over frames, springs and
    stiffeners weighted, as the released code logs them.
    """

    held_out_chunks = 0

    def __init__(
        self, scene: Scene, sight: Sight, start: Tensor, pull: Pull, is_pinned: bool = False
    ) -> None:
        assert len(start) == len(pull.offsets) >= 2, "a chain has two frames or more"
        self.scene = scene
        self.sight = sight
        self.pull = pull
        self._first = int(is_pinned)
        self._still = start[: self._first].detach().clone()
        self._moving = (start[self._first :].detach() * scene.free).clone().requires_grad_()

    @property
    def parameters(self) -> Sequence[Tensor]:
        return (self._moving,)

    @property
    def chain(self) -> Tensor:
        """Displacements float32 [n, rows, D] as they are now."""
        return torch.cat([self._still, self._moving])

    def draw(self) -> int:
        """Nothing is drawn at random: the energy is always the same."""
        return len(tuple(self.scene.parts(len(self._moving))))

    def backward(self, chunk: int) -> Mapping[str, float]:
        pull, weights, count = self.pull, self.pull.weights, len(self.pull.offsets)
        told = {"total": 0.0}
        if chunk == 0:
            chain = self.chain
            springs = weights.alpha * spring_energy(chain, pull.rest)
            stiffeners = weights.beta * stiffener_energy(chain, pull.rest)
            _ = (springs + stiffeners).backward()
            told |= {"spring": springs.item() / count, "stiffener": stiffeners.item() / count}
            told["total"] = springs.item() + stiffeners.item()
        part = list(self.scene.parts(len(self._moving)))[chunk]
        offsets = pull.offsets[self._first :][part].to(self._moving.device)
        inside, outside = self.sight.look(self.scene.draw(self._moving[part]))
        l_in, l_out = inside_energy(inside, offsets).sum(), outside.sum()
        _ = (weights.gamma * (l_out + l_in)).backward()
        told |= {"L_in": l_in.item() / count, "L_out": l_out.item() / count}
        told["total"] += weights.gamma * (l_in.item() + l_out.item())
        return told

    def project(self) -> None:
        """Every chain may be."""

    def held_out(self, chunk: int) -> float:
        raise AssertionError(f"nothing is held out, no chunk {chunk}")

    def state_dict(self) -> dict[str, object]:
        return {"moving": self._moving.detach().clone()}

    def load_state_dict(self, state: dict[str, object]) -> None:
        with torch.no_grad():
            self._moving.copy_(cast("Tensor", state["moving"]))
