"""Side: one of the two ways to learn a slider without labels, as it is judged beside the other.

One is a learned walk, which adds a step to whatever a picture shows; the other a factor, which can be put at
a value.

Source of either: Jahanian, Chai and Isola, ICLR 2020; Plumerault, Le Borgne and Hudelot,
"Controlling generative models with continuous factors of variations", ICLR 2020, which measures precision by
the standard deviation of the attribute at each step.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch

from wend.errors import InvalidInput
from wend.latents.factor import FactorWalk
from wend.latents.walk import Walk
from wend.measure.attributes import AttributeColumn
from wend.measure.circle import difference
from wend.measure.export import Cell
from wend.measure.probe import Probe
from wend.measure.slices import Sliced
from wend.measure.walk_aim import Aim
from wend.measure.walk_judge import Judge
from wend.measure.walk_response import calibrate, leakage_along
from wend.measure.walk_steps import Edit, WalkSteps, look_along
from wend.methods.studies.control import look_put, sd_of

WALK, FACTOR = "learned walk", "factor"


@dataclass(frozen=True)
class Side:
    """One method's slider for one edit, ready to be judged. alphas: its own strengths, ascending with 0 among
    them, that stand for the amounts asked, one for each; seconds: of the processor, to learn it; looked:
    gradients through the generator, a picture each."""

    edit: str
    method: str
    walk: Walk
    alphas: tuple[float, ...]
    seconds: float
    looked: int


@dataclass(frozen=True)
class SideScore:
    """What a slider did on pictures it never learned from. amounts: asked, in `unit` of the attribute.

    error: root mean square of the measured change less the asked one, over pictures and amounts but 0;
    slope: measured per asked, of the line through all of them; r2: of the medians' line; leakage:
    mean over other attributes, root mean square change per standard deviation of the asked one; leaks: each;
    edit_error: masked squared error from the edit itself, in squared units of -1..1.
    sd_before: of the attribute over pictures as they are; sds: at each amount, where a walk adds it to
    what is there and a factor is put there; short: share of pictures and amounts that the slider
    cannot reach.
    """

    edit: str
    method: str
    attribute: str
    unit: str
    amounts: tuple[float, ...]
    error: float
    slope: float
    r2: float
    leakage: float
    leaks: dict[str, float]
    edit_error: float
    sd_before: float
    sds: tuple[float, ...]
    medians: tuple[float, ...]
    short: float
    seconds: float
    looked: int

    @property
    def error_share(self) -> float:
        """The error, of the largest amount asked."""
        return self.error / max(abs(amount) for amount in self.amounts)

    @property
    def sd_ratio(self) -> float:
        """Mean over amounts of the attribute's sd, over that before: 1 where nothing is controlled."""
        return float(np.mean(self.sds)) / self.sd_before

    @classmethod
    def from_plain(cls, told: Mapping[str, object]) -> "SideScore":
        """Of what `to_dict` made of one, read from a file that this program wrote."""
        tuples = {name: tuple(cast("list[float]", told[name])) for name in ("amounts", "sds", "medians")}
        return cls(**{**told, **tuples})  # type: ignore[arg-type]  # as it was written

    def row(self) -> dict[str, Cell]:
        return {
            "edit": self.edit, "method": self.method, "attribute": self.attribute, "unit": self.unit,
            "asked": max(self.amounts), "error": self.error, "error_share": self.error_share,
            "slope": self.slope, "r2": self.r2, "leakage": self.leakage, "edit_error": self.edit_error,
            "sd_before": self.sd_before, "sd": float(np.mean(self.sds)), "sd_ratio": self.sd_ratio,
            "short": self.short, "seconds": self.seconds, "looked": self.looked,
        }  # fmt: skip


def judge_side(
    side: Side,
    probe: Probe,
    amounts: Sequence[float],
    judge: Judge,
    aim: Aim,
    edit: Edit,
    spreads: dict[str, float],
) -> Sliced[SideScore]:
    """A slice per batch and amount, twice for a factor. edit: (images, amount) -> target, mask.

    spreads: of the world, in the aim's unit, without what cannot be told.
    Raises: InvalidInput for strengths that do not fit the amounts, or where nothing moved.
    """
    if len(side.alphas) != len(amounts) or side.alphas.index(0.0) != list(amounts).index(0.0):
        raise InvalidInput("Every amount that is asked needs one strength of the slider.")
    of = dict(zip(side.alphas, amounts, strict=True))
    seen = yield from look_along(
        probe, side.walk, side.alphas, judge, lambda images, alpha: edit(images, of[alpha])
    )
    seen = seen.aimed(aim)
    columns = [at[aim.attribute] for at in seen.factors]
    before = columns[seen.start]
    if isinstance(side.walk, FactorWalk):
        middle = float(side.walk.curve(torch.zeros((), device=side.walk.read.device)))
        values = [middle + alpha for alpha in side.alphas]
        columns = yield from look_put(side.walk, values, probe, judge, aim)
    return _score(side, seen, tuple(amounts), aim, spreads, before, columns, _short(side, probe))


def _short(side: Side, probe: Probe) -> float:
    """Share of pictures and strengths that a factor's ends cut off; 0 for what has no ends."""
    if not isinstance(side.walk, FactorWalk):
        return 0.0
    latent = probe.z if side.walk.space == "z" else probe.ws
    cut = [side.walk.shortfall(latent, alpha) != 0.0 for alpha in side.alphas if alpha]
    return float(torch.stack(cut).double().mean())


def _score(
    side: Side,
    seen: WalkSteps,
    amounts: tuple[float, ...],
    aim: Aim,
    spreads: dict[str, float],
    before: AttributeColumn,
    columns: list[AttributeColumn],
    short: float,
) -> SideScore:
    asked = np.array(amounts)
    changes = seen.changes(aim.attribute)
    others = asked != 0.0
    off = difference(changes, np.broadcast_to(asked, changes.shape), before.period)[:, others]
    line = calibrate(asked, changes)
    leakage = leakage_along(seen, aim.attribute, spreads, seen.alphas)
    assert seen.edit_errors is not None
    leaks = {leak.name: leak.size for leak in leakage.leaks}
    return SideScore(
        edit=side.edit,
        method=side.method,
        attribute=aim.attribute,
        unit=aim.unit,
        amounts=amounts,
        error=float(np.sqrt(np.nanmean(np.square(off)))),
        slope=line.slope,
        r2=line.r2_medians,
        leakage=float(np.mean(list(leaks.values()))),
        leaks=leaks,
        edit_error=float(seen.edit_errors[:, others].mean()),
        sd_before=sd_of(before),
        sds=tuple(sd_of(column) for column in columns),
        medians=tuple(float(np.nanmedian(column.values)) for column in columns),
        short=short,
        seconds=side.seconds,
        looked=side.looked,
    )
