"""Pictures: sets of real pictures in, file by file or as a zip; and where a photo is placed."""

from collections.abc import Callable
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request

from wend.api.bodies import Bodies, file_body
from wend.imaging.alignment import Square
from wend.library.picture_sets import PictureSet, PictureSets
from wend.protocol.pictures import PhotoPlace, PictureSetList, PictureSetSummary

MAX_FILE_BYTES = 32 * 2**20
MAX_ZIP_BYTES = 128 * 2**20
"""Larger ones are put into data/pictures by hand."""
MAX_AT_ONCE = 2

SetName = Annotated[
    str, Query(min_length=1, max_length=200, description="what it is called where it is from")
]
Place = Callable[[str, str], Square]
"""Of a kept photo's id and a model: where the photo is placed like the model's pictures."""


def summarize(found: PictureSet) -> PictureSetSummary:
    """A set as the page sees it."""
    return PictureSetSummary(name=found.name, count=found.count)


def routes(sets: PictureSets, place: Place) -> APIRouter:
    """GET, POST /api/pictures; POST /api/pictures/{name}; DELETE /api/pictures/{name};
    POST /api/images/{id}/place."""
    router = APIRouter(tags=["pictures"])
    bodies = Bodies(MAX_AT_ONCE)

    @router.get("/api/pictures", summary="Sets of real pictures: folders and zips in data/pictures")
    async def read_sets() -> PictureSetList:
        found = await to_thread.run_sync(sets.list)
        return PictureSetList(sets=tuple(map(summarize, found)))

    @router.post(
        "/api/pictures",
        summary="A new set: empty, to be filled file by file; or the zip in the body, at most 128 MiB",
        status_code=201,
        openapi_extra=file_body("application/zip"),
    )
    async def add_set(name: SetName, request: Request) -> PictureSetSummary:
        def keep(data: bytes) -> PictureSetSummary:
            if data or name.lower().endswith(".zip"):
                return summarize(sets.put_zip(name, data))
            return PictureSetSummary(name=sets.open(name), count=0)

        return await bodies.take(request, keep)

    @router.post(
        "/api/pictures/{set_name}",
        summary="One more file of a set: PNG, JPEG or WebP, at most 32 MiB",
        status_code=204,
        openapi_extra=file_body("image/png", "image/jpeg", "image/webp"),
    )
    async def add_file(set_name: str, file: SetName, request: Request) -> None:
        await bodies.take(request, lambda data: sets.add(set_name, file, data))

    @router.delete("/api/pictures/{set_name}", summary="Forget a set and its files", status_code=204)
    async def delete_set(set_name: str) -> None:
        await to_thread.run_sync(sets.delete, set_name)

    @router.post(
        "/api/images/{image_id}/place",
        summary="Where a kept photo is placed like a model's own pictures, by networks that look at both",
    )
    async def place_photo(
        image_id: str, model: Annotated[str, Query(min_length=1, max_length=128)]
    ) -> PhotoPlace:
        square = await bodies.work(lambda: place(image_id, model))
        return PhotoPlace(x=square.middle[0], y=square.middle[1], side=square.side, turn=square.turn)

    return router
