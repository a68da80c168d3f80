"""A region from the first stroke to the film: painted, moved by sliders, explored, played and exported."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import assert_accessible
from tests.e2e.served import Served
from tests.e2e.test_masks import pixels, start_painting, stroke, wait_for_masks
from tests.e2e.wend_page import WendPage

# Where the first picture has its mouth, of its width and height.
MOUTH_LEFT, MOUTH_RIGHT, MOUTH_MIDDLE = 0.47, 0.62, 0.635

# A second of film: so many of a chain's frames pass in one.
FRAMES = 12
FPS = 24
SIDE = 96
JOB_MS = 120_000


@pytest.fixture(scope="module")
def portraits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server as it is shipped: with portraits that a network learned, and others that know their parts."""
    server = Served(tmp_path_factory.mktemp("regions"), model="portraits-64")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def site(portraits: Served) -> Served:
    return portraits


def drawer(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def paint_mouth(wend: WendPage) -> dict[str, object]:
    """Returns the mask of the document."""
    start_painting(wend)
    stroke(wend, (MOUTH_LEFT, MOUTH_MIDDLE), (MOUTH_RIGHT, MOUTH_MIDDLE))
    (mask,) = wait_for_masks(wend, 1)
    return mask


BUSY_MS = 180_000


def found_sliders(page: Page) -> Locator:
    """Rows of the sliders of the first mask, once all are there."""
    rows = drawer(page, "Regions").get_by_role("list", name="Sliders of Region 1").get_by_role("listitem")
    # On a busy machine the model's own pictures alone take a minute.
    expect(rows.first).to_be_visible(timeout=BUSY_MS)
    # The bar is gone before the last answer has put the rows in their order.
    looking = drawer(page, "Regions").get_by_role("button", name="Stop", exact=True)
    expect(looking).to_have_count(0, timeout=BUSY_MS)
    return rows


def drag_and_keep(wend: WendPage, rows: Locator) -> str:
    """Moves the best of the sliders that were found, and puts it among the others; returns its walk."""
    before = wend.pixels
    with wend.change():
        wend.drag(rows.first.get_by_role("slider"), 0.5, 0.75, moves=20)
    assert wend.pixels != before
    assert wend.pixels == wend.expected_pixels
    (edit,) = edits(wend)
    walk = str(edit["walk"])
    assert walk.startswith("region-")
    # What was moved stays, though the search may still go on and find better ones.
    row = wend.page.locator(f'[data-region-walk="{walk}"]')
    row.get_by_role("button", name="Keep among the sliders").click()
    expect(row.get_by_role("button", name="Kept: stands among the sliders")).to_be_visible()
    return walk


def find_manifold(page: Page) -> Locator:
    """Fills the form in as a person in a hurry would; returns the job once it is done."""
    drawer(page, "Regions").get_by_role("button", name="Animate this region…").click()
    jobs = drawer(page, "Jobs")
    form = jobs.get_by_role("form")
    expect(form).to_contain_text("Picture")
    form.get_by_role("textbox", name="Frames", exact=True).fill(str(FRAMES))
    form.get_by_role("textbox", name="Calls", exact=True).fill("2")
    form.get_by_label("Name of the job").fill("Mouths")
    form.get_by_role("button", name="Start").click()
    row = jobs.get_by_role("listitem").filter(has_text="Mouths").first
    expect(row).to_have_attribute("data-state", re.compile("done|failed"), timeout=JOB_MS)
    article = jobs.get_by_role("article", name="Mouths")
    assert row.get_attribute("data-state") == "done", article.inner_text()
    return article


def play(wend: WendPage) -> int:
    """Plays to the end; returns how many different frames were seen."""
    timeline = drawer(wend.page, "Timeline")
    with wend.watch() as seen:
        timeline.get_by_role("button", name="Play").click()
        # A short film may be over before one looks whether it has begun.
        wend.page.wait_for_function(
            "() => window.seenFrames.filter((frame) => frame.quality === 'live').length > 2"
        )
        expect(timeline.get_by_role("button", name="Play")).to_be_visible()
        wend.wait_for_picture()
    return len({frame.print for frame in seen})


def export(page: Page, path: Path) -> None:
    timeline = drawer(page, "Timeline")
    timeline.get_by_role("button", name="Export", exact=True).click()
    form = timeline.get_by_role("form", name="Export")
    size = form.get_by_label("Size, side of a picture")
    size.fill(str(SIDE))
    size.press("Tab")
    expect(form).to_contain_text(f"{FPS} pictures")
    form.get_by_role("button", name="Export MP4").click()
    link = timeline.get_by_role("link", name="Download")
    expect(link).to_be_visible(timeout=JOB_MS)
    with page.expect_download() as download:
        link.click()
    download.value.save_as(path)


def edits(wend: WendPage) -> list[dict[str, object]]:
    found = wend.document["picture"]["edits"]
    assert isinstance(found, list)
    return found


def keyframe_edits(wend: WendPage) -> list[dict[str, float]]:
    """Strength of every slider, by its walk, for each keyframe of the address."""
    keyframes = wend.document["timeline"]["keyframes"]
    assert isinstance(keyframes, list)
    return [{edit["walk"]: edit["alpha"] for edit in each["picture"]["edits"]} for each in keyframes]


def decode(path: Path) -> list[NDArray[np.int64]]:
    """Frames int64 [H, W, 3], 0 to 255."""
    with av.open(str(path)) as container:
        (stream,) = container.streams.video
        assert stream.average_rate == FPS
        assert stream.codec_context.name == "h264"
        return [frame.to_ndarray(format="rgb24").astype(np.int64) for frame in container.decode(stream)]


@pytest.mark.timeout(600)
def test_a_painted_mouth_gets_sliders_a_manifold_and_a_film(wend: WendPage, tmp_path: Path) -> None:
    page = wend.page
    mask = paint_mouth(wend)
    rows = found_sliders(page)
    assert_accessible(page, '[aria-label="Regions"]')
    walk = drag_and_keep(wend, rows)
    job = find_manifold(page)
    expect(job.get_by_role("img", name="Newest pictures of Mouths")).to_be_visible()
    job.get_by_role("button", name="Put on the timeline").click()
    keyframes = page.get_by_role("list", name="Keyframes", exact=True).get_by_role("listitem")
    expect(keyframes).to_have_count(5)
    along = keyframe_edits(wend)
    (chain,) = {name for each in along for name in each} - {walk}
    assert chain.startswith("manifold-")
    # The slider that was set stays where it is, the chain goes from its one end to the other.
    assert len({each[walk] for each in along}) == 1
    assert [round(each.get(chain, 0.0), 2) for each in along][-1] == FRAMES

    assert play(wend) > 3
    export(page, tmp_path / "mouths.mp4")
    frames = decode(tmp_path / "mouths.mp4")
    assert len(frames) == FPS
    assert {frame.shape for frame in frames} == {(SIDE, SIDE, 3)}
    assert all(np.abs(here - there).max() > 0 for here, there in pairwise(frames))
    # What was painted moves, and the rest much less.
    kept = pixels(wend, mask)
    rows, columns = (np.arange(SIDE) * size // SIDE for size in kept.shape)
    inside = kept[np.ix_(rows, columns)] > 127
    moved = np.mean([np.abs(frame - frames[0]).mean(axis=-1) for frame in frames], axis=0)
    assert moved[inside].mean() > 2 * moved[~inside].mean()
