"""`wend bench big`: a StyleGAN2 of 1024 px from the file to an animation on this machine, part by part.

Each part runs in a process of its own, so that its peak of memory is its own. Rows are kept in a folder: a
part that has one is not run again, one that was broken off goes on.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from wend.cli.bench.big_jobs import JOBS
from wend.cli.bench.big_page import drag, drag_beside, find_region
from wend.cli.bench.big_parts import add_components, import_model, look_for_walks, write_file
from wend.cli.bench.big_process import Alone, Bounds, Part, Row, run_part

JOB = "job "
PARTS: Mapping[str, Part] = {
    "file": Alone(write_file),
    "import": Alone(import_model),
    "pca": Alone(add_components),
    "drag": Alone(drag),
    "region": Alone(find_region),
    **{JOB + kind: job for kind, job in JOBS.items()},
    "discover": Alone(look_for_walks),
    "drag beside a job": Alone(drag_beside),
}
"""In order: later parts need what earlier ones leave in the folder."""


def part_of(name: str) -> str | None:
    """The part of a name, which may be a kind of job: steer is `job steer`. None where there is none."""
    return next((each for each in (name, JOB + name) if each in PARTS), None)


def measure_big(
    folder: Path, only: tuple[str, ...] = (), bounds: Bounds | None = None, is_again: bool = False
) -> dict[str, object]:
    """Run the parts that have no whole row yet, all of them or those of `only`; every row there is by then.

    peak_gib: the most memory that the part's process, or one that it started, has held at once; seconds: of
    the wall clock; cpu_s: of the processor. A part that cannot be says why, as `refused`; one that was broken
    off, as `stopped`; one that took too much memory, as `too_large`. is_again: whole rows are made anew.
    """
    kept = folder / "results"
    kept.mkdir(parents=True, exist_ok=True)
    results: dict[str, object] = {}
    for name in PARTS:
        path = kept / f"{name}.json"
        before = cast("Row", json.loads(path.read_text())) if path.exists() and not is_again else {}
        is_wanted = name in only if only else True
        if is_wanted and (not before or "stopped" in before):

            def keep(row: Row, path: Path = path, before: Row = before) -> None:
                path.write_text(json.dumps(_joined(before, row), indent=2))

            run_part(PARTS[name], folder, bounds or Bounds(), keep, is_again)
        if path.exists():
            results[name] = json.loads(path.read_text())
    return {"parts": results, "model": "config-f"}


def _joined(before: Row, row: Row) -> Row:
    """What two sessions of one part took together."""
    sums: Row = {
        name: round(float(str(before.get(name, 0.0))) + float(str(row.get(name, 0.0))), 1)
        for name in ("seconds", "cpu_s")
    }
    peak = max(float(str(each.get("peak_gib", 0.0))) for each in (before, row))
    lists: Row = {
        name: [*cast("list[object]", before.get(name, [])), *cast("list[object]", row[name])]
        for name in ("steps_s", "steps_cpu_s")
        if name in row
    }
    first: Row = {name: before[name] for name in ("first_s",) if name in before}
    return {**row, **first, **lists, **sums, "peak_gib": peak}
