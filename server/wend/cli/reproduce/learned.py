"""Learned walks of an experiment: learned once, kept in its folder, gone on with after a break."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from wend.latents.walk import Walk
    from wend.methods.steer.params import SteerParams
    from wend.methods.workbench import Workbench

CHECKPOINT_S = 10.0


def learn_walk(params: "SteerParams", bench: "Workbench", path: Path, label: str) -> "Walk":
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
    if path.exists():
        state = load_checkpoint(path)
        kept = state.get("optimization")
        if isinstance(kept, dict) and all(state.get(name) == value for name, value in told.items()):
            run.load_state_dict(kept)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        shown = bar.add_task(label, total=1.0)
        saved = time.monotonic()
        while not run.is_done:
            run.step()
            bar.update(shown, completed=run.fraction)
            if run.is_at_rest and (run.is_done or time.monotonic() - saved > CHECKPOINT_S):
                save_checkpoint(path, {**told, "optimization": run.state_dict()})
                saved = time.monotonic()
        bar.update(shown, completed=1.0)
    walk = learned_walks(task)[0].walk
    if isinstance(walk, Direction) and walk.unit == 0.0:
        raise InvalidInput(
            f"Nothing was learned of {params.edit}: too few pictures, or nothing can follow it."
        )
    return walk.to(bench.device)
