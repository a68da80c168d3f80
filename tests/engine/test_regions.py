"""A painted region through the engine: sliders on the shelf, reports in order, answers in words."""

import io
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.engine.library import SIZE, build_library
from wend.documents.picture import Edit, Mask, ModelBlend, Picture, SeedLatent
from wend.engine.engine import Engine
from wend.engine.request import (
    DriftReport,
    EngineEvent,
    RegionReport,
    RegionRequest,
    RenderRequest,
    RenderResult,
    ViewKey,
)
from wend.engine.settings import EngineSettings
from wend.library.images import ImageStore

KEY = ViewKey("s", 0)
PATIENCE_S = 240.0


class Studio:
    """An engine with masks, and all that it tells. Whatever it draws is read at once."""

    def __init__(self, folder: Path) -> None:
        store, self.shelf = build_library(folder)
        self.images = ImageStore(folder / "images")
        self.events: list[EngineEvent] = []
        self._changed = threading.Condition()
        settings = EngineSettings(device="cpu", threads=1, images_dir=folder / "images")
        self.engine = Engine(store, self.shelf, settings, self._receive)
        self.engine.start()

    def _receive(self, event: EngineEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()
        if isinstance(event, RenderResult):
            self.engine.delivered(event.key)

    def mask(self, rows: slice) -> str:
        pixels = np.zeros((SIZE, SIZE), np.uint8)
        pixels[rows] = 255
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "PNG")
        return self.images.put(buffer.getvalue(), "mask").id

    def find(self, number: int, mask: str, wanted: Picture | None = None) -> None:
        request = RegionRequest(KEY, number, wanted or picture(), mask, None, (), time.monotonic())
        self.engine.ask(request)

    def reports(self, number: int) -> list[RegionReport]:
        """All on a search, which has ended."""

        def told() -> list[RegionReport]:
            return [e for e in self.events if isinstance(e, RegionReport) and e.request == number]

        with self._changed:
            assert self._changed.wait_for(lambda: any(r.is_done for r in told()), PATIENCE_S)
            return told()

    def whole(self, number: int) -> RegionReport:
        """The first report with all sliders of a search, which may go on refining them."""

        def told() -> list[RegionReport]:
            found = [e for e in self.events if isinstance(e, RegionReport) and e.request == number]
            return [report for report in found if report.is_done or report.fraction == 1.0]

        with self._changed:
            assert self._changed.wait_for(told, PATIENCE_S)
            return told()[0]

    def draw(self, wanted: Picture, revision: int) -> RenderResult:
        """In final quality."""
        self.submit(wanted, revision)
        return self.shown(revision, lambda result: result.quality == "final")

    def submit(self, wanted: Picture, revision: int) -> None:
        self.engine.submit(RenderRequest(KEY, revision, wanted, "final", "png", time.monotonic()))

    def shown(self, revision: int, is_meant: Callable[[RenderResult], bool] = bool) -> RenderResult:
        """The first such frame of a revision."""

        def drawn() -> list[RenderResult]:
            frames = [e for e in self.events if isinstance(e, RenderResult) and e.revision == revision]
            return [frame for frame in frames if is_meant(frame)]

        with self._changed:
            assert self._changed.wait_for(drawn, PATIENCE_S)
            return drawn()[0]


def picture(**fields: object) -> Picture:
    return Picture.model_validate(
        {"model": "tiny", "latent": SeedLatent(seed=3), "psi": 1.0, "noise_seed": None, **fields}
    )


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)


def test_a_mask_gets_sliders_that_lie_on_the_shelf(studio: Studio) -> None:
    studio.find(1, studio.mask(slice(0, 6)))
    reports = studio.reports(1)
    studio.engine.stop()
    last = reports[-1]
    assert last.lack is None
    assert last.sliders
    assert last.fraction == 1.0
    assert [report.is_done for report in reports].count(True) == 1
    on_shelf = {record.id: record for record in studio.shelf.walks("tiny")}
    for slider in last.sliders:
        record = on_shelf[slider.walk]
        assert (record.method, record.family) == ("region", last.family)
        assert record.low <= 0.0 <= record.high
        assert record.settings["mask"] == studio.mask(slice(0, 6))
    sent = [name for report in reports for name, _ in report.assets]
    assert len(sent) == len(set(sent))
    assert {slider.strip for slider in last.sliders} <= set(sent)


def test_a_slider_can_be_used_at_once_and_kept_from_a_region(studio: Studio) -> None:
    studio.find(1, studio.mask(slice(0, 6)))
    best = studio.whole(1).sliders[0]
    edit = Edit(walk=best.walk, alpha=best.high or best.low)
    plain = studio.draw(picture(), 1)
    moved = studio.draw(picture(edits=(edit,)), 2)
    still = Mask(name="top", image=studio.mask(slice(0, 6)), is_still=True)
    kept = studio.draw(picture(edits=(edit,), masks=(still,)), 3)
    studio.engine.stop()
    assert len({plain.payload, moved.payload, kept.payload}) == 3
    first, drift = (e for e in studio.events if isinstance(e, DriftReport))
    assert (first.revision, first.is_busy) == (3, True)
    assert (drift.revision, drift.is_busy) == (3, False)
    assert drift.still < drift.still_without
    shown = [e.quality for e in studio.events if isinstance(e, RenderResult) and e.revision == 3]
    assert shown == ["live", "final"]


def test_what_a_newer_picture_has_replaced_is_not_shown_again(studio: Studio) -> None:
    still = Mask(name="top", image=studio.mask(slice(0, 6)), is_still=True)
    studio.submit(picture(edits=(Edit(walk="test/0", alpha=1.0),), masks=(still,)), 1)
    assert studio.shown(1).quality == "live"
    # Whether or not the first has been worked out by now: nothing of it comes after the second.
    studio.draw(picture(), 2)
    studio.draw(picture(), 3)
    studio.engine.stop()
    order = [e.revision for e in studio.events if isinstance(e, RenderResult)]
    assert order == sorted(order)
    assert order[-2:] == [2, 3]


def test_a_newer_search_ends_the_older_one(studio: Studio) -> None:
    studio.find(1, studio.mask(slice(0, 6)))
    studio.find(2, studio.mask(slice(8, 16)))
    assert studio.reports(2)[-1].sliders
    first = [e for e in studio.events if isinstance(e, RegionReport) and e.request == 1]
    studio.engine.stop()
    assert sum(len(report.sliders) for report in first) == 0


@pytest.mark.parametrize(("mask", "why"), [("f" * 64, "image"), ("empty", "empty")])
def test_a_mask_that_is_of_no_use_is_answered_in_words(studio: Studio, mask: str, why: str) -> None:
    studio.find(1, studio.mask(slice(0, 0)) if mask == "empty" else mask)
    reports = studio.reports(1)
    studio.engine.stop()
    assert len(reports) == 1
    assert reports[0].lack is not None
    assert why in reports[0].lack[0]


def test_a_picture_between_two_models_is_refused_in_words(studio: Studio) -> None:
    between = picture(model_blend=ModelBlend(model="other", weight=0.5))
    studio.find(1, studio.mask(slice(0, 6)), between)
    last = studio.reports(1)[-1]
    studio.engine.stop()
    assert last.sliders == ()
    assert last.lack is not None
    assert "between two models" in last.lack[0]


def test_what_does_not_change_the_picture_makes_no_family(studio: Studio) -> None:
    mask = studio.mask(slice(0, 6))
    unchanged = picture(
        model_blend=ModelBlend(model="other", weight=0.0),
        edits=(Edit(walk="test/0", alpha=0.0),),
        masks=(Mask(name="top", image=mask),),
    )
    studio.find(1, mask)
    first = studio.whole(1)
    studio.find(2, mask, unchanged)
    second = studio.whole(2)
    studio.find(3, mask, picture(edits=(Edit(walk="test/0", alpha=1.0),)))
    third = studio.whole(3)
    studio.engine.stop()
    assert first.family == second.family
    assert third.family not in ("", first.family)
