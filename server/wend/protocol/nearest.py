"""Nearest: messages about the samples of a model that are nearest to a drawing."""

from typing import Literal

from pydantic import Field

from wend.documents.picture import Name
from wend.documents.sketch import Pose, SketchKind
from wend.protocol.base import Chance, Finite, ImageId, Lack, Message, Revision, ViewId

MAX_NEAREST = 12


class FindNearest(Message):
    """Find the samples of a model whose maps are nearest to a drawing.

    A newer request of the same view ends an older one. Answered by NearestFound, several times.
    """

    type: Literal["find_nearest"] = "find_nearest"
    view: ViewId = 0
    request: Revision
    model: Name
    kind: SketchKind = "lines"
    extractor: Name | None = None
    drawing: ImageId | None = Field(
        default=None, description="None: only what is told of the model is wanted"
    )
    pose: Pose | None = Field(default=None, description="for kind pose instead of a drawing")
    count: int = Field(default=6, ge=1, le=MAX_NEAREST)


class StopNearest(Message):
    """The board is closed: end the view's search for samples; what was drawn of them is kept for the next."""

    type: Literal["stop_nearest"] = "stop_nearest"
    view: ViewId = 0


class NearSample(Message):
    """A sample of the model, and what the extractor draws of it."""

    seed: int
    match: Chance = Field(description="how well its map and the drawing lie on each other; 1 is the same")
    picture: ImageId = Field(description="GET /api/thumbnails/{id}")
    map: ImageId = Field(description="GET /api/thumbnails/{id}: what the computer draws of it")


class DrawnPart(Message):
    """What a drawing is made of: a label, or a point."""

    name: str
    color: str = Field(description="as '#rrggbb'")


class NearestFound(Message):
    """The samples nearest to a drawing known by now, nearest first. Only the newest of a view is sent."""

    type: Literal["nearest_found"] = "nearest_found"
    view: ViewId
    request: Revision = Field(description="of the FindNearest it answers")
    samples: tuple[NearSample, ...]
    usual: Chance | None = Field(
        description="the match that most of the model's own samples have with their nearest; None while not "
        "known"
    )
    width: Finite | None = Field(description="of the lines that the extractor draws, as a share of the side")
    drawn_width: Finite | None = Field(description="of the drawing's own lines")
    seen: int = Field(description="samples that were looked at by now")
    of: int
    is_done: bool
    parts: tuple[DrawnPart, ...] = Field(
        default=(), description="labels by their number, or the points of a pose; nothing of lines"
    )
    warning: Lack | None = Field(default=None, description="why this drawing will hardly be learned")
    lack: Lack | None = Field(default=None, description="why nothing can be found")
