"""Manifold trial: our search for a chain beside the published loop, on one picture, mask, c, sigma and n."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from wend.documents.picture import Picture, SeedLatent
from wend.errors import Diverged, InvalidInput
from wend.library.seeing import set_seeing
from wend.measure.part_mask import bounds, part_mask
from wend.measure.slices import finish
from wend.methods.manifold_build import ManifoldTask, mask_task
from wend.methods.manifold_job import ManifoldJob
from wend.methods.manifold_measure import ChainReport, measure_chain
from wend.methods.manifold_params import ManifoldParams
from wend.methods.manifold_scene import open_scene
from wend.methods.manifold_stage import Measured, objective_of, pull_of, stage_run
from wend.methods.manifold_start import line_start
from wend.methods.workbench import Workbench

Told = Callable[[float], None]
"""Told the share that is done, 0..1."""


@dataclass(frozen=True)
class Trial:
    """What was found. seconds: of the whole search, its start included; at: (seconds, energy) after each
    update at full length."""

    task: ManifoldTask
    measured: Measured
    report: ChainReport
    energy_before: float
    seconds: float
    at: tuple[tuple[float, float], ...]

    def seconds_to(self, energy: float) -> float | None:
        """When the chain first had no more energy than that; None if never."""
        return next((seconds for seconds, found in self.at if found <= energy), None)


def part_task(bench: Workbench, seed: int, part: str, frames: int, is_cut: bool) -> ManifoldTask:
    """The task of a part of a seed's picture at the model's truncation, all else by default.

    is_cut: by the rectangle around the part and strips, as published. Raises: InvalidInput for a model whose
    world has no such parts, as `part_mask`; as `manifold_task`.
    """
    card = bench.shelf.store.get(bench.model).card
    if card.world is None:
        raise InvalidInput(f"The card of {bench.model} names no world, so nothing tells its parts.")
    found = set_seeing(bench.perception, card.world.name, "labels")
    picture = Picture(model=bench.model, latent=SeedLatent(seed=seed), psi=card.psi)
    scene = open_scene(picture, None, bench)
    mask = part_mask(bench.perception.labels(found.card.id, bench.device), scene.image, part)
    params = ManifoldParams(
        picture=picture, rectangle=bounds(mask), frames=frames, outside="strips" if is_cut else "mask"
    )
    return mask_task(params, scene, None if is_cut else mask, bench)


def run_ours(task: ManifoldTask, bench: Workbench, told: Told) -> Trial:
    """The search as a job does it. Raises: as the job."""
    job = ManifoldJob(task, bench)
    began, at, updates = time.monotonic(), [], 0
    while True:
        is_full = job.is_full_length
        report = job.step()
        told(report.fraction)
        if report.updates > updates and is_full:
            at.append((time.monotonic() - began, report.losses["total"]))
        updates = report.updates
        if report.is_done:
            break
    seconds = time.monotonic() - began
    assert job.report is not None
    assert job.measured is not None
    assert job.energy_before is not None
    at.append((seconds, job.report.energy))
    return Trial(task, job.measured, job.report, job.energy_before, seconds, tuple(at))


def run_published(ours: Trial, calls: int, told: Told) -> Trial:
    """The published loop on the same energy: its start on a line beside w*, its L-BFGS without line search,
    8 inner iterations a call, all frames from the first call on.

    Source: Yang, Rokeby and Snelgrove, 2020, released code.
    """
    params = ours.task.params.model_copy(
        update={
            "start": "line", "is_grown": False, "method": "lbfgs", "calls": calls, "inner": 8, "memory": 20,
            "learning_rate": 1.0, "stops_at_once": True,
        }
    )  # fmt: skip
    task = ManifoldTask(params, ours.task.scene, ours.task.sight, ours.task.mask, ours.task.note)
    chain = line_start(task.scene.shape, params.frames, params.seed).to(task.scene.ws.device)
    pull = pull_of(params, ours.measured, params.frames)
    before = finish(measure_chain(chain, task.scene, task.sight, task.mask, pull)).energy
    began, at = time.monotonic(), []
    run = stage_run(task, 0, chain, ours.measured)
    updates = 0
    try:
        while not run.is_done:
            run.step()
            if run.updates > updates:
                updates = run.updates
                at.append((time.monotonic() - began, run.losses["total"]))
                told(updates / run.settings.updates)
    except Diverged:
        pass  # it ends with its last finite chain, as published
    seconds = time.monotonic() - began
    last = objective_of(run).chain.detach()
    report = finish(measure_chain(last, task.scene, task.sight, task.mask, pull))
    at.append((seconds, report.energy))
    return Trial(task, ours.measured, report, before, seconds, tuple(at))
