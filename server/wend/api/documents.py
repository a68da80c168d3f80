"""Documents: those that people saved, and every open page told of what becomes of them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from pydantic import JsonValue, ValidationError

from wend.api import problems
from wend.api.document_news import DocumentNews
from wend.documents.picture import Picture
from wend.library.documents import DocumentRecord, DocumentStore, Place
from wend.protocol.base import Message
from wend.protocol.documents import (
    DocumentBody,
    DocumentDetail,
    DocumentList,
    DocumentPatch,
    DocumentRemoved,
    DocumentSave,
    DocumentSaved,
    DocumentSummary,
)
from wend.protocol.schema import REF_TEMPLATE

MAX_BYTES = 4 * 2**20
"""Far above any document."""
MAX_LISTED = 100

Body = TypeVar("Body", bound=Message)


def summarize(record: DocumentRecord) -> DocumentSummary:
    """A document as the page sees it."""
    return DocumentSummary(
        id=record.id,
        name=record.name,
        picture=read_picture(record.picture),
        revision=record.revision,
        gallery=record.gallery,
        created=to_text(record.created_at),
        changed=to_text(record.changed_at),
    )


def read_picture(text: str) -> Picture | None:
    """A picture that was kept as JSON; None where this version cannot read it."""
    try:
        return Picture.model_validate_json(text, strict=True)
    except ValidationError:
        return None


def to_text(seconds: float) -> str:
    """Seconds since 1970 as ISO 8601, UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def saved(record: DocumentRecord) -> tuple[str, DocumentSaved]:
    """What is told of a document that is as it is now, with its id."""
    return record.id, DocumentSaved(document=summarize(record))


async def take(request: Request, kind: type[Body]) -> Body:
    """The body, read as strictly as a socket message, on a thread: it may be long. Raises: InvalidMessage."""
    data = await request.body()

    def parse() -> Body:
        try:
            return kind.model_validate_json(data, strict=True)
        except ValidationError as error:
            raise problems.invalid_message(error) from error

    return await to_thread.run_sync(parse)


def body_of(kind: type[Message]) -> dict[str, JsonValue]:
    """What OpenAPI says of a route whose body `take` reads."""
    schema: JsonValue = {"$ref": REF_TEMPLATE.format(model=kind.__name__)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def routes(store: DocumentStore, news: DocumentNews) -> APIRouter:
    """GET, POST /api/documents; GET, PUT, PATCH, DELETE one; duplicate and restore it."""
    router = APIRouter(prefix="/api/documents", tags=["documents"])
    _add_reading(router, store)
    _add_writing(router, store, news)
    return router


def _add_reading(router: APIRouter, store: DocumentStore) -> None:
    @router.get("", summary="Saved documents, the newest change first")
    async def read_documents(
        search: Annotated[str, Query(max_length=200, description="words that stand in the name")] = "",
        before: Annotated[
            str | None,
            Query(
                pattern=r"^\d{1,15},[0-9a-f]{12}$",
                description="those after this place: change in ms since 1970 and id of the last listed",
            ),
        ] = None,
        limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = MAX_LISTED,
    ) -> DocumentList:
        def work() -> DocumentList:
            found = store.list(search, None if before is None else _place(before), limit)
            return DocumentList(documents=tuple(map(summarize, found)))

        return await to_thread.run_sync(work)

    @router.get("/{document_id}", summary="A document with its content")
    async def read_document(document_id: str) -> DocumentDetail:
        def work() -> DocumentDetail:
            record, content = store.read(document_id)
            return DocumentDetail(summary=summarize(record), document=_read_json(content))

        return await to_thread.run_sync(work)


def _add_writing(router: APIRouter, store: DocumentStore, news: DocumentNews) -> None:
    async def told(work: Callable[[], DocumentRecord]) -> DocumentSummary:
        return summarize(await to_thread.run_sync(lambda: news.change(work, saved)))

    @router.post(
        "", summary="Save a document for the first time", status_code=201, openapi_extra=body_of(DocumentBody)
    )
    async def add_document(request: Request) -> DocumentSummary:
        body = await take(request, DocumentBody)
        return await told(lambda: store.add(body.name, body.document))

    @router.put(
        "/{document_id}",
        summary="Save it again; refused (document_changed) where it was saved elsewhere since",
        openapi_extra=body_of(DocumentSave),
    )
    async def save_document(document_id: str, request: Request) -> DocumentSummary:
        body = await take(request, DocumentSave)
        return await told(lambda: store.save(document_id, body.base, body.document))

    @router.patch("/{document_id}", summary="Rename it")
    async def rename_document(document_id: str, body: DocumentPatch) -> DocumentSummary:
        return await told(lambda: store.rename(document_id, body.name))

    @router.post("/{document_id}/duplicate", summary="A second one, with its snapshots", status_code=201)
    async def duplicate_document(document_id: str) -> DocumentSummary:
        return await told(lambda: store.duplicate(document_id))

    @router.delete("/{document_id}", summary="Delete it; it can be restored for 30 days", status_code=204)
    async def delete_document(document_id: str) -> None:
        def work() -> None:
            removed = (document_id, DocumentRemoved(id=document_id))
            news.change(lambda: store.remove(document_id), lambda _: removed)

        await to_thread.run_sync(work)

    @router.post("/{document_id}/restore", summary="Take its delete back")
    async def restore_document(document_id: str) -> DocumentSummary:
        return await told(lambda: store.restore(document_id))


def _place(text: str) -> Place:
    changed, _, document = text.partition(",")
    return int(changed), document


def _read_json(content: str) -> JsonValue:
    try:
        found: JsonValue = json.loads(content)
    except ValueError:
        # Damaged on disk: what is left of it goes to the page as it is.
        return content
    return found
