"""Codes: photos and files of latents in, as latents that a picture can have; and latents out for others."""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from wend.api.bodies import Bodies, file_body
from wend.api.documents import to_text
from wend.api.render import parse_body
from wend.documents.picture import Picture
from wend.formats.sandbox import Sandbox
from wend.library.codes import KEPT_BYTES, KEPT_CODES, StoredCode
from wend.library.encoding import PhotoEncoders
from wend.library.images import ImageStore
from wend.library.latent_imports import import_latents
from wend.library.shelf import Shelf
from wend.protocol.codes import CodeList, CodeListed, CodesBrought, CodeSummary

MAX_BYTES = 2**26
"""Of a file, as of one of walks: whoever drops an array is told what it is, not that it is large."""
MEDIA_TYPE = "application/octet-stream"

SpaceQuery = Annotated[Literal["z", "w"] | None, Query(description="where the file does not say")]
NameQuery = Annotated[str, Query(max_length=255, description="of the file, for people")]


def summarize(code: StoredCode) -> CodeSummary:
    """A kept latent as the page sees it."""
    return CodeSummary(id=code.id, space=code.space, title=code.title)


def bring_latents(
    sandbox: Sandbox, shelf: Shelf, model: str, data: bytes, name: str, space: Literal["z", "w"] | None
) -> CodesBrought:
    """Keep the latents of a file. Raises: as `import_latents`."""
    with tempfile.TemporaryDirectory(prefix="wend-sent-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        codes = import_latents(sandbox, path, shelf, model, space, name or "file")
    return CodesBrought(model=model, codes=tuple(map(summarize, codes)))


def bring_photo(
    encoders: PhotoEncoders, shelf: Shelf, images: ImageStore, model: str, image: str, name: str
) -> CodesBrought:
    """The latent of a kept photo. Raises: ImageNotFound, EncoderMissing, ModelNotFound, CodesFull."""
    code = encoders.encode(model, images.photo(image), name)
    return CodesBrought(model=model, codes=(summarize(shelf.codes.put(code)),))


def list_codes(shelf: Shelf, model: str | None, before: str | None) -> CodeList:
    """Kept latents, of all models or of one. Raises: ModelNotFound, CardInvalid, CodeNotFound."""
    found = shelf.codes.list(None if model is None else shelf.store.get(model).card.hash, before)
    listed = tuple(
        CodeListed(
            id=each.id,
            space=each.space,
            title=each.title,
            generator_hash=each.generator_hash,
            kept=to_text(each.kept),
            bytes=each.size_bytes,
        )
        for each in found.codes
    )
    return CodeList(
        codes=listed,
        count=found.count,
        bytes=found.size_bytes,
        limit=KEPT_CODES,
        limit_bytes=KEPT_BYTES,
    )


def routes(shelf: Shelf, images: ImageStore, sandbox: Sandbox, pack: Callable[[Picture], bytes]) -> APIRouter:
    """GET, POST /api/codes; GET, DELETE /api/codes/{id}; POST /api/codes/export. pack: a picture's ws as an
    `.npz`, asked by one thread at a time."""
    router = APIRouter(prefix="/api/codes", tags=["codes"])
    bodies = Bodies(1)
    encoding, exporting = CapacityLimiter(1), CapacityLimiter(1)  # either takes memory and a core
    encoders = PhotoEncoders(shelf.store)

    @router.get("", summary="Kept latents, the newest first, at most 200")
    async def read_codes(
        model: Annotated[
            str | None, Query(description="without those found for the weights of others")
        ] = None,
        before: Annotated[str | None, Query(description="id of one: only those kept before it")] = None,
    ) -> CodeList:
        return await to_thread.run_sync(list_codes, shelf, model, before)

    @router.post(
        "",
        summary="The latent of a photo (image=hash of a kept one), or the latents of a file, for a model",
        status_code=201,
        openapi_extra=file_body(MEDIA_TYPE),
    )
    async def add_codes(
        model: str, request: Request, image: str | None = None, name: NameQuery = "", space: SpaceQuery = None
    ) -> CodesBrought:
        if image is not None:
            return await to_thread.run_sync(
                bring_photo, encoders, shelf, images, model, image, name, limiter=encoding
            )
        return await bodies.take(
            request, lambda data: bring_latents(sandbox, shelf, model, data, name, space)
        )

    @router.get("/{code}", summary="One kept latent")
    async def read_code(code: str) -> CodeSummary:
        return summarize(await to_thread.run_sync(shelf.codes.get, code))

    @router.delete(
        "/{code}", summary="Let go of one: a picture that names it is drawn no more", status_code=204
    )
    async def delete_code(code: str) -> None:
        await to_thread.run_sync(shelf.codes.delete, code)

    @router.post(
        "/export",
        summary="The latent of a picture with all its edits: `w` (1, num_ws, w_dim) as .npz",
        response_class=Response,
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/RenderBody"}}},
            }
        },
        responses={200: {"content": {MEDIA_TYPE: {}}}},
    )
    async def export_latent(request: Request) -> Response:
        picture = parse_body(await request.body()).picture
        data = await asyncio.shield(to_thread.run_sync(pack, picture, limiter=exporting))
        headers = {"Content-Disposition": 'attachment; filename="projected_w.npz"'}
        return Response(data, media_type=MEDIA_TYPE, headers=headers)

    return router
