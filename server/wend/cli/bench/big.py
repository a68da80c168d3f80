"""`wend bench big`: a StyleGAN2 of 1024 px from the file to an animation on this machine, part by part.

Each part runs in a process of its own, whose memory and times are kept in a folder; a part that is there is
not run again, so a run that was broken off goes on.
"""

import json
import multiprocessing
import resource
import time
import traceback
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path

from wend.cli.bench.big_jobs import JOBS
from wend.cli.bench.big_page import drag, drag_beside, find_region
from wend.cli.bench.big_parts import add_components, import_model, look_for_walks, write_file

Part = Callable[[Path], dict[str, object]]

PARTS: Mapping[str, Part] = {
    "file": write_file,
    "import": import_model,
    "pca": add_components,
    "drag": drag,
    "region": find_region,
    **{f"job {kind}": job for kind, job in JOBS.items()},
    "discover": look_for_walks,
    "drag beside a job": drag_beside,
}
"""In order: later parts need what earlier ones leave in the folder."""
PART_S = 350.0
_GIB = 2**30


def measure_big(folder: Path, only: tuple[str, ...] = ()) -> dict[str, object]:
    """Run the parts that have no result yet, or those named; all results so far.

    peak_gib: the most memory that the part's process, or one that it started, has held at once; seconds: of
    the wall clock; cpu_s: of the processor. A part that cannot be says why, as `refused`.
    """
    kept = folder / "results"
    kept.mkdir(parents=True, exist_ok=True)
    results: dict[str, object] = {}
    for name in PARTS:
        path = kept / f"{name}.json"
        if name in only or (not only and not path.exists()):
            path.write_text(json.dumps(_in_process(name, folder), indent=2))
        if path.exists():
            results[name] = json.loads(path.read_text())
    return {"parts": results, "model": "config-f"}


def _in_process(name: str, folder: Path) -> dict[str, object]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(name, folder, theirs))
    process.start()
    theirs.close()
    try:
        if not ours.poll(PART_S):
            raise RuntimeError(f"the part {name!r} took more than {PART_S:g} s")
        answer: dict[str, object] = ours.recv()
    except EOFError as error:
        raise RuntimeError(f"the part {name!r} died") from error
    finally:
        process.terminate()
        process.join()
    if "broken" in answer:
        raise RuntimeError(f"the part {name!r} failed:\n{answer['broken']}")
    return answer


def _run(name: str, folder: Path, answer: Connection) -> None:
    began = time.perf_counter()
    try:
        found = PARTS[name](folder)
    except Exception:  # noqa: BLE001 - told to the process that waits
        answer.send({"broken": traceback.format_exc()})
        return
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    answer.send(
        {
            **found,
            "seconds": round(time.perf_counter() - began, 1),
            "cpu_s": round(sum(each.ru_utime + each.ru_stime for each in used), 1),
            "peak_gib": round(max(each.ru_maxrss for each in used) * 1024 / _GIB, 2),
        }
    )
