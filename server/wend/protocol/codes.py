"""Codes: what the routes of kept latents answer."""

from typing import Literal

from pydantic import Field

from wend.protocol.resources import Resource


class CodeSummary(Resource):
    """A latent that was found: what `CodeLatent` of a picture names."""

    id: str = Field(description="sha256 of its numbers, 64 hex digits")
    space: Literal["z", "w", "w+"] = Field(description="w+: a w for every style row")
    title: str = Field(description="such as the name of the photo's file")


class CodesBrought(Resource):
    """Answer of POST /api/codes."""

    model: str
    codes: tuple[CodeSummary, ...]


class CodeListed(CodeSummary):
    """One of a list."""

    generator_hash: str = Field(description="of the weights that it was found for; '' where it is not known")
    kept: str = Field(description="since when: ISO 8601, UTC")
    bytes: int = Field(description="of its file")


class CodeList(Resource):
    """Answer of GET /api/codes: the newest first, at most 200."""

    codes: tuple[CodeListed, ...]
    count: int = Field(description="how many are kept, of all models")
    bytes: int = Field(description="what they take, all together")
    limit: int = Field(description="how many are kept at most")
    limit_bytes: int = Field(description="what they may take at most; another one is then refused")
