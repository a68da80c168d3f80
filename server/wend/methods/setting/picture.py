"""Setting a picture: its factors put at values by drawing, looking and correcting."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from wend.documents.picture import Edit, Picture
from wend.errors import InvalidPicture
from wend.latents.factor import FactorWalk
from wend.library.walk_record import WalkRecord
from wend.measure.factor_sight import FactorSight
from wend.measure.slices import Sliced
from wend.methods.setting.corrections import CLOSE, ROUNDS, Corrections
from wend.methods.setting.reach import check_values, factor_of, shared, slopes_of
from wend.pictures.factors import FactorValue

Loop = Literal["closed", "open"]
NoteCode = Literal["open_loop", "off_prior", "unseen", "short", "conflict"]

FURTHEST_SD = 5.0
"""Positions a correction may go to. Beyond 3 it is said; where a picture sits beside what its factor
predicts, the values near the ends lie there."""
OPEN_ROUNDS = 12  # of predictions, which cost no picture
_SHORT = 5.0 * CLOSE  # of a span: further from its target a factor is said not to have reached it


@dataclass(frozen=True)
class Note:
    """Something to know of an answer; see the message FactorNote."""

    code: NoteCode
    sentence: str
    walk: str | None = None


@dataclass(frozen=True)
class SetFactors:
    """How a picture was set. Lists are in the order of the targets: edits that put it there; values predicted
    of the new picture; seen in it (None: nothing sees this factor); and of the picture as it was, seen or
    predicted. rounds: pictures drawn and looked at after the one that was sent."""

    edits: tuple[Edit, ...]
    predicted: tuple[float, ...]
    measured: tuple[float | None, ...]
    before: tuple[float, ...]
    rounds: int
    is_closed: bool
    notes: tuple[Note, ...]


class PictureDesk:
    """What setting needs of whoever owns the device.

    draw: a picture's image float32 [1, 3, H, W], in slices; predict: the factor values of a picture, by walk.
    """

    def __init__(
        self,
        draw: Callable[[Picture], Sliced[Tensor]],
        predict: Callable[[Picture], Mapping[str, FactorValue]],
    ) -> None:
        self.draw = draw
        self.predict = predict


def set_picture(
    picture: Picture,
    records: Sequence[WalkRecord],
    values: Sequence[float],
    sight: FactorSight | None,
    desk: PictureDesk,
) -> Sliced[SetFactors]:
    """Put the factors of these records at values, a value each; a slice draws a picture or looks at one.

    The picture's other edits, masks and truncation stay. sight: what sees these factors; None: open loop. The
    loop is closed for those that are seen, the others follow their own prediction. Raises: WalkNotFactor,
    FactorOutOfReach, FactorsConflict; InvalidPicture for factors in z of a picture that has no one z; what
    drawing raises.
    """
    for record, value in zip(records, values, strict=True):
        check_values(record, value, value)
    together = shared(records)
    setting = _Setting(picture, records, values, desk)
    seen = (False,) * len(records) if sight is None else sight.seen
    start, looked = setting.now, None
    if sight is not None and any(seen):
        slopes = torch.where(torch.tensor(seen), slopes_of(records), 1.0)
        looked = Corrections(setting.targets, setting.spans, start, *setting.ends, ROUNDS, slopes)
        before = yield from _look(looked, setting, sight)
        while not looked.is_done:
            yield from _look(looked, setting, sight)
    else:
        before = setting.predicted(start[0])
        looked = Corrections(setting.targets, setting.spans, start, *setting.ends, OPEN_ROUNDS)
        while not looked.is_done:
            looked.look(setting.predicted(looked.alphas[0])[None])
    alphas, found = looked.best
    edits = setting.edits(alphas[0])
    told = desk.predict(with_edits(picture, edits))
    measured = tuple(
        float(value) if is_seen and math.isfinite(value) else None
        for value, is_seen in zip(found[0].tolist(), seen, strict=True)
    )
    is_closed = all(value is not None for value in measured)
    return SetFactors(
        edits,
        tuple(told[record.id].value for record in records),
        measured,
        tuple(before.tolist()),
        looked.looks - 1 if any(seen) else 0,
        is_closed,
        tuple(_notes(records, values, measured, told, together)),
    )


class _Setting:
    """One picture and what is wanted of it."""

    def __init__(
        self, picture: Picture, records: Sequence[WalkRecord], values: Sequence[float], desk: PictureDesk
    ) -> None:
        self._picture, self._records, self._desk = picture, records, desk
        own = {edit.walk: edit for edit in picture.edits}
        self._own = [own.get(record.id, Edit(walk=record.id, alpha=0.0)) for record in records]
        factors = [factor_of(record) for record in records]
        self.targets = torch.tensor([list(values)], dtype=torch.float64)
        self.spans = torch.tensor([factor.high - factor.low for factor in factors], dtype=torch.float64)
        self.now = torch.tensor([[edit.alpha for edit in self._own]], dtype=torch.float64)
        rest = desk.predict(self.with_alphas(torch.zeros(len(records))))
        for record in records:
            if record.id not in rest:
                why = f"has no one z, in which {record.title} of {record.id} lies, so it has no value to set"
                raise InvalidPicture("latent", why)
        ends = [
            _ends(factor.walk, rest[record.id].value, record.furthest)
            for factor, record in zip(factors, records, strict=True)
        ]
        low, high = torch.tensor(ends, dtype=torch.float64).T
        self.ends = torch.minimum(low, self.now), torch.maximum(high, self.now)

    def edits(self, alphas: Tensor) -> tuple[Edit, ...]:
        """The edits of these factors at strengths [k]; a layer range that one had stays."""
        pairs = zip(self._own, alphas.tolist(), strict=True)
        return tuple(edit.model_copy(update={"alpha": alpha}) for edit, alpha in pairs)

    def with_alphas(self, alphas: Tensor) -> Picture:
        return with_edits(self._picture, self.edits(alphas))

    def predicted(self, alphas: Tensor) -> Tensor:
        """What the walks say of the picture at these strengths, [k]."""
        told = self._desk.predict(self.with_alphas(alphas))
        return torch.tensor([told[record.id].value for record in self._records], dtype=torch.float64)

    def draw(self, alphas: Tensor) -> Sliced[Tensor]:
        return self._desk.draw(self.with_alphas(alphas))


def with_edits(picture: Picture, edits: Sequence[Edit]) -> Picture:
    """The picture with these edits in the place of those of the same walks, new ones behind all others."""
    new = {edit.walk: edit for edit in edits}
    kept = tuple(new.pop(edit.walk, edit) for edit in picture.edits)
    return picture.model_copy(update={"edits": (*kept, *new.values())})


def _look(looked: Corrections, setting: _Setting, sight: FactorSight) -> Sliced[Tensor]:
    """One picture drawn and seen, [k]; what is not seen in it is as predicted."""
    alphas = looked.alphas[0]
    image = yield from setting.draw(alphas)
    yield
    told = setting.predicted(alphas)
    seen = sight.values(image, setting.targets)[0]
    values = torch.where(torch.tensor(sight.seen) & torch.isfinite(seen), seen, told)
    looked.look(values[None])
    yield
    return values


def _ends(walk: FactorWalk, value: float, furthest: float) -> tuple[float, float]:
    """The strengths that bring a factor from a value to the ends of what may be asked of it."""
    at = torch.tensor([-FURTHEST_SD, FURTHEST_SD], dtype=torch.float64, device=walk.read.device)
    low, high = walk.curve(at).tolist()
    return max(-furthest, min(low - value, 0.0)), min(furthest, max(high - value, 0.0))


def _notes(
    records: Sequence[WalkRecord],
    values: Sequence[float],
    measured: Sequence[float | None],
    told: Mapping[str, FactorValue],
    together: Sequence[tuple[int, int, float]],
) -> list[Note]:
    notes: list[Note] = []
    for record, wanted, seen in zip(records, values, measured, strict=True):
        factor, now = factor_of(record), told[record.id]
        unit, span = record.unit, factor.high - factor.low
        if seen is None:
            notes.append(
                Note(
                    "open_loop",
                    f"Nothing here measures {record.title}: it is set as it predicts itself, which errs by "
                    f"{factor.rms:.2g} {unit}.",
                    record.id,
                )
            )
        if now.is_off_prior:
            notes.append(
                Note(
                    "off_prior",
                    f"{record.title} is {abs(now.position):.1f} standard deviations out: the model knows few "
                    "pictures like this one.",
                    record.id,
                )
            )
        elif now.is_unseen:
            notes.append(
                Note(
                    "unseen",
                    f"{record.title} is beyond the pictures that it was learned from: it may err.",
                    record.id,
                )
            )
        reached = now.value if seen is None else seen
        if abs(reached - wanted) > _SHORT * span:
            notes.append(
                Note(
                    "short",
                    f"{record.title} came to {reached:.3g} {unit}, not {wanted:.3g}: in this picture it goes "
                    "no further.",
                    record.id,
                )
            )
    for one, other, cosine in together:
        notes.append(
            Note(
                "conflict",
                f"{records[one].title} and {records[other].title} share much of their lines (their cosine "
                f"is {cosine:.2f}): to hold one while the other moves, the picture changes more.",
            )
        )
    return notes
