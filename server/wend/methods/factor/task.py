"""Factor task: from parameters and a generator to starts, codes, loss and plans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from wend.errors import InvalidInput, InvalidParams
from wend.generators.generator import GeneratorSpec
from wend.generators.portion import portion
from wend.library.walk_record import WalkRecord
from wend.methods.factor.codes import Codes, Painter, Space, WCodes, ZCodes, one_hots
from wend.methods.factor.edits import FACTOR_EDITS, FactorEdit, find_factor_edit
from wend.methods.factor.loss import LOSSES, FactorLoss, LossPlan, sigma_at
from wend.methods.factor.model import FitPlan
from wend.methods.factor.params import FactorParams
from wend.methods.factor.trajectories import Trajectories, TrajectoryPlan
from wend.methods.workbench import Workbench

# One picture forward and backward takes 25 ms of a CPU core at 64 px: a slice.
_CPU_CHUNK, _GPU_CHUNK = 1, 16
_LEAST_OWN = 0.2
"""Sine between a line and those before it, 11 degrees: nearer, what tells them apart is mostly error."""


@dataclass(frozen=True)
class FactorTask:
    """One factor to find.

    strengths: |t| of the edits, rising; classes: those it is learned on, empty for a generator without;
    clear_of, lines: factors it is not to share a line with, and their lines of norm 1, [M, K]; others:
    orthonormal rows in place of these, the first along the first line, the second in the plane of two, ...
    """

    params: FactorParams
    edit: FactorEdit
    space: Space
    layers: tuple[int, int]
    psi: float
    classes: tuple[int, ...]
    strengths: tuple[float, ...]
    codes: Codes
    painter: Painter
    loss: FactorLoss
    plan: TrajectoryPlan
    fit_plan: FitPlan
    clear_of: tuple[WalkRecord, ...]
    lines: Tensor
    others: Tensor

    @property
    def is_published(self) -> bool:
        """Whether changes of scale are added up as published, t itself, and not as log(1 + t)."""
        return self.params.form == "released"

    def cosines(self, shares: Sequence[float]) -> tuple[float, ...]:
        """Of a line with that of each of `clear_of`, from its cosines with the rows of `others`."""
        turned = self.lines.double() @ self.others.double().T
        return tuple((turned @ torch.tensor(list(shares), dtype=torch.float64)).tolist())

    def begin(self) -> Trajectories:
        """The trajectories, from starts drawn by the seed; classes go round."""
        generator, count = self.painter.generator, self.params.starts
        rng = torch.Generator().manual_seed(self.params.seed)
        classes = [self.classes[k % len(self.classes)] if self.classes else -1 for k in range(count)]
        starts = self.codes.draw(rng, count, one_hots(generator, classes))
        return Trajectories(
            self.painter, self.edit, self.loss, starts, torch.tensor(classes), self.plan
        )  # fmt: skip


def factor_task(
    params: FactorParams, bench: Workbench, edits: Mapping[str, FactorEdit] = FACTOR_EDITS
) -> FactorTask:
    """edits: to choose from, beside the catalogue's and those of the folder that the user's settings allow.

    Raises: InvalidParams for what does not fit the model; WalkNotFound for a factor that is not there."""
    generator = bench.generator
    spec, card = generator.spec, bench.shelf.store.get(bench.model).card
    try:
        own = bench.perception.trust.edits_dir
        edit = edits[params.edit] if params.edit in edits else find_factor_edit(params.edit, own)
    except InvalidInput as error:
        raise InvalidParams("edit", error.sentence.rstrip(".")) from error
    if params.form == "released" and edit.released is not None:
        edit = replace(edit, apply=edit.released)
    psi = card.psi if params.psi is None else params.psi
    space = _space(params, spec)
    layers = (0, spec.num_ws) if params.layers is None or space == "z" else params.layers
    if layers[1] > spec.num_ws:
        raise InvalidParams("layers", f"the model has {spec.num_ws} style rows, so none beyond that")
    classes = _classes(params, spec)
    strengths = _strengths(params, edit, spec.resolution)
    codes: Codes = (
        ZCodes(generator, psi) if space == "z" else WCodes(generator, psi, layers, classes)
    )  # fmt: skip
    sigma = sigma_at(spec.resolution) if params.sigma is None else params.sigma
    plan = TrajectoryPlan(
        strengths,
        params.updates,
        params.learning_rate,
        portion(
            spec.resolution, _CPU_CHUNK if generator.device.type == "cpu" else _GPU_CHUNK, has_gradient=True
        ),
        params.warm,
        params.ball,
        params.least_fall,
        params.method,
    )
    fit_plan = FitPlan(
        params.fit_updates,
        params.fit_rate,
        params.fit_batch,
        params.smooth,
        params.held_out,
        is_released=params.form == "released",
        seed=params.seed,
    )
    clear_of = _clear_of(params, bench, space, layers)
    lines, others = _lines(clear_of, codes)
    return FactorTask(
        params, edit, space, layers, psi, classes, strengths, codes, Painter(generator, codes),
        LOSSES[params.loss](LossPlan(sigma, params.mask)), plan, fit_plan, clear_of, lines, others,
    )  # fmt: skip


def _space(params: FactorParams, spec: GeneratorSpec) -> Space:
    """w where there is one: R^2 of a bundled head's x, predicted against read, is 0.78 there and 0.63 in z.

    A w that holds the class beside z is no place for a line.
    """
    holds_class = spec.blends_in == "z" or bool(spec.c_dim and spec.w_dim != spec.z_dim)
    able = "w" in spec.spaces and not holds_class
    if params.space == "w" and not able:
        raise InvalidParams("space", "the w of this model holds z and its class, so look in z")
    return "w" if params.space != "z" and able else "z"


def _classes(params: FactorParams, spec: GeneratorSpec) -> tuple[int, ...]:
    for name, index in (("class_index", params.class_index), ("left_out", params.left_out)):
        if index is not None and not spec.c_dim:
            raise InvalidParams(name, "the model has no classes")
        if index is not None and index >= spec.c_dim:
            raise InvalidParams(name, f"the model has classes 0 to {spec.c_dim - 1}")
    if params.class_index is not None:
        return (params.class_index,)
    pooled = tuple(k for k in range(spec.c_dim) if k != params.left_out)
    if spec.c_dim and not pooled:
        raise InvalidParams("left_out", "it is the only class there is")
    return pooled


def _strengths(params: FactorParams, edit: FactorEdit, side: int) -> tuple[float, ...]:
    if params.strengths == "published" and params.reach is None:
        steps = len(edit.published)
        if params.targets > steps:
            raise InvalidParams("targets", f"the published strengths are {steps}, so no more")
        return edit.published[: params.targets]
    reach = edit.near if params.reach is None else params.reach
    if (edit.is_share or edit.is_magnification) and reach >= 1.0:
        raise InvalidParams("reach", f"it must be below 1, or nothing is left of the picture, not {reach:g}")
    if edit.is_share and round(reach * side) < 1:
        raise InvalidParams("reach", f"it is less than a pixel of {side}")
    return edit.grid(side, reach, params.targets)


def _clear_of(
    params: FactorParams, bench: Workbench, space: Space, layers: tuple[int, int]
) -> tuple[WalkRecord, ...]:
    found: list[WalkRecord] = []
    for walk_id in filter(None, (part.strip() for part in params.clear_of.split(","))):
        record = bench.shelf.get(bench.model, walk_id)
        if record in found:
            raise InvalidParams("clear_of", f"{walk_id} is named twice")
        if record.factor is None:
            raise InvalidParams("clear_of", f"{walk_id} is no factor")
        if record.space != space or (space == "w" and record.factor.walk.layers != layers):
            raise InvalidParams("clear_of", f"{walk_id} lives in another space or other layers than this one")
        found.append(record)
    return tuple(found)


def _lines(clear_of: Sequence[WalkRecord], codes: Codes) -> tuple[Tensor, Tensor]:
    """`lines` and `others` of a task. Raises: InvalidParams for factors that are all but one line."""
    if not clear_of:
        return torch.zeros(0, codes.width), torch.zeros(0, codes.width)
    found = [codes.line_of(r.factor.walk).double().cpu() for r in clear_of if r.factor is not None]
    lines = torch.stack([line / line.norm() for line in found])
    basis, parts = torch.linalg.qr(lines.T)
    for record, own in zip(clear_of, parts.diagonal().abs().tolist(), strict=False):
        if own < _LEAST_OWN:
            raise InvalidParams("clear_of", f"{record.id} goes along the lines of those before it")
    # More lines than numbers in a code have no diagonal of their own.
    if len(lines) > codes.width:
        raise InvalidParams(
            "clear_of", f"the codes hold {codes.width} numbers, so they have no line beside these"
        )
    return lines.float(), basis.T.float()
