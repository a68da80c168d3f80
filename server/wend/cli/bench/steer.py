"""`wend bench steer`: how soon our settings and the published ones reach the same held-out edit error."""

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from wend.engine.settings import EngineSettings, thread_count
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.shelf import Shelf
from wend.methods.steer.build import steer_task
from wend.methods.steer.params import SteerParams
from wend.methods.steer.presets import ROWS, published
from wend.methods.workbench import Workbench
from wend.optim.optimization import Optimization
from wend.settings import Settings

# The published run may take so many times the pictures of ours; then it is told how far it came.
_PATIENCE, _QUICK_PATIENCE = 8.0, 3.2
_QUICK_SAMPLES = 240
_PAIRS = 32


@dataclass(frozen=True)
class Point:
    """pictures: looked at in training; seconds: of training alone; held_out: masked L2 of the same pairs."""

    pictures: int
    seconds: float
    held_out: float


def measure_steer(edit: str, quick: bool) -> dict[str, object]:
    """Both learn the same: the published range, truncation off, a vector per layer, masked L2.

    Held-out pairs are the same 32 for both. The published run is stopped once it is as good as ours, or
    after 8 times as many pictures (3.2 with --quick).
    """
    settings = Settings.load(os.environ, {})
    threads = thread_count(EngineSettings(settings.device, None, settings.threads))
    torch.set_num_threads(threads)
    store = ModelStore(settings.model_roots, settings.default_model)
    model = store.default
    device = torch.device(settings.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    generator = store.load(model, device)
    task: dict[str, object] = {
        "model": model, "edit": edit, "place": "layers", "range": "published", "psi": 1.0, "loss": "l2",
        "held_out": _PAIRS,
    }  # fmt: skip
    row = next(row for row in ROWS if row.name == "BigGAN")
    left_out = (*task, "walk", "codes")
    theirs = {name: value for name, value in published(row, edit).items() if name not in left_out}
    ours = {"samples": _QUICK_SAMPLES} if quick else {}
    with tempfile.TemporaryDirectory() as folder:
        bench = Workbench(
            model, generator, Shelf(store, Path(folder)), PerceptionStore(settings.perception_roots)
        )
        fast = _learn(SteerParams.model_validate({**task, **ours}), bench)
        goal = fast[-1].held_out
        most = round((_QUICK_PATIENCE if quick else _PATIENCE) * fast[-1].pictures)
        slow = _learn(SteerParams.model_validate({**task, **theirs, "check_every": 50}), bench, goal, most)
    reached = slow[-1].held_out <= goal
    first = next((point for point in fast if point.held_out <= slow[-1].held_out), None)
    return {
        "edit": edit,
        "fast": [vars(point) for point in fast],
        "published": [vars(point) for point in slow],
        "is_reached": reached,
        # How many times as many pictures the published run took: to the end of ours, or more where it never
        # came so far; and to where it ended, which ours passed earlier (null: ours never did).
        "times_sooner": round(slow[-1].pictures / fast[-1].pictures, 2),
        "times_sooner_at_its_end": round(slow[-1].pictures / max(first.pictures, 1), 2) if first else None,
        "model": model,
        "device": str(device),
        "threads": threads,
    }


def _learn(params: SteerParams, bench: Workbench, goal: float = -1.0, most: int | None = None) -> list[Point]:
    """Learn to the end, or until as good as `goal`, or as many pictures as `most` have been seen."""
    run = Optimization(steer_task(params, bench).objective, params.optimization)
    points: list[Point] = []
    seconds = 0.0
    while not run.is_done:
        is_learning, checks, began = not run.is_checking, len(run.checks), time.perf_counter()
        run.step()
        if is_learning:
            seconds += time.perf_counter() - began
        if len(run.checks) > checks:
            pictures = run.updates * params.batch
            points.append(Point(pictures, round(seconds, 2), round(run.checks[-1].loss, 6)))
            if points[-1].held_out <= goal or (most is not None and pictures >= most):
                break
    return points
