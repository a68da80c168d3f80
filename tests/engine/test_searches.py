"""Which session's questions are which works."""

from wend.documents.picture import Picture, SeedLatent
from wend.engine.nearest_request import NearestRequest
from wend.engine.request import RegionRequest, SetRequest, ViewKey
from wend.engine.searches import Searches
from wend.engine.view_key import SearchKey
from wend.engine.works import Works


def test_factors_that_nobody_waits_for_any_more_are_not_set() -> None:
    searches, works = Searches(), Works()
    shown = Picture(model="tiny", latent=SeedLatent(seed=0))
    for session in ("given up", "waits"):
        searches.begin(SetRequest(ViewKey(session, 0), shown, (("factor/x", 0.0),)), works)
    searches.forget("given up", works)
    is_stopping = {work.name: work.is_stopping for work in works.drain()}
    assert sorted(is_stopping.values()) == [False, True]


def test_a_search_ends_by_its_own_kind() -> None:
    """A board that closes ends its search for samples, and nothing else of its view."""
    searches, works = Searches(), Works()
    view = ViewKey("s", 0)
    shown = Picture(model="tiny", latent=SeedLatent(seed=0))
    region = RegionRequest(view, 1, shown, "0" * 64, None, (), 0.0)
    samples = NearestRequest(view, 1, "tiny", "lines", None, None, None, 4)
    for question in (region, samples):
        searches.begin(question, works)
    searches.end(SearchKey(view, "samples"), works)
    searches.end(SearchKey(view, "samples"), works)  # there is none any more
    assert {work.name: work.is_stopping for work in works.drain()} == {region.work: False, samples.work: True}


def test_a_newer_search_of_its_kind_ends_the_older() -> None:
    searches, works = Searches(), Works()
    older, newer = (
        NearestRequest(ViewKey("s", 0), number, "tiny", "lines", None, None, None, 4) for number in (1, 2)
    )
    for question in (older, newer):
        searches.begin(question, works)
    assert {work.name: work.is_stopping for work in works.drain()} == {older.work: True, newer.work: False}
