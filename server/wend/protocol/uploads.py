"""Uploads: the bodies of the HTTP routes by which checkpoints come in."""

from typing import Literal

from pydantic import Field

from wend.protocol.messages import ErrorCode
from wend.protocol.resources import Resource


class UploadCompanion(Resource):
    """The JSON file that lies beside some checkpoints and tells their shape."""

    name: Literal["config.json", "specs.json"]
    text: str = Field(max_length=500_000)


class UploadBody(Resource):
    """Body of POST /api/models: what is said of a checkpoint before its first byte."""

    name: str = Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")
    size_bytes: int = Field(ge=1, le=2**50)
    sha256: str | None = Field(
        default=None, pattern=r"^[0-9a-f]{64}$", description="checked when it is whole"
    )
    stamp: str = Field(
        default="",
        max_length=100,
        description="tells this file from others of its name and size: who asks again with the same goes on "
        "where it stopped",
    )
    beside: UploadCompanion | None = None


class UploadProblem(Resource):
    """Why a file did not become a model."""

    code: ErrorCode
    sentence: str
    hint: str


class UploadSummary(Resource):
    """A checkpoint on its way in, or what became of it: answers of POST /api/models and of /api/uploads."""

    id: str
    name: str
    size_bytes: int
    received_bytes: int = Field(description="PATCH /api/uploads/{id} goes on here")
    state: Literal["arriving", "reading", "done", "refused"]
    model: str | None = Field(description="id of the model it became")
    problem: UploadProblem | None = Field(description="why it was refused")


class UploadList(Resource):
    """Answer of GET /api/uploads."""

    uploads: tuple[UploadSummary, ...]
