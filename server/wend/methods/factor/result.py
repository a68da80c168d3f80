"""Factor result: what is put on the shelf of a factor, and what is said of it."""

from dataclasses import replace
from typing import cast

import torch

from wend.latents.factor import MonotoneCurve
from wend.library.factor_record import Anchor, Factor
from wend.library.walk_record import Scalar, WalkRecord
from wend.methods.factor.edits import FactorEdit
from wend.methods.factor.looks import Told
from wend.methods.factor.model import Fit, anchored
from wend.methods.factor.records import Records, kept
from wend.methods.factor.task import FactorTask

_CLOSE = 0.3
"""A cosine beyond which two factors are not to be moved apart from each other without being told."""


def natural_curve(curve: MonotoneCurve, edit: FactorEdit, is_published: bool) -> MonotoneCurve:
    """g in the unit people read, through the same values at the ends of its bins."""
    if not edit.is_magnification:
        return replace(curve, slopes=curve.slopes.float())
    natural = MonotoneCurve.through(edit.natural(curve.levels, is_published))
    return replace(natural, slopes=natural.slopes.float())


def factor_record(
    task: FactorTask, found: Fit, told: Told, records: Records, cosines: tuple[float, ...],
    generator_hash: str, family: str,
) -> WalkRecord:  # fmt: skip
    """The factor as it lies on the shelf. Raises: InvalidInput where nothing was found."""
    params, edit = task.params, task.edit
    good = int(kept(records, params.threshold, params.worst).sum())
    anchor: Anchor = "zero" if told.anchor is None else "measured"
    middle = 0.0 if told.anchor is None else told.anchor
    curve = natural_curve(anchored(found.curve, middle), edit, task.is_published)
    walk = task.codes.walk(found.u, curve, found.seen)
    at_zero = float(curve(torch.zeros(())))
    # A change of the number that adds up is one of the factor's share, where that multiplies.
    unit_of_error = at_zero if edit.is_magnification and not task.is_published else 1.0
    held_out = found.rms * unit_of_error
    low, high = walk.usual
    settings = _settings(task)
    settings |= {"held_out_rms": held_out, "threads": torch.get_num_threads()}
    if told.anchor is not None:
        settings |= {"read_rms": told.rms, "read_r2": told.r2, "read_slope": told.slope, "read": told.read}
    for record, cosine in zip(task.clear_of, cosines, strict=True):
        settings[f"cosine {record.id}"[:64]] = cosine
    return WalkRecord(
        id=f"{family}/{edit.name.replace('_', '-')}",
        title=edit.title,
        method="factor",
        space=task.space,
        unit=edit.unit,
        layers=task.layers,
        low=low - at_zero,
        high=high - at_zero,
        psi=task.psi,
        strength=told.strength,
        generator_hash=generator_hash,
        vector=torch.zeros(0),
        unit_length=0.0,
        settings=settings,
        trained=(-task.strengths[-1], task.strengths[-1]),
        class_index=params.class_index,
        factor=Factor(
            replace(walk, layers=task.layers),
            edit.name,
            anchor,
            held_out if told.anchor is None else told.rms,
            good,
            len(records) - good,
            edit.attribute if anchor == "measured" else None,
        ),
    )


def factor_facts(
    task: FactorTask, found: Fit, told: Told, record: WalkRecord, records: Records, cosines: tuple[float, ...]
) -> dict[str, str]:
    """What a person should know of it, in the order to show it."""
    factor = record.factor
    assert factor is not None
    unit = record.unit
    facts = {
        "reaches": f"{factor.low:.3g} to {factor.high:.3g} {unit}, over 99.7 % of pictures",
        "sure to": f"{factor.rms:.2g} {unit}",
        "counted from": (
            "the typical picture"
            if factor.anchor == "zero"
            else f"what is read in {told.read} fresh pictures"
        ),
        "trajectories": f"{factor.kept} edited pictures used, {factor.rejected} thrown out",
        "difference left": f"{float(records.left.median()):.0%} of an edit, in the middle",
        "held-out error": f"{found.rms / max(found.scale, 1e-12):.0%} of the changes' size",
        "lives in": "whitened w" if task.space == "w" else "z",
    }
    if factor.anchor == "measured":
        facts["read against predicted"] = f"R^2 {told.r2:.2f}"
    for other, cosine in zip(task.clear_of, cosines, strict=True):
        warned = ", so what it did together with that is gone" if abs(cosine) > _CLOSE else ""
        facts[f"cosine removed, {other.title.lower()}"] = f"{cosine:+.2f}{warned}"
    return facts


def _settings(task: FactorTask) -> dict[str, Scalar]:
    """Every parameter as it was used, in plain values."""
    left_out = {"model", "layers", "class_index"}
    told = task.params.model_dump(mode="json", exclude_none=True, exclude=left_out)
    settings = {name: cast("Scalar", value) for name, value in told.items()}
    settings |= {"space": task.space, "psi": task.psi, "reach": task.strengths[-1]}
    settings |= {"layer_start": task.layers[0], "layer_end": task.layers[1]}
    if task.edit.source:
        settings["edit_sha256"] = task.edit.source
    return settings
