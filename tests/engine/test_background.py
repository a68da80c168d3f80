"""Owner of what is measured behind everybody's back: while nobody draws, of what somebody looks at."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.desk import Desk
from tests.engine.library import build_library
from tests.jobs.office import FakeClock
from wend.documents.picture import Picture, SeedLatent
from wend.engine.background import QUIET_S, Background
from wend.engine.engine import Engine
from wend.engine.request import RenderRequest, ViewKey, WorkProgress
from wend.engine.settings import EngineSettings


def picture_of(model: str, session: str = "s") -> RenderRequest:
    picture = Picture(model=model, latent=SeedLatent(seed=0))
    return RenderRequest(ViewKey(session, 0), 1, picture, "live", "jpeg", 0.0)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def background(clock: FakeClock) -> Background:
    return Background(clock=clock.steady)


def ended(model: str, stopped: bool = False, failure: str | None = None) -> WorkProgress:
    return WorkProgress(f"footprints:{model}", model, "", 1.0, None, True, failure, stopped=stopped)


def test_it_waits_until_the_hand_has_rested(background: Background, clock: FakeClock) -> None:
    assert background.wait_s(None) is None
    assert background.wait_s(0.3) == 0.3
    background.asked(picture_of("tiny"))
    assert background.wait_s(None) == QUIET_S
    assert background.next(is_free=True) is None
    clock.now += QUIET_S - 0.1
    background.rest()  # it was drawn only now
    clock.now += QUIET_S
    assert background.wait_s(None) == 0.0
    assert background.next(is_free=False) is None
    work = background.next(is_free=True)
    assert work is not None
    assert work.name == "footprints:tiny"
    background.asked(picture_of("tiny"))
    assert background.next(is_free=True) is None, "the hand moves again"
    clock.now += QUIET_S
    assert background.next(is_free=True) is work


def test_what_was_measured_is_looked_at_again_with_the_next_picture(
    background: Background, clock: FakeClock
) -> None:
    background.asked(picture_of("tiny"))
    clock.now += QUIET_S
    assert background.next(is_free=True) is not None
    background.ended(ended("tiny"))
    assert background.next(is_free=True) is None
    assert background.wait_s(None) is None
    background.asked(picture_of("tiny"))
    clock.now += QUIET_S
    assert background.next(is_free=True) is not None


def test_a_model_that_is_left_is_put_down_at_once(background: Background, clock: FakeClock) -> None:
    background.asked(picture_of("tiny"))
    background.asked(picture_of("tiny", "t"))
    clock.now += QUIET_S
    work = background.next(is_free=True)
    assert work is not None
    background.forget("t")
    assert background.next(is_free=True) is work
    background.asked(picture_of("other"))
    assert background.wait_s(None) == 0.0
    assert background.next(is_free=False) is work
    assert work.is_stopping
    background.ended(ended("tiny", stopped=True))
    clock.now += QUIET_S
    other = background.next(is_free=True)
    assert other is not None
    assert other.name == "footprints:other"
    background.ended(ended("other"))
    # Back again: what was not measured is.
    background.asked(picture_of("tiny"))
    clock.now += QUIET_S
    again = background.next(is_free=True)
    assert again is not None
    assert again.name == "footprints:tiny"


def test_what_broke_is_left_alone_and_off_is_off(background: Background, clock: FakeClock) -> None:
    background.asked(picture_of("tiny"))
    clock.now += QUIET_S
    assert background.next(is_free=True) is not None
    background.ended(ended("tiny", failure="It broke."))
    background.asked(picture_of("tiny"))
    clock.now += QUIET_S
    assert background.next(is_free=True) is None
    off = Background(is_on=False, clock=clock.steady)
    off.asked(picture_of("tiny"))
    clock.now += QUIET_S
    assert off.next(is_free=True) is None
    assert off.wait_s(None) is None


def test_an_engine_measures_every_walk_once(tmp_path: Path) -> None:
    store, shelf = build_library(tmp_path)
    # Their ranges are known; one that is not takes hundreds of pictures.
    walks = [replace(walk, method="pca") for walk in shelf.walks("tiny")]
    shelf.save(walks[0].generator_hash, "test", walks)
    settings = EngineSettings("cpu", None, 1, measures_walks=True)
    desk = Desk(lambda deliver: Engine(store, shelf, settings, deliver), shelf)
    try:
        viewer = desk.viewer("tiny")
        viewer.frame(viewer.ask(quality="final"))
        last = desk.last_progress("footprints:tiny")
        assert last.failure is None
        footprints = [shelf.footprints.get(walk.generator_hash, walk) for walk in shelf.walks("tiny")]
        assert [None if found is None else found.pictures for found in footprints] == [16, 16]
        assert [found.layers == () for found in footprints if found] == [False, True], "w, then z"
        assert all(found.usable is not None for found in footprints if found)
        # Of a model that nobody looks at nothing is known.
        other = shelf.walks("other")[0]
        assert shelf.footprints.get(other.generator_hash, other) is None
    finally:
        desk.engine.stop()
