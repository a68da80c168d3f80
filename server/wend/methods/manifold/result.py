"""Manifold result: what a found chain leaves - a walk on the shelf; latents, frames and pictures as files."""

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from wend.imaging.contact_sheet import save_sheet
from wend.imaging.pixels import to_images
from wend.imaging.video import Format, open_writer
from wend.latents.chain import ChainWalk
from wend.library.beside import write_beside
from wend.library.walk_record import Scalar, WalkRecord
from wend.measure.path_plane import neighbour_plane, principal_plane
from wend.measure.report.path_picture import draw_path
from wend.methods.manifold.build import ManifoldTask
from wend.methods.manifold.measure import ChainReport
from wend.methods.manifold.params import ManifoldParams
from wend.methods.manifold.scene import Scene
from wend.methods.manifold.stage import Measured
from wend.methods.workbench import Workbench
from wend.optim.job import Outcome

_FPS = 15.0
_COLUMNS = 12
_REACHED = 0.2  # of c: what misses it by more has not got there


@dataclass(frozen=True)
class Found:
    """A finished chain. displacements: float32 [n, rows, D] on the CPU; before: energy at the start; broken:
    why it ended early, empty where it did not."""

    displacements: Tensor
    report: ChainReport
    measured: Measured
    before: float | None
    updates: int
    broken: str


def leave(task: ManifoldTask, found: Found, bench: Workbench, generator_hash: str, folder: Path) -> Outcome:
    """Files into `folder`, then the walk on the shelf; the same again after a crash. Raises: DiskFull."""
    _write_latents(task, found, folder)
    frames = found.report.frames
    _write_film(folder / "frames.zip", "png", frames)
    _write_film(folder / "animation.webp", "webp", frames)
    save_sheet(to_images(frames), folder / "filmstrip.png", _COLUMNS)
    for plane in (principal_plane(found.displacements), neighbour_plane(found.displacements)):
        if plane is not None:
            text = draw_path(plane, frames)
            write_beside(folder / f"path-{plane.name.lower()}.svg", text.encode())
    _write_table(found.report, folder / "frames.csv")
    job = "".join(sign for sign in folder.parent.name.lower() if sign.isalnum())[:6]
    family = f"manifold-{job}"
    record = _record(task, found, generator_hash, f"{family}/1")
    bench.shelf.save(generator_hash, family, [record])
    return Outcome(facts=_facts(task, found), walks=(record.id,))


def whole_displacements(displacements: Tensor, scene: Scene) -> Tensor:
    """Of the rows that move [n, rows, D] -> of all rows, float32 [n, L, D] on the CPU, 0 elsewhere."""
    start, end = scene.layers
    whole = torch.zeros(len(displacements), *scene.ws.shape[1:])
    whole[:, start:end] = displacements.detach().cpu() * scene.free.cpu()
    return whole


def _record(task: ManifoldTask, found: Found, generator_hash: str, walk_id: str) -> WalkRecord:
    scene, report = task.scene, found.report
    whole = whole_displacements(found.displacements, scene)
    first, last = (float((to_images(report.frames[[k]]) - scene.image.cpu()).abs().mean()) for k in (0, -1))
    return WalkRecord(
        id=walk_id,
        title=_title(task.params),
        method="manifold",
        space="w",
        unit="frames",
        layers=scene.layers,
        low=0.0,
        high=float(len(whole)),
        psi=task.params.picture.psi,
        strength=0.25 * (first + last),
        generator_hash=generator_hash,
        vector=torch.zeros(0),
        unit_length=0.0,
        settings=_settings(task, found),
        chain=ChainWalk(whole, scene.layers),
    )


def _title(params: ManifoldParams) -> str:
    """After the painted region, where the picture names it."""
    name = params.region or "Region"
    return f"{name[0].upper()}{name[1:]}, {params.frames} frames"


def _settings(task: ManifoldTask, found: Found) -> dict[str, Scalar]:
    """Every parameter as it was used, in plain values."""
    told = task.params.model_dump(mode="json", exclude_none=True)
    settings: dict[str, Scalar] = {
        name: value if isinstance(value, str | bool | int | float) else json.dumps(value)
        for name, value in told.items()
    }
    alpha, beta, gamma = task.params.weights_at(found.measured.c, found.measured.sigma)
    settings |= {"c": found.measured.c, "sigma": found.measured.sigma, "loss": task.loss}
    settings |= {"alpha": alpha, "beta": beta, "gamma": gamma}
    settings |= {"energy": found.report.energy, "leakage": round(found.report.leakage, 4)}
    return settings | {"updates": found.updates, "threads": torch.get_num_threads()}


def _facts(task: ManifoldTask, found: Found) -> dict[str, str]:
    report, measured = found.report, found.measured
    inside, wanted = float(report.inside.median()), float(report.offsets.median())
    before = "" if found.before is None else f" (at the start {found.before:.4g})"
    facts = {
        "inside": f"{inside:.3g} of {wanted:.3g} asked for, {report.near:.0%} of the frames within a tenth",
        "outside": f"{float(report.outside.median()):.2g}",
        "pixels": f"{float(report.pixels_inside.median()):.1f} of 255 inside, "
        f"{float(report.pixels_outside.median()):.1f} outside",
        "spacing": f"{float(report.gaps.mean()):.3g} ± {float(report.gaps.std(correction=0)):.2g}, "
        f"asked for {measured.sigma:.3g}",
        "energy": f"{report.energy:.4g}{before}",
        "updates": str(found.updates),
    }
    if inside < (1.0 - _REACHED) * wanted:
        facts["not reached"] = "the inside does not change by c without the rest: ask for less"
    if task.note:
        facts["mask"] = task.note
    if found.broken:
        facts["ended early"] = f"{found.broken} This is the last chain whose losses were numbers."
    return facts


def _write_latents(task: ManifoldTask, found: Found, folder: Path) -> None:
    """chain.npz: latents and displacements [n, L, D], the start [L, D], the mask [H, W], c_i and sigma."""
    displacements = whole_displacements(found.displacements, task.scene)
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        latents=task.scene.latents(found.displacements.to(task.scene.ws.device)).detach().cpu().numpy(),
        displacements=displacements.numpy(),
        start=task.scene.ws[0].cpu().numpy(),
        mask=task.mask.cpu().numpy(),
        offsets=found.report.offsets.numpy(),
        sigma=np.float32(found.measured.sigma),
        layers=np.array(task.scene.layers),
    )
    write_beside(folder / "chain.npz", buffer.getvalue())


def _write_film(path: Path, kind: Format, frames: Tensor) -> None:
    buffer = io.BytesIO()
    writer = open_writer(buffer, kind, (frames.shape[1], frames.shape[2]), _FPS)
    for frame in frames:
        writer.put(frame.numpy())
    writer.close()
    write_beside(path, buffer.getvalue())


def _write_table(report: ChainReport, path: Path) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("frame", "asked for inside", "inside", "outside", "pixels inside", "pixels outside"))
    writer.writerows((row[0], *map(repr, row[1:])) for row in report.table())
    write_beside(path, text.getvalue().encode())
