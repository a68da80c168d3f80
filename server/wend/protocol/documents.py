"""Documents: messages and bodies about what people save here, and the snapshots beside it."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from wend.documents.document import Document
from wend.documents.picture import Picture
from wend.protocol.base import Message

MAX_NAME = 120

Title = Annotated[str, Field(min_length=1, max_length=MAX_NAME, pattern=r"^[^\x00-\x1f\x7f]+$")]
Time = Annotated[str, Field(description="ISO 8601, UTC")]


class DocumentSummary(Message):
    """A saved document as lists show it."""

    id: str
    name: str
    picture: Picture | None = Field(description="what it shows; None where that cannot be read")
    revision: int = Field(description="counts saves; a save names the one it is based on")
    gallery: int = Field(description="counts changes among its snapshots")
    created: Time
    changed: Time


class DocumentSaved(Message):
    """A document is new, or was saved, renamed or restored, or its snapshots have changed. Only the newest of
    one is sent."""

    type: Literal["document"] = "document"
    document: DocumentSummary


class DocumentRemoved(Message):
    """A document was deleted; it can be restored for 30 days."""

    type: Literal["document_removed"] = "document_removed"
    id: str


class DocumentBody(Message):
    """Body of POST /api/documents."""

    name: Title
    document: Document


class DocumentSave(Message):
    """Body of PUT /api/documents/{id}."""

    base: int = Field(ge=1, description="the revision that was changed; of an older one nothing is saved")
    document: Document


class DocumentPatch(Message):
    """Body of PATCH /api/documents/{id}."""

    name: Title


class DocumentList(Message):
    """Answer of GET /api/documents, the newest change first."""

    documents: tuple[DocumentSummary, ...]


class DocumentDetail(Message):
    """Answer of GET /api/documents/{id}."""

    summary: DocumentSummary
    document: JsonValue = Field(description="as it was saved; it passes the gate of whoever opens it")


class SnapshotSummary(Message):
    """A picture laid by beside a document."""

    id: str
    title: str
    picture: Picture | None = Field(description="None where it cannot be read")
    created: Time


class SnapshotBody(Message):
    """Body of POST /api/documents/{id}/snapshots."""

    title: Title
    picture: Picture


class SnapshotPatch(Message):
    """Body of PATCH /api/documents/{id}/snapshots/{id}."""

    title: Title


class SnapshotList(Message):
    """Answer of GET /api/documents/{id}/snapshots, the newest first."""

    snapshots: tuple[SnapshotSummary, ...]
