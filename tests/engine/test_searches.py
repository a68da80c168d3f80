"""Which session's questions are which works."""

from wend.documents.picture import Picture, SeedLatent
from wend.engine.request import SetRequest, ViewKey
from wend.engine.searches import Searches
from wend.engine.works import Works


def test_factors_that_nobody_waits_for_any_more_are_not_set() -> None:
    searches, works = Searches(), Works()
    shown = Picture(model="tiny", latent=SeedLatent(seed=0))
    for session in ("given up", "waits"):
        searches.begin(SetRequest(ViewKey(session, 0), shown, (("factor/x", 0.0),)), works)
    searches.forget("given up", works)
    is_stopping = {work.name: work.is_stopping for work in works.drain()}
    assert sorted(is_stopping.values()) == [False, True]
