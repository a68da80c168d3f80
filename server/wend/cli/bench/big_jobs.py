"""Jobs of `wend bench big`: five steps of each kind on a generator of 1024 px, as a command runs them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from wend.cli.bench.big_parts import FACTOR, FAMILY, MODEL, open_settings
from wend.cli.bench.big_process import Row, Telling
from wend.engine.request import WorkProgress
from wend.errors import WendError
from wend.imaging.codec import encode
from wend.jobs.local import run_local
from wend.library.images import IMAGES_FOLDER, ImageStore
from wend.library.sketch_sets import SKETCHES_FOLDER, SketchContent, SketchSets

STEPS = 5

Json = dict[str, Any]  # Any: as parameters come from a page


def _picture(seed: int) -> Json:
    return {"model": MODEL, "latent": {"kind": "seed", "seed": seed}, "psi": 0.7}


def _timeline() -> Json:
    keyframes = [{"picture": _picture(seed), "duration": 0.5, "easing": "linear"} for seed in (0, 1)]
    return {"version": 2, "picture": _picture(0), "timeline": {"keyframes": keyframes, "repeat": "loop"}}


# The smallest that each accepts, and one more update than is waited for where the end takes long.
JOB_PARAMS: Mapping[str, Json] = MappingProxyType(
    {
        "steer": {"model": MODEL, "edit": "shift_x", "batch": 1, "held_out": 1, "check_every": 0},
        "limits": {"model": MODEL, "walk": f"{FAMILY}/0", "seeds": 20},
        "manifold": {
            "picture": _picture(0), "rectangle": [400, 600, 400, 600], "frames": 3, "start": "line",
            "c": 0.05, "sigma": 1.0,
        },
        "widen": {
            "model": MODEL, "edit": "shift_x", "batch": 2, "walk_first": 0, "pictures": 64,
            "precision": "bfloat16",
        },
        "factor": {"model": MODEL, "edit": "shift_x", "starts": 3, "worst": 0.0, "updates": STEPS + 1},
        "sample": {
            "model": MODEL,
            "targets": [{"walk": FACTOR, "distribution": {"kind": "uniform", "low": 0.0, "high": 0.1}}],
        },
        "survey": {"models": [MODEL], "count": 4},
        "nearness": {"model": MODEL, "count": 50},
        "invert": {"model": MODEL, "photo": "0" * 64, "tries": 8, "generations": 0, "updates": STEPS},
        "pivotal": {
            "model": MODEL, "photo": "0" * 64, "tries": 8, "generations": 0, "updates": 1, "tuning": STEPS,
        },
        "sketch": {
            "model": MODEL, "sketches": "0" * 12, "pictures": "samples", "picture_count": 16,
            "batch": 2, "iterations": STEPS + 1, "patience": 0, "extractor": "edges",
        },
        "vanished": {"model": MODEL, "count": 1, "tries": 8, "updates": STEPS},
        "export": {"document": _timeline(), "fps": 10, "format": "mp4"},
    }
)  # fmt: skip

_FIRST: Mapping[str, int] = MappingProxyType({"pivotal": 1})
"""Updates before those that are waited for: of the search."""
_SLICES: Mapping[str, int] = MappingProxyType({"limits": 20, "sample": 20})
"""Kinds that learn nothing, and take hours to their end: so many slices, a picture each."""


@dataclass(frozen=True)
class JobPart:
    """Five updates of a kind - or all it does, or some pictures, where it updates nothing - with checkpoints
    and previews as ever. Where it cannot be on such a model, why."""

    kind: str

    def __call__(self, folder: Path, telling: Telling) -> Row:
        """steps_s, steps_cpu_s: of every update but the first, with what comes between two; first_s: up to
        the first one. A job's slice is one call of its `step`; the page's pictures wait for it."""
        settings = open_settings(folder)
        course = _Course(self.kind, telling)
        try:
            run = run_local(
                self.kind,
                _filled(JOB_PARAMS[self.kind], settings.data_dir),
                settings,
                course.hear,
                course.is_enough,
                is_anew=telling.is_again,
            )
        except WendError as error:
            return {**course.row, "refused": error.sentence}
        row = course.row
        if run.outcome is not None:
            return {**row, "facts": dict(run.outcome.facts)}
        return row if course.is_whole else {**row, "stopped": "time was up; it goes on"}


class _Course:
    """How a run goes: when updates came, and how long slices took."""

    def __init__(self, kind: str, telling: Telling) -> None:
        self._telling = telling
        self._wanted = STEPS + _FIRST.get(kind, 0)
        self._most_slices = _SLICES.get(kind)
        self._updates = 0
        self._began = self._mark = self._slice = time.perf_counter()
        self._cpu = time.process_time()
        self._slices: list[float] = []
        self.row: Row = {"updates": 0}

    @property
    def is_whole(self) -> bool:
        """All that is waited for is there."""
        is_drawn = self._most_slices is not None and len(self._slices) >= self._most_slices
        return is_drawn or self._updates >= self._wanted

    def is_enough(self) -> bool:
        """Asked before every slice."""
        now = time.perf_counter()
        self._slices.append(now - self._slice)
        self._slice = now
        longest = round(1e3 * max(self._slices))
        self.row = {**self.row, "slices": len(self._slices), "longest_slice_ms": longest}
        return self.is_whole or self._telling.is_late

    def hear(self, report: WorkProgress) -> None:
        """Told after a slice, a few times a second at most: after each update of those that take longer."""
        if report.updates <= self._updates:
            return
        now, cpu = time.perf_counter(), time.process_time()
        if self._updates == 0:
            self.row = {**self.row, "first_s": round(now - self._began, 1), "steps_s": [], "steps_cpu_s": []}
        else:
            for name, taken in (("steps_s", now - self._mark), ("steps_cpu_s", cpu - self._cpu)):
                before = self.row[name]
                assert isinstance(before, list)
                self.row = {**self.row, name: [*before, round(taken, 1)]}
        self._updates, self._mark, self._cpu = report.updates, now, cpu
        self.row = {**self.row, "updates": report.updates}
        self._telling.tell(self.row)


def _filled(params: Json, data_dir: Path) -> Json:
    """With a photo of noise, and a set of one drawing, where they ask for them."""
    images = ImageStore(data_dir / IMAGES_FOLDER)
    if "photo" in params:
        photo = np.random.RandomState(0).randint(0, 256, (256, 256, 3), np.uint8)
        return params | {"photo": images.put(encode(photo, "png"), "photo").id}
    if "sketches" in params:
        ring = np.full((256, 256, 1), 255, np.uint8)
        ring[64:192, 126:130] = ring[126:130, 64:192] = 0
        sets = SketchSets(data_dir / SKETCHES_FOLDER, images)
        named = {each.name: each.id for each in sets.list()}
        if "bench" not in named:
            content = SketchContent(name="bench", drawings=(images.put_pixels(ring).id,))
            named["bench"] = sets.add(content).id
        return params | {"sketches": named["bench"]}
    return params


JOBS = MappingProxyType({kind: JobPart(kind) for kind in JOB_PARAMS})
