"""Walks: GET /api/walks, and the news that a model has more of them."""

import asyncio
import logging
from collections.abc import Sequence

from anyio import to_thread
from fastapi import APIRouter

from wend.api.outbox import Outboxes
from wend.documents.picture import LayerRange
from wend.engine.request import WorkProgress
from wend.errors import WendError
from wend.library.shelf import Shelf
from wend.library.walk_record import WalkRecord
from wend.protocol.messages import WalksChanged
from wend.protocol.resources import WalkList, WalkSummary

LOOK_INTERVAL_S = 0.5

_log = logging.getLogger(__name__)


def summarize(record: WalkRecord) -> WalkSummary:
    """A walk as the page sees it, without its vector."""
    start, end = record.layers
    shown_unit, shown_per_alpha = _shown(record)
    return WalkSummary(
        id=record.id,
        title=record.title,
        method=record.method,
        space=record.space,
        unit=record.unit,
        shown_unit=shown_unit,
        shown_per_alpha=shown_per_alpha,
        layers=LayerRange(start=start, end=end),
        low=record.low,
        high=record.high,
        psi=record.psi,
        strength=record.strength,
    )


def _shown(record: WalkRecord) -> tuple[str, float]:
    """What people count, and how much of it alpha 1 is: a walk along a continuous factor has its unit."""
    unit, per_alpha = record.settings.get("factor_unit"), record.settings.get("per_sd")
    if record.unit == "sd" and isinstance(unit, str) and isinstance(per_alpha, float) and per_alpha != 0.0:
        return unit, per_alpha
    return record.unit, 1.0


def list_walks(shelf: Shelf, families: Sequence[str], model_id: str) -> WalkList:
    """The shelf of a model. Raises: ModelNotFound, CardInvalid."""
    # Completeness is read first: a family that lands in between must not hide behind a True.
    is_complete = all(shelf.has(model_id, family) for family in families)
    walks = tuple(summarize(record) for record in shelf.walks(model_id))
    return WalkList(model=model_id, walks=walks, is_complete=is_complete)


class WalkNews:
    """Tells every browser when walks land: as families do, and when the search for them ends unbroken.

    While a model is searched its shelf is looked at, off the loop, at most every LOOK_INTERVAL_S.
    """

    def __init__(self, outboxes: Outboxes, shelf: Shelf, families: Sequence[str]) -> None:
        self._outboxes = outboxes
        self._shelf = shelf
        self._families = tuple(families)
        self._known: dict[str, int] = {}
        self._looked: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        outboxes.listen(self.hear)

    def hear(self, progress: WorkProgress) -> None:
        """Called on the loop with every report."""
        if not progress.work.startswith("discover:"):
            return
        now = asyncio.get_running_loop().time()
        if not progress.done and now - self._looked.get(progress.model, -LOOK_INTERVAL_S) < LOOK_INTERVAL_S:
            return
        self._looked[progress.model] = now
        has_ended_well = progress.done and progress.failure is None
        task = asyncio.create_task(self._look(progress.model, has_ended_well))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look(self, model: str, has_ended_well: bool) -> None:
        try:
            count = await to_thread.run_sync(self._count, model)
        except WendError as error:
            _log.warning("the walks of %s cannot be counted: %s", model, error)
            return
        # The first look of a search only learns where it began, unless the search is over already.
        before = self._known.setdefault(model, count)
        self._known[model] = max(before, count)
        # A search that broke and found nothing is no news: a page would look here, miss walks, and ask again.
        if has_ended_well or count > before:
            self._outboxes.broadcast(WalksChanged(model=model))

    def _count(self, model: str) -> int:
        return sum(self._shelf.has(model, family) for family in self._families)


def routes(shelf: Shelf, families: Sequence[str]) -> APIRouter:
    """GET /api/walks?model=ID."""
    router = APIRouter(prefix="/api/walks", tags=["walks"])

    @router.get("", summary="The walks of a model")
    async def read_walks(model: str) -> WalkList:
        return await to_thread.run_sync(list_walks, shelf, families, model)

    return router
