"""Walk news: every browser hears when a model has more walks, or others."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence

from anyio import to_thread

from wend.api.outbox import Outboxes
from wend.engine.background import FOOTPRINTS_PREFIX
from wend.engine.request import WorkProgress
from wend.errors import WendError
from wend.library.shelf import Shelf
from wend.protocol.messages import WalksChanged

LOOK_INTERVAL_S = 0.5
MEASURED_INTERVAL_S = 3.0
"""Between two words on walks that were measured: each makes every page fetch the list."""

_log = logging.getLogger(__name__)


class WalkNews:
    """Tells every browser when walks land: as families do, and when the search for them ends unbroken.

    While a model is searched its shelf is looked at, off the loop, at most every LOOK_INTERVAL_S. While its
    walks are measured, that is told every MEASURED_INTERVAL_S.
    """

    def __init__(
        self,
        outboxes: Outboxes,
        shelf: Shelf,
        families: Sequence[str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """clock: seconds from anywhere."""
        self._clock = clock
        self._outboxes = outboxes
        self._shelf = shelf
        self._families = tuple(families)
        self._known: dict[str, int] = {}
        self._looked: dict[str, float] = {}
        self._measured: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        outboxes.listen(self.hear)

    def hear(self, progress: WorkProgress) -> None:
        """Called on the loop with every report."""
        now = self._clock()
        if progress.work.startswith(FOOTPRINTS_PREFIX):
            self._hear_measured(progress, now)
            return
        if not progress.work.startswith("discover:"):
            return
        if not progress.done and now - self._looked.get(progress.model, -LOOK_INTERVAL_S) < LOOK_INTERVAL_S:
            return
        self._looked[progress.model] = now
        has_ended_well = progress.done and progress.failure is None
        task = asyncio.create_task(self._look(progress.model, has_ended_well))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _hear_measured(self, progress: WorkProgress, now: float) -> None:
        if not progress.done and now - self._measured.get(progress.model, now) < MEASURED_INTERVAL_S:
            self._measured.setdefault(progress.model, now)
            return
        self._measured[progress.model] = now
        self._outboxes.broadcast(WalksChanged(model=progress.model))

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
