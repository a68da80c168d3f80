"""Direction imports: what other programs found in a generator, put on the shelf as walks."""

import tempfile
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import load_file

from wend.errors import FormatDamaged, FormatUnsupported
from wend.formats.directions import MAX_DIRECTIONS, Axis, Space, Target
from wend.formats.sandbox import DirectionReport, Sandbox
from wend.latents.factor import FactorWalk, MonotoneCurve
from wend.library.factor_record import Factor
from wend.library.models import Model
from wend.library.shelf import Shelf
from wend.library.walk_record import MAX_ALPHA, WalkFamily, WalkRecord

METHOD = "import"
MOST_COMPONENTS = 24
"""Of a long list of components the first are taken: they move most, and 512 sliders help nobody."""


def import_directions(
    sandbox: Sandbox,
    path: Path,
    shelf: Shelf,
    model_id: str,
    space: Space | None = None,
    axis: Axis | None = None,
    count: int = MOST_COMPONENTS,
    called: str | None = None,
    sets: bool = False,
) -> tuple[WalkRecord, ...]:
    """Put the directions of a file on a model's shelf, as a family named after the file's content.

    space, axis: what to take them for where the file does not say. Hardly any says which weights they were
    found on: what it says is noted with each walk, and one of other weights is foreign (`shelf.is_foreign`).
    Importing a file again replaces its family.
    called: the file's name where it comes from, if another; sets: as factors, whose values are set and not
    added to, where the file says what values count from.
    Raises: the family of FormatRefused, FormatAmbiguous where something must be told; ModelNotFound,
    CardInvalid, DiskFull.
    """
    model = shelf.store.get(model_id)
    card = model.card
    target = Target(card.z_dim, card.w_dim, card.num_ws, card.spaces, space, axis)
    with tempfile.TemporaryDirectory(prefix="wend-read-") as folder:
        report, numbers = sandbox.read_directions(path, target, Path(folder), called)
        tensors = load_file(numbers)
    vectors, units = tensors["vectors"].float(), tensors["units"].double()
    if not bool(torch.isfinite(vectors).all()) or not len(vectors) == len(units) == len(report.names):
        raise FormatDamaged(report.file, "its directions are not finite, or not as many as their names")
    most = min(len(vectors), count if report.unit == "sd" else MAX_DIRECTIONS)
    family = f"import-{report.sha256[:6]}{'-set' if sets else ''}"
    records = tuple(
        _record(model, report, family, index, vectors[index], float(units[index])) for index in range(most)
    )
    if sets:
        if (mean := tensors.get("mean")) is None:
            raise FormatUnsupported(
                report.file, "it does not say what values along its directions count from"
            )
        width = card.z_dim if report.space == "z" else card.w_dim
        if mean.shape != (width,) or not bool(torch.isfinite(mean).all()):
            raise FormatDamaged(report.file, "what its values count from is no latent of finite numbers")
        # A file holds no tensor twice, not even one that all of its walks share.
        records = tuple(as_factor(record, mean.float().clone()) for record in records)
    if report.generator_hash not in ("", card.hash):
        return shelf.bring(model_id, WalkFamily(report.generator_hash, records))
    shelf.save(card.hash, family, records)
    return records


def as_factor(record: WalkRecord, mean: torch.Tensor) -> WalkRecord:
    """The same line [D] as a factor: its value counts deviations from the mean [D], and can be set.

    Source: the PCA edits of e4e, docs/formats.md: w' = w + (a - (w - mean) . c / std) std c.
    """
    move = record.vector * record.unit_length
    read = record.vector / record.unit_length
    ends = record.low, record.high
    walk = FactorWalk(read, move, mean, MonotoneCurve.identity(), record.space, record.layers, ends)
    factor = Factor(walk, record.title.lower()[:64], "zero", 0.0, 0, 0)
    return replace(record, vector=torch.zeros(0), unit_length=0.0, factor=factor)


def _found_on(model: Model, report: DirectionReport) -> str:
    if report.generator_hash:
        own = report.generator_hash == model.card.hash
        return "these weights" if own else f"other weights, {report.generator_hash[:12]}"
    return report.generator or "unknown: the file does not say"


def _record(
    model: Model, report: DirectionReport, family: str, index: int, vector: torch.Tensor, unit: float
) -> WalkRecord:
    norm = float(vector.double().norm())
    # A standard deviation counts lengths of the stored vector; else alpha 1 adds the vector as it is.
    length = unit * norm if report.unit == "sd" else norm
    return WalkRecord(
        id=f"{family}/{index + 1}",
        title=report.names[index] or f"Direction {index + 1}",
        method=METHOD,
        space=report.space,
        unit=report.unit,
        layers=report.layers,
        low=-min(report.reach, MAX_ALPHA),
        high=min(report.reach, MAX_ALPHA),
        psi=model.card.psi,
        strength=0.0,
        generator_hash=report.generator_hash or model.card.hash,
        vector=(vector.double() / norm).float(),
        unit_length=length,
        settings={
            "file": report.file,
            "sha256": report.sha256,
            "layout": report.layout,
            "norm": norm,
            "found_on": _found_on(model, report),
            "notes": "; ".join(report.notes),
        },
    )
