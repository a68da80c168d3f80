"""Session: one open view of a document, from the messages of its connection to requests for the engine."""

from dataclasses import dataclass
from typing import assert_never

from wend.engine.nearest_request import NearestRequest
from wend.engine.request import (
    Quality,
    RegionRequest,
    RenderRequest,
    ViewKey,
    WatchRequest,
)
from wend.engine.view_key import SearchKey
from wend.imaging.codec import Codec
from wend.protocol.messages import ClientMessage, Discover, Render, Watch
from wend.protocol.nearest import FindNearest, StopNearest
from wend.protocol.regions import FindRegion, StopRegion

CODECS: dict[Quality, Codec] = {"live": "jpeg", "final": "png"}
"""JPEG is the fastest to encode while the hand moves; what stays on screen is exact."""


@dataclass(frozen=True)
class DiscoverRequest:
    """The walks of this model are wanted."""

    model: str


@dataclass(frozen=True)
class StopSearchRequest:
    """This view's search of a kind is no longer wanted."""

    search: SearchKey


SessionRequest = (
    RenderRequest | DiscoverRequest | WatchRequest | RegionRequest | StopSearchRequest | NearestRequest
)


@dataclass(frozen=True)
class _Wanted:
    """The newest render a view asked for. `arrived` is time.monotonic(), in seconds."""

    revision: int
    arrived: float


class Session:
    """What each view of one connection wants now. Holds no tensors and knows no socket."""

    def __init__(self, session_id: str) -> None:
        self.id = session_id
        self._newest: dict[int, _Wanted] = {}
        self._searched: dict[int, int] = {}
        self._sketched: dict[int, int] = {}

    def apply(self, message: ClientMessage, now: float) -> SessionRequest | None:
        """The request a message stands for; None for a render or search older than one already asked for.

        now: time.monotonic() at arrival, in seconds.
        """
        match message:
            case Render():
                return self._render(message, now)
            case Discover():
                return DiscoverRequest(message.model)
            case Watch(view=view, factors=factors, overlay=overlay):
                return WatchRequest(ViewKey(self.id, view), factors, overlay)
            case FindRegion():
                return self._find_region(message, now)
            case StopRegion(view=view):
                return StopSearchRequest(SearchKey(ViewKey(self.id, view), "region"))
            case StopNearest(view=view):
                return StopSearchRequest(SearchKey(ViewKey(self.id, view), "samples"))
            case FindNearest():
                return self._find_nearest(message)
            case _:
                assert_never(message)

    def _render(self, message: Render, now: float) -> RenderRequest | None:
        newest = self._newest.get(message.view)
        if newest is not None and message.revision < newest.revision:
            return None
        self._newest[message.view] = _Wanted(message.revision, now)
        return RenderRequest(
            key=ViewKey(self.id, message.view),
            revision=message.revision,
            picture=message.picture,
            quality=message.quality,
            codec=CODECS[message.quality],
            arrived=now,
        )

    def _find_region(self, message: FindRegion, now: float) -> RegionRequest | None:
        if message.request <= self._searched.get(message.view, -1):
            return None
        self._searched[message.view] = message.request
        layers = message.layers
        return RegionRequest(
            key=ViewKey(self.id, message.view),
            request=message.request,
            picture=message.picture,
            mask=message.mask,
            layers=None if layers is None else (layers.start, layers.end),
            walks=message.walks,
            arrived=now,
            families=message.families,
        )

    def _find_nearest(self, message: FindNearest) -> NearestRequest | None:
        if message.request <= self._sketched.get(message.view, -1):
            return None
        self._sketched[message.view] = message.request
        points = message.pose
        return NearestRequest(
            key=ViewKey(self.id, message.view),
            request=message.request,
            model=message.model,
            kind=message.kind,
            extractor=message.extractor,
            drawing=message.drawing,
            pose=None if points is None else tuple((point.name, point.x, point.y) for point in points),
            count=message.count,
        )

    def waited(self, view: int, revision: int, now: float) -> float | None:
        """Seconds since the view's newest render arrived, if this revision is that one."""
        newest = self._newest.get(view)
        return now - newest.arrived if newest is not None and newest.revision == revision else None
