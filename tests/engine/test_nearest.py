"""Samples like a drawing through the engine: reports in order, nearest first, answers in words."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.engine.eyes_library import DISC, build_watched_library, publish_set
from tests.engine.library import CLASSY
from wend.engine.engine import Engine
from wend.engine.nearest_request import NearestReport, NearestRequest
from wend.engine.request import EngineEvent, ViewKey
from wend.engine.settings import EngineSettings
from wend.library.images import ImageStore

KEY = ViewKey("s", 0)
PATIENCE_S = 60.0
SAMPLES = 48


class Room:
    """An engine that knows the disc, with networks that look at it; and all that it tells of samples."""

    def __init__(self, folder: Path) -> None:
        store, shelf = build_watched_library(folder)
        publish_set(folder / "perception", "disc")
        self.images = ImageStore(folder / "images")
        self.reports: list[NearestReport] = []
        self._changed = threading.Condition()
        settings = EngineSettings(
            device="cpu",
            threads=1,
            images_dir=folder / "images",
            perception_roots=(folder / "perception",),
            nearest_samples=SAMPLES,
        )
        self.engine = Engine(store, shelf, settings, self._receive)
        self.engine.start()

    def _receive(self, event: EngineEvent) -> None:
        if isinstance(event, NearestReport):
            with self._changed:
                self.reports.append(event)
                self._changed.notify_all()

    def ask(self, number: int, drawing: str | None, model: str = DISC) -> NearestReport:
        self.engine.ask(NearestRequest(KEY, number, model, "edges", None, drawing, None, 4))

        def is_answered() -> bool:
            return any(each.request == number and each.is_done for each in self.reports)

        with self._changed:
            assert self._changed.wait_for(is_answered, PATIENCE_S), "the engine did not answer"
        return next(each for each in self.reports if each.request == number and each.is_done)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.engine.stop()


def test_samples_are_told_nearest_first_and_kept_for_the_next_drawing(room: Room) -> None:
    pixels = np.full((64, 64, 1), 255, np.uint8)
    pixels[20:24, 10:50] = 0
    first = room.ask(1, None)
    assert first.lack is None
    assert [sample.seed for sample in first.samples] == [0, 1, 2, 3]
    assert (first.seen, first.of) == (SAMPLES, SAMPLES)
    assert first.usual is not None
    near = room.ask(2, room.images.put_pixels(pixels).id)
    matches = [sample.match for sample in near.samples]
    assert matches == sorted(matches, reverse=True)
    assert near.drawn_width == pytest.approx(4 / 64, rel=0.2)
    # All is known by now: one answer, and its pictures with it.
    assert [each.request for each in room.reports].count(2) == 1
    named = {name for sample in near.samples for name in (sample.picture, sample.map)}
    assert named == {name for name, _ in near.assets}


def test_what_cannot_be_looked_for_is_said(room: Room) -> None:
    for number, (drawing, model) in enumerate(((("0" * 64), DISC), (None, "nobody")), 1):
        answer = room.ask(number, drawing, model)
        assert answer.samples == ()
        assert answer.lack is not None
    classes = room.ask(3, None, CLASSY)
    assert classes.lack is not None
    assert "reads a class" in classes.lack[0]
