"""A session turns messages into requests, and an older edit never follows a newer one."""

import pickle

import pytest

from wend.documents.picture import Picture, SeedLatent
from wend.engine.nearest_request import NearestRequest
from wend.engine.request import RenderRequest, ViewKey, WatchRequest
from wend.engine.view_key import SearchKey
from wend.protocol.messages import Discover, Quality, Render, Watch
from wend.protocol.nearest import FindNearest, StopNearest
from wend.protocol.regions import StopRegion
from wend.sessions.session import DiscoverRequest, Session, StopSearchRequest

PICTURE = Picture(model="tiny", latent=SeedLatent(seed=1))


def render(revision: int, view: int = 0, quality: Quality = "live") -> Render:
    return Render(view=view, revision=revision, quality=quality, picture=PICTURE)


@pytest.mark.parametrize(("quality", "codec"), [("live", "jpeg"), ("final", "png")])
def test_a_render_becomes_a_request(quality: Quality, codec: str) -> None:
    request = Session("s").apply(render(4, view=2, quality=quality), 12.5)
    assert isinstance(request, RenderRequest)
    assert (request.key, request.revision, request.picture) == (ViewKey("s", 2), 4, PICTURE)
    assert (request.quality, request.codec, request.arrived) == (quality, codec, 12.5)
    assert pickle.loads(pickle.dumps(request)) == request  # noqa: S301 - our own


def test_discover_becomes_a_request() -> None:
    assert Session("s").apply(Discover(model="tiny"), 0.0) == DiscoverRequest("tiny")


def test_a_watch_becomes_a_request() -> None:
    watch = Session("s").apply(Watch(view=3, factors=True, overlay="lines"), 0.0)
    assert watch == WatchRequest(ViewKey("s", 3), factors=True, overlay="lines")
    ended = Session("s").apply(Watch(view=3), 0.0)
    assert isinstance(ended, WatchRequest)
    assert not ended.is_wanted


def test_an_older_revision_of_a_view_is_ignored() -> None:
    session = Session("s")
    applied = [session.apply(render(revision), 0.0) for revision in (3, 5, 4, 5, 6)]
    assert [None if request is None else 1 for request in applied] == [1, 1, None, 1, 1]
    assert session.apply(render(1, view=1), 0.0) is not None


def test_waiting_time_is_known_of_the_newest_render_only() -> None:
    session = Session("s")
    session.apply(render(1), 10.0)
    session.apply(render(2), 11.0)
    assert session.waited(0, 2, 11.5) == 0.5
    assert session.waited(0, 1, 11.5) is None
    assert session.waited(1, 2, 11.5) is None


def test_searches_of_a_view_are_kept_apart() -> None:
    """Samples of a drawing are looked for beside sliders of a region, and each ends by its own message."""
    session = Session("s")
    sample = FindNearest(request=1, model="tiny", view=2)
    asked = session.apply(sample, now=1.0)
    assert isinstance(asked, NearestRequest)
    assert asked.search == SearchKey(ViewKey("s", 2), "samples")
    assert session.apply(sample, now=2.0) is None  # not newer
    assert session.apply(StopNearest(view=2), now=3.0) == StopSearchRequest(asked.search)
    ended = session.apply(StopRegion(view=2), now=3.0)
    assert ended == StopSearchRequest(SearchKey(ViewKey("s", 2), "region"))
