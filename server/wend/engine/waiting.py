"""Waiting: which request is rendered next. One per view, the newest; the session served longest ago first."""

from collections.abc import Set as AbstractSet

from wend.engine.request import RenderRequest, ViewKey

LIVE_BATCH = 4


class Waiting:
    """The requests not yet rendered, and the views whose last frame is still on its way.

    A view whose frame has not left its outbox is never rendered: its reader is slower than we are, and
    its newest request waits without delaying anybody. Turns go by session, then by view: many views give
    nobody more turns, and a session that comes new stands behind all who wait already, so that single
    renders, each a session of its own, do not overtake a drag. Not thread-safe; the engine holds its lock.
    """

    def __init__(self) -> None:
        self._requests: dict[ViewKey, RenderRequest] = {}
        self._undelivered: set[ViewKey] = set()
        self._served: dict[ViewKey, int] = {}
        self._sessions: dict[str, int] = {}
        self._clock = 0

    def __len__(self) -> int:
        return len(self._requests)

    def put(self, request: RenderRequest) -> bool:
        """Add a request; True when it replaced one of its view that was still waiting."""
        is_replacing = request.key in self._requests
        self._requests[request.key] = request
        self._sessions.setdefault(request.key.session, self._clock)
        return is_replacing

    def holds(self, key: ViewKey) -> bool:
        """Whether a request of the view waits."""
        return key in self._requests

    def delivered(self, key: ViewKey) -> None:
        self._undelivered.discard(key)

    def has_left(self, key: ViewKey) -> bool:
        """Whether the view's last frame is with its reader, or was never drawn."""
        return key not in self._undelivered

    def forget(self, session: str) -> None:
        """Drop every view of a session."""
        self._sessions.pop(session, None)
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

        The session served longest ago, and, if it wants a live frame, up to three more live requests of
        the same model in the same order. Its views wait for `delivered` from now on.
        """
        turn = self._turn([key for key in self._requests if key in among and key not in self._undelivered])
        if not turn:
            return []
        first = self._requests[turn[0]]
        batch = [first]
        if first.quality == "live":
            mates = (self._requests[key] for key in turn[1:])
            batch += [m for m in mates if m.quality == "live" and _have_one_generator(m, first)]
            batch = batch[:LIVE_BATCH]
        self._clock += 1
        for request in batch:
            del self._requests[request.key]
            self._undelivered.add(request.key)
            self._served[request.key] = self._clock
            self._sessions[request.key.session] = self._clock
        return batch

    def _turn(self, ready: list[ViewKey]) -> list[ViewKey]:
        """Every session's first view, the session served longest ago in front; then every second view, ..."""
        ready = sorted(ready, key=lambda key: (self._served.get(key, 0), self._requests[key].arrived))
        places: dict[str, int] = {}
        order: dict[ViewKey, tuple[int, int, float]] = {}
        for key in ready:
            place = places[key.session] = places.get(key.session, -1) + 1
            order[key] = (place, self._sessions[key.session], self._requests[key].arrived)
        return sorted(ready, key=lambda key: order[key])


def _have_one_generator(one: RenderRequest, other: RenderRequest) -> bool:
    a, b = one.picture, other.picture
    return (a.model, a.model_blend) == (b.model, b.model_blend)
