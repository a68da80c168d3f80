"""Jobs of `wend bench big`: some steps of each kind on a generator of 1024 px."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from wend.cli.bench.big_parts import FAMILY, MODEL, open_bench
from wend.cli.bench.statistics import percentiles
from wend.errors import WendError
from wend.imaging.codec import encode
from wend.jobs.bench import open_workbench
from wend.jobs.recipes import find_recipe
from wend.library.images import IMAGES_FOLDER, ImageStore
from wend.library.sketch_sets import SKETCHES_FOLDER, SketchContent, SketchSets
from wend.methods.invert.params import InvertParams
from wend.methods.process_bench import ProcessBench
from wend.methods.reals import Reals
from wend.methods.sketch.params import SketchParams
from wend.methods.widen.job import WidenJob
from wend.methods.widen.params import WidenParams
from wend.optim.job import Job

STEPS = 5
MOST_S = 280.0
"""A part ends after so long, with fewer steps, which it says."""

Json = dict[str, Any]  # Any: as parameters come from a page


def _picture(seed: int) -> Json:
    return {"model": MODEL, "latent": {"kind": "seed", "seed": seed}, "psi": 0.7}


def _timeline() -> Json:
    keyframes = [{"picture": _picture(seed), "duration": 0.5, "easing": "linear"} for seed in (0, 1)]
    return {"version": 2, "picture": _picture(0), "timeline": {"keyframes": keyframes, "repeat": "loop"}}


# Small batches and few frames: what a step takes grows with them, its memory does not.
JOB_PARAMS: Mapping[str, Json] = MappingProxyType(
    {
        "steer": {"model": MODEL, "edit": "shift_x", "batch": 2, "held_out": 1, "check_every": 0},
        "limits": {"model": MODEL, "walk": f"{FAMILY}/0", "seeds": 20},
        "manifold": {
            "picture": _picture(0), "rectangle": [400, 600, 400, 600], "frames": 4, "loss": "l2",
            "start": "line", "c": 0.05, "sigma": 1.0,
        },
        "widen": {"model": MODEL, "edit": "shift_x", "batch": 2, "walk_first": 1, "iterations": STEPS},
        "factor": {"model": MODEL, "edit": "shift_x", "starts": 6, "updates": STEPS},
        # No factor lies on its shelf yet, and no network knows its pictures: both are refused, and say so.
        "sample": {
            "model": MODEL,
            "targets": [{"walk": "factor-x/x", "distribution": {"kind": "uniform", "low": 0.0, "high": 0.1}}],
        },
        "survey": {"models": [MODEL]},
        "invert": {"model": MODEL, "photo": "0" * 64, "tries": 8, "generations": 0, "updates": STEPS},
        "pivotal": {
            "model": MODEL, "photo": "0" * 64, "tries": 8, "generations": 0, "updates": STEPS,
            "tuning": STEPS,
        },
        "sketch": {
            "model": MODEL, "sketches": "0" * 12, "pictures": "samples", "picture_count": 16,
            "batch": 2, "iterations": STEPS, "patience": 0, "name": "bench-sketched", "extractor": "edges",
        },
        "vanished": {"model": MODEL, "pictures": "portraits", "count": 1, "tries": 8, "updates": STEPS},
        "export": {"document": _timeline(), "fps": 10, "format": "mp4"},
    }
)  # fmt: skip


def run_job(kind: str, folder: Path) -> dict[str, object]:
    """Five updates, or for an export all of its ten pictures. Where it cannot be on such a model, why.

    A job's slice is one call of its `step`; the page's pictures wait for the slice that is going on.
    """
    bench = open_bench(folder)
    began = time.perf_counter()
    try:
        job = _built(kind, bench)
    except WendError as error:
        return {"refused": error.sentence}
    slices: list[float] = []
    updates, is_done = 0, False
    while not is_done and updates < STEPS and time.perf_counter() - began < MOST_S:
        before = time.perf_counter()
        report = job.step()
        slices.append(1e3 * (time.perf_counter() - before))
        updates, is_done = report.updates, report.is_done
    outcome = job.finish(folder / "artifacts" / kind) if is_done else None
    return {
        "updates": updates,
        "slices": len(slices),
        "slice_ms": percentiles(slices),
        "longest_slice_ms": round(max(slices)),
        "facts": {} if outcome is None else dict(outcome.facts),
    }


def _built(kind: str, bench: ProcessBench) -> Job:
    recipe = find_recipe(kind)
    params = recipe.parse(JOB_PARAMS[kind])
    if isinstance(params, WidenParams):
        # The card names no world to draw real pictures from: grey noise is as much work.
        pixels = np.random.RandomState(0).randint(0, 256, (64, 1024, 1024, 1), np.uint8)
        return WidenJob(params.model_copy(update={"name": "bench-widened"}), bench, Reals(pixels, None))
    if isinstance(params, InvertParams):
        images = ImageStore(bench.data_dir / IMAGES_FOLDER)
        photo = np.random.RandomState(0).randint(0, 256, (256, 256, 3), np.uint8)
        params = params.model_copy(update={"photo": images.put(encode(photo, "png"), "photo").id})
    if isinstance(params, SketchParams):
        images = ImageStore(bench.data_dir / IMAGES_FOLDER)
        ring = np.full((256, 256, 1), 255, np.uint8)
        ring[64:192, 126:130] = ring[126:130, 64:192] = 0
        content = SketchContent(name="bench", drawings=(images.put_pixels(ring).id,))
        kept = SketchSets(bench.data_dir / SKETCHES_FOLDER, images).add(content)
        params = params.model_copy(update={"sketches": kept.id})
    if recipe.runs == "process":
        return recipe.build(params, bench)
    return recipe.build(params, open_workbench(bench, MODEL))


def _part(kind: str) -> Callable[[Path], dict[str, object]]:
    return lambda folder: run_job(kind, folder)


JOBS = MappingProxyType({kind: _part(kind) for kind in JOB_PARAMS})
