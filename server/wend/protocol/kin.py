"""Kin: what the routes of a model's relatives answer."""

from typing import Literal

from pydantic import Field

from wend.protocol.resources import Resource


class KinSummary(Resource):
    """Another model, what it is to the one that was asked about, and what can be done with both."""

    model: str
    title: str
    relation: Literal["parent", "child", "sibling", "stranger"] = Field(
        description="siblings are children of one parent"
    )
    has_one_synthesis: bool = Field(
        description="a w is the same picture in both: so are sliders, masks and factors in w"
    )
    why_not_weights: str = Field(description="why not by weights, a clause; '' if they can be blended")
    why_not_w: str = Field(description="why not in w, a clause; '' if they can be blended")


class KinList(Resource):
    """Answer of GET /api/models/{id}/kin: parents, children, siblings, strangers."""

    model: str
    parent: str | None = Field(description="what it was made of, which may be gone; None: of no other")
    kin: tuple[KinSummary, ...]


class WalksTaken(Resource):
    """Answer of POST /api/models/{id}/kin/{other}/walks."""

    model: str
    taken: int = Field(description="walks of the other that are on the model's shelf from now on")
