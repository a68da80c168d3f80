"""Waiting: which request is rendered next. One per view, the newest; the view served longest ago first."""

from collections.abc import Set as AbstractSet

from wend.engine.request import RenderRequest, ViewKey

LIVE_BATCH = 4


class Waiting:
    """The requests not yet rendered, and the views whose last frame is still on its way.

    A view whose frame has not left its outbox is never rendered: its reader is slower than we are, and
    its newest request waits without delaying anybody. Not thread-safe; the engine holds its lock.
    """

    def __init__(self) -> None:
        self._requests: dict[ViewKey, RenderRequest] = {}
        self._undelivered: set[ViewKey] = set()
        self._served: dict[ViewKey, int] = {}
        self._clock = 0

    def __len__(self) -> int:
        return len(self._requests)

    def put(self, request: RenderRequest) -> bool:
        """Add a request; True when it replaced one of its view that was still waiting."""
        is_replacing = request.key in self._requests
        self._requests[request.key] = request
        return is_replacing

    def delivered(self, key: ViewKey) -> None:
        self._undelivered.discard(key)

    def forget(self, session: str) -> None:
        """Drop every view of a session."""
        for key in [k for k in self._requests if k.session == session]:
            del self._requests[key]
        for key in [k for k in self._served if k.session == session]:
            del self._served[key]
        self._undelivered = {k for k in self._undelivered if k.session != session}

    def drain(self) -> list[RenderRequest]:
        """Take every request, whoever's turn it is, and expect no delivery any more."""
        requests = list(self._requests.values())
        self._requests.clear()
        self._undelivered.clear()
        return requests

    def ready(self) -> frozenset[ViewKey]:
        """Views that may be rendered now."""
        return frozenset(self._requests.keys() - self._undelivered)

    def take(self, among: AbstractSet[ViewKey]) -> list[RenderRequest]:
        """The next batch of the ready views in `among`; empty when none of them is ready.

        The view served longest ago, and, if it wants a live frame, up to three more live requests of
        the same model in the same order. Its views wait for `delivered` from now on.
        """
        ready = [key for key in self._requests if key in among and key not in self._undelivered]
        turn = sorted(ready, key=lambda key: (self._served.get(key, 0), self._requests[key].arrived))
        if not turn:
            return []
        first = self._requests[turn[0]]
        batch = [first]
        if first.quality == "live":
            mates = (self._requests[key] for key in turn[1:])
            batch += [m for m in mates if m.quality == "live" and m.picture.model == first.picture.model]
            batch = batch[:LIVE_BATCH]
        self._clock += 1
        for request in batch:
            del self._requests[request.key]
            self._undelivered.add(request.key)
            self._served[request.key] = self._clock
        return batch
