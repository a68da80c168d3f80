"""Overlaps: what POST /api/overlaps is asked and answers."""

from typing import Annotated, Literal

from pydantic import Field

from wend.documents.picture import MAX_EDITS, Edit, Finite, Name
from wend.protocol.resources import Resource


class OverlapBody(Resource):
    """Body of POST /api/overlaps: the edits of a picture."""

    model: Name
    edits: Annotated[tuple[Edit, ...], Field(max_length=MAX_EDITS)] = ()


class LooseLock(Resource):
    """A lock that cannot hold a walk."""

    walk: str = Field(description="the locked one")
    why: Literal["curved", "space", "layers"] = Field(
        description="no straight line, of another space, or of other layers"
    )


class Cosine(Resource):
    """How far two walks go the same way."""

    walk: str = Field(description="one in use")
    cosine: Annotated[Finite, Field(ge=-1.001, le=1.001)]


class WalkOverlap(Resource):
    """One walk beside those edits."""

    walk: str
    strength: Annotated[Finite, Field(ge=0.0, le=1.0)] = Field(description="what the locks leave of it")
    locks: int = Field(description="locks that hold it")
    loose: tuple[LooseLock, ...] = Field(description="locks that cannot")
    cosines: tuple[Cosine, ...] = Field(description="with those in use, of straight lines in one space")


class OverlapList(Resource):
    """Answer of POST /api/overlaps."""

    model: str
    walks: tuple[WalkOverlap, ...]
