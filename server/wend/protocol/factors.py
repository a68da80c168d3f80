"""Factors: what is told of calibrated walks, and the question and answer of putting them at values."""

from typing import Annotated, Literal

from pydantic import Field

from wend.documents.picture import Edit, Finite, Name, Picture
from wend.protocol.base import Message

MAX_TARGETS = 4


class FactorSummary(Message):
    """What makes a walk a factor: a value for every picture, and a way to put it at one.

    An edit's alpha is a difference of values; the value of a picture comes in its readings.
    """

    edit: str = Field(description="the edit it was found with, e.g. 'shift_x'")
    unit: str = Field(description="of values and of alpha, e.g. 'of width', 'x', 'of range', 'degrees'")
    low: Finite = Field(description="least value over the middle 99.7 % of pictures")
    high: Finite
    rms: Finite = Field(description="of a predicted difference, root mean square: the band around a value")
    anchor: Literal["zero", "measured"] = Field(
        description="measured: the middle picture has the value that is measured there; zero: it counts as 0"
    )
    attribute: str | None = Field(
        description="what a network or the pixels tell of it, e.g. 'head_x', in the same unit; None: nothing "
        "measures it, so it is set by its own prediction"
    )


class FactorReading(Message):
    """A factor of a picture with all its edits, as its walk predicts it (open loop), and as it is seen."""

    walk: str
    value: Finite = Field(description="predicted, in the factor's unit")
    measured: Finite | None = Field(
        default=None, description="as seen in the picture itself; None where nothing sees it"
    )
    position: Finite = Field(description="along the walk, in standard deviations of all pictures")
    is_off_prior: bool = Field(description="further out than 3 of them, where the model knows few pictures")
    is_unseen: bool = Field(description="beyond the pictures that the walk was learned from")


class FactorTarget(Message):
    """A value that a factor is to have."""

    walk: Name = Field(description="id of a factor on the shelf of the picture's model")
    value: Finite


class FactorSetBody(Message):
    """Body of POST /api/factors/set: put factors of this picture at values."""

    picture: Picture = Field(description="its other edits, truncation and masks stay as they are")
    targets: Annotated[
        tuple[FactorTarget, ...], Field(min_length=1, max_length=MAX_TARGETS, description="every walk once")
    ]
    loop: Literal["closed", "open"] = Field(
        default="closed",
        description="closed: drawn, measured and corrected, 3 times at most; open: as the walks predict",
    )


class FactorNote(Message):
    """Something that should be known of an answer."""

    code: Literal["open_loop", "off_prior", "unseen", "short", "conflict"] = Field(
        description="open_loop: nothing measures one of them; off_prior, unseen: see FactorReading; short: a "
        "factor ends before its value; conflict: two factors share much of their lines"
    )
    sentence: str
    walk: str | None = Field(default=None, description="the factor it is about, if one alone")


class FactorSetAnswer(Message):
    """Answer of POST /api/factors/set; lists are in the order of the targets.

    The picture has these edits in the place of those of the same walks, new ones behind all others.
    """

    edits: tuple[Edit, ...]
    predicted: tuple[Finite, ...] = Field(description="values as the walks tell them of the new picture")
    measured: tuple[Finite | None, ...] = Field(description="as seen in it; None: nothing measures this one")
    before: tuple[Finite, ...] = Field(description="of the picture that was sent: measured, else predicted")
    rounds: int = Field(description="pictures drawn and measured after the one that was sent")
    is_closed: bool = Field(description="whether all of them were measured")
    notes: tuple[FactorNote, ...]
