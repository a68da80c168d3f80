"""Uploads: checkpoints sent part by part, and what becomes of them."""

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Header, Request
from fastapi.responses import Response

from wend.api.bodies import file_body
from wend.api.problems import by_code
from wend.errors import UploadNotFound
from wend.library.intake import Intake, Outcome
from wend.library.uploads import Upload, UploadTold
from wend.protocol.uploads import UploadBody, UploadList, UploadProblem, UploadSummary

PART_BYTES = 2**26
"""Of one PATCH at most; a part that was cut off is kept as far as it came."""
PART_TYPE = "application/offset+octet-stream"
_WRITE_BYTES = 2**20

OffsetHeader = Annotated[int, Header(alias="Upload-Offset", ge=0)]


def summarize(upload: Upload) -> UploadSummary:
    """A file on its way."""
    told = upload.told
    return UploadSummary(
        id=upload.id,
        name=told.name,
        size_bytes=told.size_bytes,
        received_bytes=upload.received_bytes,
        state="reading" if upload.is_whole else "arriving",
        model=None,
        problem=None,
    )


def summarize_outcome(outcome: Outcome) -> UploadSummary:
    """One that is here no more."""
    said = outcome.refusal
    return UploadSummary(
        id=outcome.id,
        name=outcome.name,
        size_bytes=outcome.size_bytes,
        received_bytes=outcome.size_bytes,
        state="done" if said is None else "refused",
        model=outcome.model,
        problem=None
        if said is None
        else UploadProblem(code=by_code(said.code).code, sentence=said.sentence, hint=said.hint),
    )


def find(intake: Intake, upload_id: str) -> UploadSummary:
    """An upload, wherever it is. Raises: UploadNotFound."""
    try:
        return summarize(intake.store.get(upload_id))
    except UploadNotFound:
        # One that has come to its end in between is an outcome by now.
        return summarize_outcome(intake.outcome(upload_id))


async def append(upload: Upload, offset: int, request: Request) -> None:
    """Keep a part as it comes; what has come of one that is cut off stays.

    Raises: UploadOffsetWrong, FormatTooLarge, DiskFull, MessageTooLarge, BodyTooSlow.
    """
    # Never on the event loop: a part that is being written to a slow disk holds the upload.
    turn = await to_thread.run_sync(upload.begin, offset)
    waiting = bytearray()
    try:
        async for data in request.stream():
            waiting += data
            if len(waiting) >= _WRITE_BYTES:
                # Taken out first: a write that fails is not tried again below.
                part, waiting = bytes(waiting), bytearray()
                await to_thread.run_sync(upload.append, turn, part)
    finally:
        if waiting:
            await to_thread.run_sync(upload.append, turn, bytes(waiting))


def routes(intake: Intake) -> APIRouter:
    """POST /api/models; GET /api/uploads; GET, HEAD, PATCH, DELETE /api/uploads/{id}.

    HEAD and PATCH speak as tus 1.0 does (https://tus.io/protocols/resumable-upload), as far as it goes.
    """
    router = APIRouter(tags=["uploads"])

    @router.post("/api/models", summary="Announce a checkpoint: its parts follow", status_code=201)
    async def add_upload(body: UploadBody, response: Response) -> UploadSummary:
        told = UploadTold.model_validate(body.model_dump())
        upload = await to_thread.run_sync(intake.store.open, told)
        response.headers["Location"] = f"/api/uploads/{upload.id}"
        return summarize(upload)

    @router.get("/api/uploads", summary="Checkpoints on their way, and what became of the last ones")
    async def read_uploads() -> UploadList:
        arriving = sorted(intake.store.all(), key=lambda upload: upload.id)
        return UploadList(
            uploads=(*map(summarize, arriving), *map(summarize_outcome, reversed(intake.outcomes)))
        )

    @router.get("/api/uploads/{upload_id}", summary="One checkpoint on its way, or what became of it")
    async def read_upload(upload_id: str) -> UploadSummary:
        return find(intake, upload_id)

    @router.head("/api/uploads/{upload_id}", summary="How much is here: Upload-Offset, of Upload-Length")
    async def read_offset(upload_id: str) -> Response:
        upload = find(intake, upload_id)
        headers = {
            "Upload-Offset": str(upload.received_bytes),
            "Upload-Length": str(upload.size_bytes),
            "Cache-Control": "no-store",
        }
        return Response(headers=headers)

    @router.patch(
        "/api/uploads/{upload_id}",
        summary="The next part, at most 64 MiB, beginning at Upload-Offset",
        openapi_extra=file_body(PART_TYPE),
    )
    async def add_part(upload_id: str, offset: OffsetHeader, request: Request) -> UploadSummary:
        upload = intake.store.get(upload_id)
        await append(upload, offset, request)
        if upload.is_whole:
            intake.take(upload)
        return summarize(upload)

    @router.delete(
        "/api/uploads/{upload_id}", summary="Cancel it, or forget what became of it", status_code=204
    )
    async def delete_upload(upload_id: str) -> None:
        await to_thread.run_sync(intake.cancel, upload_id)

    return router
