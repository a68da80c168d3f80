"""Snapshots: pictures laid by beside a saved document."""

from collections.abc import Callable

from anyio import to_thread
from fastapi import APIRouter, Request

from wend.api.document_news import DocumentNews
from wend.api.documents import body_of, read_picture, saved, take, to_text
from wend.library.documents import DocumentRecord
from wend.library.snapshots import Snapshot, SnapshotStore
from wend.protocol.documents import SnapshotBody, SnapshotList, SnapshotPatch, SnapshotSummary


def summarize(snapshot: Snapshot) -> SnapshotSummary:
    """A snapshot as the page sees it."""
    return SnapshotSummary(
        id=snapshot.id,
        title=snapshot.title,
        picture=read_picture(snapshot.picture),
        created=to_text(snapshot.created_at),
    )


def routes(store: SnapshotStore, news: DocumentNews) -> APIRouter:
    """GET, POST /api/documents/{id}/snapshots; PATCH, DELETE one; restore it."""
    router = APIRouter(prefix="/api/documents/{document_id}/snapshots", tags=["documents"])

    async def told(work: Callable[[], tuple[Snapshot, DocumentRecord]]) -> SnapshotSummary:
        def change() -> SnapshotSummary:
            snapshot, _ = news.change(work, lambda made: saved(made[1]))
            return summarize(snapshot)

        return await to_thread.run_sync(change)

    @router.get("", summary="The snapshots of a document, the newest first")
    async def read_snapshots(document_id: str) -> SnapshotList:
        def work() -> SnapshotList:
            return SnapshotList(snapshots=tuple(map(summarize, store.list(document_id))))

        return await to_thread.run_sync(work)

    @router.post("", summary="Lay a picture by", status_code=201, openapi_extra=body_of(SnapshotBody))
    async def take_snapshot(document_id: str, request: Request) -> SnapshotSummary:
        body = await take(request, SnapshotBody)
        return await told(lambda: store.take(document_id, body.title, body.picture))

    @router.patch("/{snapshot_id}", summary="Rename it")
    async def rename_snapshot(document_id: str, snapshot_id: str, body: SnapshotPatch) -> SnapshotSummary:
        return await told(lambda: store.rename(document_id, snapshot_id, body.title))

    @router.delete("/{snapshot_id}", summary="Delete it; it can be restored", status_code=204)
    async def delete_snapshot(document_id: str, snapshot_id: str) -> None:
        def work() -> None:
            news.change(lambda: store.remove(document_id, snapshot_id), saved)

        await to_thread.run_sync(work)

    @router.post("/{snapshot_id}/restore", summary="Take its delete back")
    async def restore_snapshot(document_id: str, snapshot_id: str) -> SnapshotSummary:
        return await told(lambda: store.restore(document_id, snapshot_id))

    return router
