"""Records of an experiment: trajectories that are gone along once, and kept in its folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from wend.cli.measure.answer import watch

if TYPE_CHECKING:
    import torch

    from wend.methods.factor.edits import FactorEdit
    from wend.methods.factor.trajectories import Records
    from wend.methods.studies.painted import Painted


class Budget(Protocol):
    """What fixes trajectories, beside their starts."""

    @property
    def steps(self) -> int: ...
    @property
    def updates(self) -> int: ...
    @property
    def learning_rate(self) -> float: ...


def keep_records(
    painted: "Painted", edit: "FactorEdit", plan: Budget, path: Path, label: str, seed: int
) -> "Records":
    """Algorithm 1 with the blurred loss from all starts, or what `path` has of the very same run."""
    from wend.library.models import hash_of
    from wend.methods.factor.loss import LOSSES, LossPlan, sigma_at
    from wend.methods.factor.trajectories import Records, TrajectoryPlan
    from wend.optim.checkpoint import load_checkpoint, save_checkpoint

    told: dict[str, object] = {
        "generator": hash_of(painted.painter.generator), "edit": edit.name, "seed": seed,
        "starts": len(painted.starts), "steps": plan.steps, "updates": plan.updates,
        "rate": plan.learning_rate, "classes": painted.classes.tolist(),
    }  # fmt: skip
    if path.exists():
        state = load_checkpoint(path)
        if all(state.get(name) == value for name, value in told.items()):
            return Records(**cast("dict[str, torch.Tensor]", state["records"]))
    side = painted.side
    loss = LOSSES["blurred"](LossPlan(sigma_at(side), "before"))
    strengths = edit.grid(side, edit.near, plan.steps)
    work = painted.trajectories(
        edit, loss, TrajectoryPlan(strengths, plan.updates, plan.learning_rate, painted.chunk)
    )
    found = watch(work, painted.slices(len(strengths), plan.updates), label)
    save_checkpoint(path, {**told, "records": found.tensors()})
    return found
