"""Learned walks of an experiment: learned once, kept in its folder, gone on with after a break."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from wend.latents.walk import Walk
    from wend.methods.steer.params import SteerParams
    from wend.methods.workbench import Workbench

CHECKPOINT_S = 10.0


@dataclass(frozen=True)
class LearnedWalk:
    """A walk, and what it took. seconds: of the processor, over all sittings; looked: pictures that a
    gradient went through."""

    walk: "Walk"
    seconds: float
    looked: int


def learn_walk(params: "SteerParams", bench: "Workbench", path: Path, label: str) -> "Walk":
    """The walk alone of `learn_timed_walk`."""
    return learn_timed_walk(params, bench, path, label).walk


def learn_timed_walk(params: "SteerParams", bench: "Workbench", path: Path, label: str) -> LearnedWalk:
    """The walk that `params` teach this generator, on its device; `path`: its checkpoint.

    A checkpoint of other parameters or weights is written over. Raises: as `steer_task`, CheckpointInvalid;
    InvalidInput where a line learns nothing.
    """
    from wend.errors import InvalidInput
    from wend.latents.walk import Direction
    from wend.library.models import hash_of
    from wend.methods.steer.build import steer_task
    from wend.methods.steer.records import learned_walks
    from wend.optim.checkpoint import load_checkpoint, save_checkpoint
    from wend.optim.optimization import Optimization

    task = steer_task(params, bench)
    run = Optimization(task.objective, params.optimization)
    told: dict[str, object] = {"params": params.model_dump_json(), "generator": hash_of(bench.generator)}
    spent = 0.0
    if path.exists():
        state = load_checkpoint(path)
        kept = state.get("optimization")
        if isinstance(kept, dict) and all(state.get(name) == value for name, value in told.items()):
            run.load_state_dict(kept)
            spent = float(str(state.get("seconds", 0.0)))
    began = time.process_time() - spent
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        shown = bar.add_task(label, total=1.0)
        saved = time.monotonic()
        while not run.is_done:
            run.step()
            bar.update(shown, completed=run.fraction)
            if run.is_at_rest and (run.is_done or time.monotonic() - saved > CHECKPOINT_S):
                spent = time.process_time() - began
                save_checkpoint(path, {**told, "optimization": run.state_dict(), "seconds": spent})
                saved = time.monotonic()
        bar.update(shown, completed=1.0)
    walk = learned_walks(task)[0].walk
    if isinstance(walk, Direction) and walk.unit == 0.0:
        raise InvalidInput(
            f"Nothing was learned of {params.edit}: too few pictures, or nothing can follow it."
        )
    return LearnedWalk(walk.to(bench.device), spent, run.updates * params.batch)
