"""Sketch: the words of sketch sets - what a set of drawings is of, and a pose as points."""

from typing import Annotated, Literal

from pydantic import Field

from wend.documents.picture import Finite, Frozen

SketchKind = Literal["lines", "labels", "pose", "edges", "card"]
"""What the drawings of a set are: line drawings, label maps or poses; with `edges` and `card` line drawings
again, held against another extractor."""

MAX_SKETCHES = 30
"""Of a set. Source: Wang, Bau and Zhu 2021, section 4: from 1 to 30 sketches a model."""
MAX_POINTS = 16

Share = Annotated[Finite, Field(ge=-0.5, le=1.5, description="of the side; beyond 0..1 it lies outside")]
PointName = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_ ]*$")]


class PosePoint(Frozen):
    """A named point of a skeleton, from the upper left corner: x goes right, y goes down."""

    name: PointName
    x: Share
    y: Share


Pose = Annotated[tuple[PosePoint, ...], Field(min_length=1, max_length=MAX_POINTS)]
"""One drawing of a set of kind `pose`; each name at most once."""
