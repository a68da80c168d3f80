"""Sketches: bodies about sketch sets."""

from typing import Annotated

from pydantic import Field

from wend.documents.picture import Hash, Name
from wend.documents.sketch import Pose, SketchKind
from wend.protocol.resources import ImageSummary, Resource

MAX_NAME = 80

SetTitle = Annotated[str, Field(min_length=1, max_length=MAX_NAME, pattern=r"^[^\x00-\x1f\x7f]+$")]
Drawings = Annotated[
    tuple[Hash, ...],
    Field(description="1 to 30 images, kept as `sketch`, for kind labels as `labels`; none for kind pose"),
]
Poses = Annotated[tuple[Pose, ...], Field(description="1 to 30, for kind pose instead of drawings")]


class SketchBody(Resource):
    """Body of POST /api/sketches."""

    name: SetTitle
    kind: SketchKind = "lines"
    extractor: Name | None = Field(default=None, description="card of the extractor, for kind card")
    model: Name | None = Field(default=None, description="the model these drawings are meant for")
    drawings: Drawings = ()
    poses: Poses = ()


class SketchPatch(Resource):
    """Body of PATCH /api/sketches/{id}: what is named is changed."""

    base: int = Field(ge=1, description="the revision that was changed; of an older one nothing is changed")
    name: SetTitle | None = None
    kind: SketchKind | None = None
    extractor: Name | None = None
    model: Name | None = None
    drawings: Drawings | None = None
    poses: Poses | None = None


class SketchSetSummary(Resource):
    """A sketch set."""

    id: str = Field(description="12 hex digits; what a job of kind `sketch` is told")
    name: str
    kind: SketchKind
    extractor: str | None
    model: str | None
    drawings: tuple[str, ...]
    poses: tuple[Pose, ...]
    revision: int = Field(description="counts changes; a change names the one it is based on")
    created: str = Field(description="ISO 8601, UTC")
    changed: str


class SketchSetList(Resource):
    """Answer of GET /api/sketches, the newest change first."""

    sets: tuple[SketchSetSummary, ...]


class DrawingList(Resource):
    """Answer of POST /api/sketches/quickdraw: the drawings as images."""

    images: tuple[ImageSummary, ...]
