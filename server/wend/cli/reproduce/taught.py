"""Taught: generators of an experiment on sketches; each learnt once, kept, and gone on with after a break."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from torch import Tensor

    from wend.library.card import ModelCard
    from wend.methods.process_bench import ProcessBench
    from wend.methods.sketch.lookalikes import Lookalikes
    from wend.methods.sketch.params import SketchParams
    from wend.methods.sketch.training import SketchTraining

CHECKPOINT_S = 20.0
WORLD_SEED = 840_001
"""Of the pictures that children shall look like: none of them is a target."""
NO_SET = "0" * 12
"""In place of a set's id: drawings are made here, and belong to no set."""


@dataclass(frozen=True)
class Lesson:
    """What is learnt from what. told: all that decides the drawings, as plain data."""

    params: "SketchParams"
    drawings: "Tensor"
    told: Mapping[str, object]
    weights: str

    @property
    def digest(self) -> str:
        """16 hex digits of parameters, drawings and the parent's weights."""
        text = json.dumps(
            [self.params.model_dump(mode="json"), dict(self.told), self.weights], sort_keys=True
        )
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def teach(
    lesson: Lesson,
    bench: "ProcessBench",
    pictures: "Lookalikes | None",
    folder: Path,
    label: str,
    is_stopped: Callable[[], bool],
) -> "SketchTraining":
    """Train to the end, from the checkpoint in `folder` where there is one.

    pictures: of `lookalikes_of`, which all runs of an experiment share; None where none are looked like. A
    checkpoint that cannot be read is begun anew. Raises: as `SketchTraining`; Exit (130) where it was
    stopped, with its state kept.
    """
    from wend.errors import CheckpointInvalid
    from wend.methods.sketch.training import SketchTraining
    from wend.optim.checkpoint import load_checkpoint, save_checkpoint

    def begin() -> "SketchTraining":
        return SketchTraining(bench, lesson.params, list(lesson.drawings), None, pictures)

    training = begin()
    path = folder / f"{lesson.digest}.safetensors"
    console = Console(stderr=True)
    if path.exists():
        try:
            training.load_state_dict(load_checkpoint(path))
        except (CheckpointInvalid, KeyError, RuntimeError, ValueError):
            console.print(f"{path} cannot be read; this run begins anew.", highlight=False)
            training = begin()
    folder.mkdir(parents=True, exist_ok=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        shown = bar.add_task(label, total=1.0)
        saved = time.monotonic()
        while not training.is_done:
            training.step()
            bar.update(shown, completed=training.fraction)
            if training.is_done or is_stopped() or time.monotonic() - saved > CHECKPOINT_S:
                save_checkpoint(path, training.state_dict())
                saved = time.monotonic()
            if is_stopped() and not training.is_done:
                console.print(f"Saved in {folder}. Run the same command again to go on.", highlight=False)
                raise typer.Exit(130)
        bar.update(shown, completed=1.0)
    return training


def lookalikes_of(card: "ModelCard", count: int, folder: Path) -> "Lookalikes":
    """Pictures of the model's world that children shall look like, drawn once and kept in `folder`.

    The same for every seed: runs differ in what is trained, not in what it is held to. Raises: InvalidInput.
    """
    import numpy as np

    from wend.measure.card_world import world_of
    from wend.measure.sample_cache import world_digest
    from wend.methods.reals import Reals
    from wend.methods.sketch.lookalikes import Lookalikes

    world = world_of(card)
    path = folder / f"{world_digest(world, count, WORLD_SEED, card.resolution)[:16]}.npy"
    if path.is_file():
        reals = Reals(np.load(path, allow_pickle=False), None)
    else:
        reals = Reals.of_world(world, count, WORLD_SEED, card.resolution)
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{os.getpid()}.{path.name}")
        np.save(partial, reals.pixels[np.arange(len(reals.pixels))])
        partial.replace(path)
    return Lookalikes(reals, f"{count} pictures of the world {world.name}")
