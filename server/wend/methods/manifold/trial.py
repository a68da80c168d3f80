"""Manifold trial: our search for a chain beside the published loop, on one picture, mask, c, sigma and n."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from wend.documents.picture import Picture, SeedLatent
from wend.errors import Diverged, InvalidInput
from wend.generators.generator import synthesize
from wend.latents.chain import ChainWalk
from wend.library.seeing import set_seeing
from wend.measure.part_mask import bounds, part_mask
from wend.measure.slices import finish
from wend.methods.manifold.build import ManifoldTask, mask_task
from wend.methods.manifold.job import ManifoldJob
from wend.methods.manifold.measure import ChainReport, measure_chain
from wend.methods.manifold.params import ManifoldParams
from wend.methods.manifold.scene import Scene, open_scene
from wend.methods.manifold.stage import Measured, objective_of, pull_of, stage_run
from wend.methods.manifold.start import line_start
from wend.methods.workbench import Workbench
from wend.perception.network import LabelNetwork

Told = Callable[[float], None]
"""Told the share that is done, 0..1."""


@dataclass(frozen=True)
class Trial:
    """What was found. chain: displacements float32 [n, rows, D]; seconds: of the whole search, its start
    included; at: (seconds, energy) after each update at full length.
    """

    task: ManifoldTask
    measured: Measured
    chain: Tensor
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
    scene = face_scene(bench, seed)
    mask = part_mask(_labels(bench), scene.image, part)
    params = ManifoldParams(
        picture=_picture(bench, seed),
        rectangle=bounds(mask),
        frames=frames,
        outside="strips" if is_cut else "mask",
    )
    return mask_task(params, scene, None if is_cut else mask, bench)


def face_scene(bench: Workbench, seed: int) -> Scene:
    """A seed's picture at the model's truncation."""
    return open_scene(_picture(bench, seed), None, bench)


def draw_along(scene: Scene, chain: ChainWalk, numbers: Sequence[float]) -> Tensor:
    """Images float32 [N, 3, H, W] of frame numbers along a chain, on the CPU; 0 is the picture as it was."""
    found: list[Tensor] = []
    walk = chain.to(scene.ws.device)
    for number in numbers:
        with torch.no_grad():
            found.append(synthesize(scene.generator, walk.apply(scene.ws, number), scene.noise).cpu())
    return torch.cat(found)


def on_parts(
    bench: Workbench, seed: int, parts: Sequence[str], chain: ChainWalk
) -> tuple[float, float, float] | None:
    """What a chain changes in another picture's parts: pixels inside and outside (0..255) and their ratio,
    medians over frames. None for a picture that does not show them all."""
    scene, network = face_scene(bench, seed), _labels(bench)
    try:
        mask = torch.stack([part_mask(network, scene.image, part) for part in parts]).amax(dim=0).cpu()
    except InvalidInput:
        return None
    frames = draw_along(scene, chain, [float(number) for number in range(1, chain.frames + 1)])
    change = (frames.clamp(-1.0, 1.0) - scene.image.cpu().clamp(-1.0, 1.0)).abs().mean(dim=1) * 127.5
    inside = (change * mask).sum(dim=(1, 2)) / mask.sum()
    outside = (change * (1.0 - mask)).sum(dim=(1, 2)) / (1.0 - mask).sum()
    ratio = outside / inside.clamp_min(1e-6)
    return float(inside.median()), float(outside.median()), float(ratio.median())


def _picture(bench: Workbench, seed: int) -> Picture:
    psi = bench.shelf.store.get(bench.model).card.psi
    return Picture(model=bench.model, latent=SeedLatent(seed=seed), psi=psi)


def _labels(bench: Workbench) -> LabelNetwork:
    """Raises: InvalidInput for a model whose world has no labels to tell parts by."""
    card = bench.shelf.store.get(bench.model).card
    if card.world is None:
        raise InvalidInput(f"The card of {bench.model} names no world, so nothing tells its parts.")
    found = set_seeing(bench.perception, card.world.name, "labels")
    return bench.perception.labels(found.card.id, bench.device)


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
    assert job.chain is not None
    at.append((seconds, job.report.energy))
    return Trial(task, job.measured, job.chain, job.report, job.energy_before, seconds, tuple(at))


def run_published(ours: Trial, calls: int, told: Told, limit_s: float | None = None) -> Trial:
    """The published loop on the same energy: its start on a line beside w*, its L-BFGS without line search,
    8 inner iterations a call, all frames from the first call on. It ends after limit_s seconds at the latest;
    `Trial.at` has an entry for every iteration that was made, and one more.

    Source: Yang, Rokeby and Snelgrove, 2020, released code.
    """
    params = ours.task.params.model_copy(
        update={
            "start": "line", "is_grown": False, "method": "lbfgs", "calls": calls, "inner": 8, "memory": 20,
            "learning_rate": 1.0, "stops_at_once": True,
        }
    )  # fmt: skip
    task = replace(ours.task, params=params)
    chain = line_start(task.scene.shape, params.frames, params.seed).to(task.scene.ws.device)
    pull = pull_of(params, ours.measured, params.frames)
    before = finish(measure_chain(chain, task.scene, task.sight, task.mask, pull)).energy
    began, at = time.monotonic(), []
    run = stage_run(task, 0, chain, ours.measured)
    updates = 0
    try:
        while not run.is_done and (limit_s is None or time.monotonic() - began < limit_s):
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
    return Trial(task, ours.measured, last, report, before, seconds, tuple(at))
