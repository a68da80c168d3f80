"""Kin: the models that one was made of or that were made of it, and the walks they have in common."""

from anyio import to_thread
from fastapi import APIRouter

from wend.api.outbox import Outboxes
from wend.library.kinship import Kin, Kinship, parent_of
from wend.library.shared_walks import take_missing
from wend.library.shelf import Shelf
from wend.protocol.kin import KinList, KinSummary, WalksTaken
from wend.protocol.messages import WalksChanged


def list_kin(kinship: Kinship, shelf: Shelf, model_id: str) -> KinList:
    """Raises: ModelNotFound, CardInvalid."""
    parent = parent_of(shelf.store.get(model_id).card)
    return KinList(
        model=model_id,
        parent=None if parent is None else parent.id,
        kin=tuple(_summary(kin) for kin in kinship.of(model_id)),
    )


def _summary(kin: Kin) -> KinSummary:
    return KinSummary(
        model=kin.model.card.id,
        title=kin.model.card.title,
        relation=kin.relation,
        has_one_synthesis=kin.has_one_synthesis,
        why_not_weights=kin.why_not_weights,
        why_not_w=kin.why_not_w,
    )


def routes(shelf: Shelf, outboxes: Outboxes) -> APIRouter:
    """GET /api/models/{model_id}/kin; POST /api/models/{model_id}/kin/{other}/walks, which is told to every
    browser where it changes a shelf.
    """
    router = APIRouter(prefix="/api/models", tags=["models"])
    kinship = Kinship(shelf.store)

    @router.get("/{model_id}/kin", summary="Which models it can be blended with, and why not others")
    async def read_kin(model_id: str) -> KinList:
        return await to_thread.run_sync(list_kin, kinship, shelf, model_id)

    @router.post("/{model_id}/kin/{other}/walks", summary="Take the walks over that only its kin has")
    async def take_walks(model_id: str, other: str) -> WalksTaken:
        taken = await to_thread.run_sync(take_missing, shelf, kinship, other, model_id)
        if taken > 0:
            outboxes.broadcast(WalksChanged(model=model_id))
        return WalksTaken(model=model_id, taken=taken)

    return router
