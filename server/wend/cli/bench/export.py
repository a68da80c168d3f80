"""`wend bench export`: what an animation of 600 pictures at 512 px takes, in time and in memory."""

import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import torch

from wend.documents.document import Document
from wend.documents.picture import Picture, SeedLatent
from wend.documents.timeline import Keyframe, Timeline
from wend.imaging.video import MOST_FPS, Format
from wend.jobs.bench import open_process_bench, open_workbench
from wend.library.shelf import Shelf
from wend.methods.export.job import ExportJob
from wend.methods.export.params import ExportParams
from wend.settings import Settings

SIDE = 512
COUNT, QUICK_COUNT = 600, 120
WARM = 60  # pictures: until then encoders fill what they look ahead
FPS = 30.0


def measure_export(formats: tuple[Format, ...], quick: bool) -> dict[str, object]:
    """Every format after the other in one process: pictures a second, bytes, and resident memory after 60
    pictures, half way and at the end, in MB."""
    settings = Settings.load(os.environ, {})
    bench = open_process_bench(settings)
    model = bench.shelf.store.default
    count = QUICK_COUNT if quick else COUNT
    with tempfile.TemporaryDirectory() as folder:
        work = replace(open_workbench(bench, model), shelf=Shelf(bench.shelf.store, Path(folder) / "shelf"))
        results = {}
        for kind in formats:
            fps = min(FPS, MOST_FPS[kind])
            params = ExportParams(document=_document(model, count / fps), format=kind, fps=fps, size=SIDE)
            results[kind] = _measure(ExportJob(params, work), Path(folder))
    return {
        "formats": results,
        "pictures": count,
        "size": SIDE,
        "model": model,
        "device": str(bench.device),
        "threads": torch.get_num_threads(),
    }


def _measure(job: ExportJob, folder: Path) -> dict[str, float]:
    began = time.perf_counter()
    memory: dict[int, float] = {}
    count = job.frames.count
    while True:
        report = job.step()
        if job.encoded in (WARM, count // 2, count) and job.encoded not in memory:
            memory[job.encoded] = _resident_mb()
        if report.is_done:
            break
    seconds = time.perf_counter() - began
    size = job.save(folder / "animation")
    warm, half, end = memory[WARM], memory[count // 2], memory[count]
    return {
        "pictures_per_s": round(count / seconds, 2),
        "bytes": size,
        "warm_mb": warm,
        "half_mb": half,
        "end_mb": end,
        "growth_mb": round(end - warm, 1),
    }


def _document(model: str, seconds: float) -> Document:
    """Five seeds in a loop that lasts so long."""
    pictures = [Picture(model=model, latent=SeedLatent(seed=seed)) for seed in range(5)]
    keyframes = tuple(
        Keyframe(picture=picture, duration=seconds / len(pictures), easing="ease_in_out")
        for picture in pictures
    )
    return Document(picture=pictures[0], timeline=Timeline(keyframes=keyframes, repeat="loop"))


def _resident_mb() -> float:
    """Of this process, as the system counts it now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)
