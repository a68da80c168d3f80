"""Audio: sounds in, by hash, and what is heard in them."""

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from wend.api.bodies import Bodies, file_body
from wend.documents.sound import Sound
from wend.library.sounds import SoundStore

MAX_BYTES = 64 * 2**20
MAX_AT_ONCE = 1
"""Half an hour of sound takes 180 MB beside its file, and some seconds, to be heard: more of them wait."""


def routes(store: SoundStore) -> APIRouter:
    """POST /api/audio; GET, DELETE /api/audio/{id}; GET /api/audio/{id}/file. What the bytes are is found in
    them."""
    router = APIRouter(prefix="/api/audio", tags=["audio"])
    bodies = Bodies(MAX_AT_ONCE)

    @router.post(
        "",
        summary="Keep a sound and listen to it: WAV, MP3, Ogg, FLAC, M4A, at most 64 MiB and half an hour",
        status_code=201,
        openapi_extra=file_body("audio/*"),
    )
    async def add_sound(request: Request) -> Sound:
        return await bodies.take(request, store.put)

    @router.get("/{sound_id}", summary="Tempo, beats and loudness of a kept sound")
    async def read_sound(sound_id: str) -> Sound:
        return await bodies.work(lambda: store.get(sound_id))

    @router.get(
        "/{sound_id}/file",
        summary="A kept sound as it came",
        response_class=Response,
        responses={200: {"content": {"application/octet-stream": {}}}},
    )
    async def read_file(sound_id: str) -> FileResponse:
        path = await to_thread.run_sync(store.path, sound_id)
        # Never a type a browser would show as a page: the bytes are somebody's.
        headers = {
            "Cache-Control": "private, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
        }
        return FileResponse(path, media_type="application/octet-stream", headers=headers)

    @router.delete("/{sound_id}", summary="Forget a kept sound", status_code=204)
    async def delete_sound(sound_id: str) -> None:
        await to_thread.run_sync(store.delete, sound_id)

    return router
