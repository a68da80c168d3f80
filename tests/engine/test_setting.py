"""Factors read and set by an engine: in slices of its own, ahead of jobs, and never without an answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.desk import Desk
from tests.engine.watching import finish_view, thread_desk
from tests.methods.factors_by_hand import DISC, LIGHT, LIT, X_IN_W, X, put_on_shelf
from wend.documents.picture import Edit, Picture, SeedLatent
from wend.engine.request import SetReport, SetRequest, ViewKey


@pytest.fixture
def own_desk(tmp_path: Path) -> Iterator[Desk]:
    with thread_desk(tmp_path) as made:
        put_on_shelf(made.shelf)
        yield made


def picture(*edits: Edit) -> Picture:
    return Picture(model=DISC, latent=SeedLatent(seed=4), psi=1.0, edits=edits)


def put(desk: Desk, shown: Picture, *targets: tuple[str, float], session: str = "set-0") -> SetReport:
    key = ViewKey(session, 0)
    desk.engine.ask(SetRequest(key, shown, targets))
    desk.wait(lambda: any(isinstance(e, SetReport) and e.key == key for e in desk.events))
    return next(e for e in desk.events if isinstance(e, SetReport) and e.key == key)


def test_a_final_picture_tells_its_factors(own_desk: Desk) -> None:
    viewer = own_desk.viewer(DISC)
    viewer.watch(factors=True)
    revision = finish_view(viewer, picture(Edit(walk=X.id, alpha=0.03)))
    told = {factor.walk: factor for factor in viewer.reading(revision).factors}
    before = finish_view(viewer, picture())
    plain = {factor.walk: factor for factor in viewer.reading(before).factors}
    assert told[X.id].value - plain[X.id].value == pytest.approx(0.03, abs=1e-5)
    assert told[X_IN_W.id].value == pytest.approx(told[X.id].value, abs=1e-5), "w is z on the disc"
    assert told[X.id].position == pytest.approx(told[X.id].value / 0.07, abs=1e-4)
    assert not told[X.id].is_off_prior


def test_what_pixels_measure_is_set_by_measuring(own_desk: Desk) -> None:
    report = put(own_desk, picture(), (LIT.id, LIGHT + 0.005))
    assert report.found is not None
    assert report.found.is_closed
    assert report.found.measured[0] == pytest.approx(LIGHT + 0.005, abs=0.002)


def test_what_cannot_be_set_is_answered_in_words(own_desk: Desk) -> None:
    report = put(own_desk, picture(), (X.id, 0.5))
    assert report.failure is not None
    assert report.failure[0] == "factor_out_of_reach"
    missing = put(own_desk, picture(), ("factor-gone/x", 0.0), session="set-1")
    assert missing.failure is not None
    assert missing.failure[0] == "walk_not_found"


def test_an_engine_that_stops_answers(tmp_path: Path) -> None:
    with thread_desk(tmp_path) as desk:
        put_on_shelf(desk.shelf)
        desk.close_gate()
        key = ViewKey("set-2", 0)
        desk.engine.ask(SetRequest(key, picture(), ((X.id, 0.1),)))
        desk.remove_gate()
    assert [e for e in desk.events if isinstance(e, SetReport) and e.key == key]


def test_an_engine_in_another_process_answers_too(desk: Desk) -> None:
    shown = Picture(model="tiny", latent=SeedLatent(seed=1))
    report = put(desk, shown, ("test/0", 0.1), session="set-far")
    assert report.failure is not None
    assert report.failure[0] == "walk_not_factor"
