"""Painted: the same starts for everything that is compared, the way of each, and the pictures of codes."""

from dataclasses import dataclass

import torch
from torch import Tensor

from wend.generators.generator import Generator
from wend.measure.slices import Sliced
from wend.methods.factor.codes import Codes, Painter, into_ball, one_hots
from wend.methods.factor.edits import FactorEdit
from wend.methods.factor.loss import FactorLoss
from wend.methods.factor.records import Records
from wend.methods.factor.trajectories import Trajectories, TrajectoryPlan

_BATCH = 8


@dataclass(frozen=True)
class Painted:
    """starts: float32 [S, K], in the ball; classes: int64 [S], -1 without; chunk: pictures at once."""

    painter: Painter
    starts: Tensor
    classes: Tensor
    chunk: int

    @classmethod
    def draw(
        cls,
        codes: Codes,
        generator: Generator,
        count: int,
        seed: int,
        chunk: int,
        classes: tuple[int, ...] = (),
    ) -> "Painted":
        """`count` starts of the prior; classes go round, all of the generator's where none are named."""
        rng = torch.Generator().manual_seed(seed)
        shown = classes or tuple(range(generator.spec.c_dim))
        index = torch.tensor([shown[k % len(shown)] if shown else -1 for k in range(count)])
        with torch.no_grad():
            starts = into_ball(codes.draw(rng, count, one_hots(generator, index.tolist())))
        return cls(Painter(generator, codes), starts, index, chunk)

    @property
    def side(self) -> int:
        return self.painter.generator.spec.resolution

    def trajectories(self, edit: FactorEdit, loss: FactorLoss, plan: TrajectoryPlan) -> Sliced[Records]:
        """Algorithm 1 from all starts; a slice per chunk."""
        run = Trajectories(self.painter, edit, loss, self.starts, self.classes, plan)
        while not run.is_done:
            run.step()
            yield
        return run.records

    def slices(self, steps: int, updates: int) -> int:
        """Slices that `trajectories` takes, where no target ends early."""
        count = len(self.starts)
        return -(-count // self.chunk) + steps * (updates + 1) * -(-2 * count // self.chunk)

    @torch.no_grad()
    def pictures(self, path: Tensor, codes: Tensor | None = None) -> Tensor:
        """Images [N, 3, R, R] clamped to [-1, 1] of codes [N, K] that set out from the starts number `path`,
        int64 [N]; without codes, of the starts themselves."""
        device = self.painter.generator.device
        found: list[Tensor] = []
        for rows in path.split(_BATCH):
            own = self.starts[rows].to(device)
            at = own if codes is None else codes[len(found) * _BATCH :][: len(rows)].to(device)
            one_hot = one_hots(self.painter.generator, self.classes[rows].tolist())
            found.append(self.painter.paint(at, own, one_hot).clamp(-1.0, 1.0))
        return torch.cat(found)
