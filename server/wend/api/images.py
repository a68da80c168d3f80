"""Images: masks, photos and drawings in, by hash and as plain PNG out."""

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from wend.api.bodies import Bodies, file_body
from wend.imaging.upload import ImageKind
from wend.library.images import ImageStore, StoredImage
from wend.protocol.resources import ImageSummary

MAX_BYTES = 16 * 2**20
MAX_AT_ONCE = 2
"""An image of 4096 x 4096 takes up to 200 MB while it is read: more of them wait."""

_FORMATS = ("image/png", "image/jpeg", "image/webp")


def summarize(image: StoredImage) -> ImageSummary:
    """An image as the page sees it."""
    height, width = image.size
    return ImageSummary(id=image.id, kind=image.kind, width=width, height=height)


def routes(store: ImageStore) -> APIRouter:
    """POST /api/images?kind=...; GET, DELETE /api/images/{id}. What the bytes are is found in them."""
    router = APIRouter(prefix="/api/images", tags=["images"])
    bodies = Bodies(MAX_AT_ONCE)

    @router.post(
        "",
        summary="Keep a mask, photo, drawing or label map: PNG, JPEG or WebP, at most 16 MiB, 4096 px a side",
        status_code=201,
        openapi_extra=file_body(*_FORMATS),
    )
    async def add_image(
        kind: Annotated[ImageKind, Query()],
        request: Request,
        drawn: Annotated[
            bool, Query(description="of a sketch: grey lines on a white square, kept as they are")
        ] = False,
        surely: Annotated[
            bool, Query(description="of a sketch: a drawing, even if it looks like a photograph")
        ] = False,
    ) -> ImageSummary:
        def keep(data: bytes) -> StoredImage:
            return store.put_drawn(data) if kind == "sketch" and drawn else store.put(data, kind, surely)

        return summarize(await bodies.take(request, keep))

    @router.get(
        "/{image_id}",
        summary="A kept image as PNG: RGB for a photo, grey for all else",
        response_class=Response,
        responses={200: {"content": {"image/png": {}}}},
    )
    async def read_image(image_id: str) -> Response:
        data = await to_thread.run_sync(store.read, image_id)
        # A hash names one content for ever; `private`: it is nobody else's.
        headers = {"Cache-Control": "private, max-age=31536000, immutable"}
        return Response(data, media_type="image/png", headers=headers)

    @router.delete("/{image_id}", summary="Forget a kept image", status_code=204)
    async def delete_image(image_id: str) -> None:
        await to_thread.run_sync(store.delete, image_id)

    return router
