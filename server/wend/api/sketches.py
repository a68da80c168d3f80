"""Sketches: sketch sets kept and changed, and files of strokes read as drawings."""

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request

from wend.api.bodies import Bodies, file_body
from wend.api.documents import to_text
from wend.api.images import summarize as image_summary
from wend.imaging.quickdraw import draw_strokes, read_quickdraw
from wend.library.images import ImageStore
from wend.library.sketch_sets import SketchContent, SketchSet, SketchSets
from wend.protocol.sketches import DrawingList, SketchBody, SketchPatch, SketchSetList, SketchSetSummary

MAX_BYTES = 4 * 2**20
"""Of a file of strokes: 30 raw drawings have about 300 kB."""
MAX_AT_ONCE = 2
_OPTIONAL = ("model", "extractor")
"""What a set may be without."""


def summarize(found: SketchSet) -> SketchSetSummary:
    """A set as the page sees it."""
    return SketchSetSummary(
        id=found.id,
        name=found.name,
        kind=found.kind,
        extractor=found.extractor,
        model=found.model,
        drawings=found.drawings,
        poses=found.poses,
        revision=found.revision,
        created=to_text(found.created),
        changed=to_text(found.changed),
    )


def routes(sets: SketchSets, images: ImageStore) -> APIRouter:
    """GET, POST /api/sketches; GET, PATCH, DELETE one; restore it; POST /api/sketches/quickdraw."""
    router = APIRouter(prefix="/api/sketches", tags=["sketches"])
    bodies = Bodies(MAX_AT_ONCE)

    @router.get("", summary="Sketch sets, the newest change first")
    async def read_sets() -> SketchSetList:
        found = await to_thread.run_sync(sets.list)
        return SketchSetList(sets=tuple(map(summarize, found)))

    @router.post("", summary="Keep a set of 1 to 30 drawings", status_code=201)
    async def add_set(body: SketchBody) -> SketchSetSummary:
        content = SketchContent(**{name: getattr(body, name) for name in SketchBody.model_fields})
        return summarize(await to_thread.run_sync(sets.add, content))

    @router.post(
        "/quickdraw",
        summary="The drawings of an ndjson file of strokes, at most 30, kept as images; at most 4 MiB",
        status_code=201,
        openapi_extra=file_body("application/x-ndjson"),
    )
    async def read_strokes(
        request: Request,
        width: Annotated[
            float, Query(gt=0.0, le=0.2, description="of the lines, a share of the side")
        ] = 0.02,
    ) -> DrawingList:
        def keep(data: bytes) -> DrawingList:
            kept = [images.put_pixels(draw_strokes(each, width)) for each in read_quickdraw(data)]
            return DrawingList(images=tuple(map(image_summary, kept)))

        return await bodies.take(request, keep)

    @router.get("/{set_id}", summary="A sketch set")
    async def read_set(set_id: str) -> SketchSetSummary:
        return summarize(await to_thread.run_sync(sets.get, set_id))

    @router.patch(
        "/{set_id}", summary="Change it; refused (sketch_set_changed) where it was changed elsewhere since"
    )
    async def change_set(set_id: str, body: SketchPatch) -> SketchSetSummary:
        named = {name: getattr(body, name) for name in body.model_fields_set - {"base"}}
        changes = {name: value for name, value in named.items() if value is not None or name in _OPTIONAL}
        return summarize(await to_thread.run_sync(lambda: sets.change(set_id, body.base, changes)))

    @router.delete("/{set_id}", summary="Delete it; it can be restored for 30 days", status_code=204)
    async def delete_set(set_id: str) -> None:
        await to_thread.run_sync(sets.delete, set_id)

    @router.post("/{set_id}/restore", summary="Take its delete back")
    async def restore_set(set_id: str) -> SketchSetSummary:
        return summarize(await to_thread.run_sync(sets.restore, set_id))

    return router
