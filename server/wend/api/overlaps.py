"""Overlaps: POST /api/overlaps, how the walks of a model lie to those a picture uses and locks."""

from anyio import to_thread
from fastapi import APIRouter

from wend.library.overlaps import overlaps
from wend.library.shelf import Shelf
from wend.protocol.overlaps import Cosine, LooseLock, OverlapBody, OverlapList, WalkOverlap


def list_overlaps(shelf: Shelf, body: OverlapBody) -> OverlapList:
    """Raises: as `overlaps`."""
    walks = tuple(
        WalkOverlap(
            walk=found.walk,
            strength=found.strength,
            locks=found.locks,
            loose=tuple(LooseLock(walk=lock, why=why) for lock, why in found.loose),
            cosines=tuple(Cosine(walk=other, cosine=cosine) for other, cosine in found.cosines),
        )
        for found in overlaps(shelf, body.model, body.edits)
    )
    return OverlapList(model=body.model, walks=walks)


def routes(shelf: Shelf) -> APIRouter:
    """POST /api/overlaps: it changes nothing, but edits are too long for an address."""
    router = APIRouter(prefix="/api/overlaps", tags=["walks"])

    @router.post("", summary="How the walks of a model lie to those in use, and what locks leave of them")
    async def read_overlaps(body: OverlapBody) -> OverlapList:
        return await to_thread.run_sync(list_overlaps, shelf, body)

    return router
