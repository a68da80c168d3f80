"""Experiment `losses`: what edited pictures are inverted with, every loss with and without the ball."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from wend.cli.measure.answer import watch
from wend.cli.reproduce.asked import FactorsAsked, open_asked, write_answer

if TYPE_CHECKING:
    import torch

    from wend.methods.studies.inversions import Arm, Inversions, Tried
    from wend.methods.studies.painted import Painted
    from wend.methods.workbench import Workbench
    from wend.perception.network import Distance
    from wend.settings import Settings

MODEL = "portraits-64"
CHUNK = 8
LEARNING_RATE = 0.05
"""In place of the published 0.01, which in so few updates goes half as far."""


@dataclass(frozen=True)
class LossesPlan:
    """How much is done. starts: pictures, each edited either way; steps: strengths of an edit; updates: of
    every one; shown: pictures on the page."""

    starts: int = 6
    steps: int = 3
    updates: int = 20
    edits: tuple[str, ...] = ("shift_x", "scale")
    shown: int = 6


QUICK = LossesPlan(2, 2, 3, ("shift_x",), 2)


def run_losses(
    bench: "Workbench", distance: "Distance", folder: Path, plan: LossesPlan, seed: int
) -> "Inversions":
    """Invert with every arm, then judge by `distance`. Codes are kept in `folder`: an arm that was found is
    not looked for again. Truncation is off: the ball is that of the prior itself."""
    from wend.methods.factor.codes import ZCodes
    from wend.methods.factor.edits import FACTOR_EDITS
    from wend.methods.studies.inversions import ARMS, ArmScore, Inversions, judge, strip
    from wend.methods.studies.painted import Painted

    painted = Painted.draw(ZCodes(bench.generator, 1.0), bench.generator, plan.starts, seed, CHUNK)
    scores: list[ArmScore] = []
    strips = {}
    for name in plan.edits:
        edit = FACTOR_EDITS[name]
        tried: list[Tried] = []
        for arm in ARMS:
            path = folder / f"{name}-{arm.loss}-{'ball' if arm.has_ball else 'free'}.safetensors"
            tried.append(_inverted(bench, painted, name, arm, path, plan, seed))
            scores += judge(painted, edit, tried[-1], distance)
        strips[name] = strip(painted, edit, tried, plan.shown)
    return Inversions(bench.model, "z", plan.updates, tuple(scores), strips)


def _inverted(
    bench: "Workbench",
    painted: "Painted",
    edit: str,
    arm: "Arm",
    path: Path,
    plan: LossesPlan,
    seed: int,
) -> "Tried":
    from wend.library.models import hash_of
    from wend.methods.factor.edits import FACTOR_EDITS
    from wend.methods.studies.inversions import Tried, invert
    from wend.optim.checkpoint import load_checkpoint, save_checkpoint

    told: dict[str, object] = {
        "generator": hash_of(bench.generator), "seed": seed, "starts": plan.starts, "steps": plan.steps,
        "updates": plan.updates, "rate": LEARNING_RATE,
    }  # fmt: skip
    if path.exists():
        state = load_checkpoint(path)
        if all(state.get(name) == value for name, value in told.items()):
            return Tried(edit, arm, *_tensors(state, ("path", "codes", "t")))
    work = invert(painted, FACTOR_EDITS[edit], arm, plan.steps, plan.updates, LEARNING_RATE)
    slices = painted.slices(plan.steps, plan.updates)
    found = watch(work, slices, f"{edit.replace('_', ' ')}: {arm.name}")
    save_checkpoint(path, {**told, "path": found.path, "codes": found.codes, "t": found.t})
    return found


def _tensors(state: dict[str, object], names: Sequence[str]) -> "list[torch.Tensor]":
    return [cast("torch.Tensor", state[name]) for name in names]


def reproduce_losses(settings: "Settings", folder: Path, asked: FactorsAsked) -> dict[str, object]:
    """Invert, judge, and write CSV, HTML and JSON into `folder`, where the codes are kept, too.

    Raises: ModelNotFound; PerceptionNotFound where no features see the model's world.
    """
    from wend.library.seeing import set_seeing
    from wend.measure.card_world import world_of
    from wend.perception.distance import PerceptualDistance

    opened = open_asked(settings, asked, MODEL)
    bench = opened.bench
    found = set_seeing(bench.perception, world_of(opened.card).name, "features")
    distance = PerceptualDistance(bench.perception.features(found.card.id, bench.device))
    plan = QUICK if asked.quick else LossesPlan()
    result = run_losses(bench, distance, folder, plan, asked.seed)
    answer = {**result.as_dict(), "starts": plan.starts, **opened.made_with}
    return write_answer(folder, "losses", answer, {"losses": result.table()}, result.report(opened.made_with))
