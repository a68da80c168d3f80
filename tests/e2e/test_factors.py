"""Factors in the page: found, set by a typed value, dragged on a pad, spread as drawn, and taken away."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.served import Served
from tests.e2e.wend_page import WendPage

JOB_MS = 120_000
SAMPLES = 24

# A second factor needs no second form.
_FIND_BRIEFLY = """() => fetch('/api/jobs', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({
    kind: 'factor',
    params: { model: 'analytic-disc', edit: 'shift_y', starts: 8, fit_updates: 50, looks: 8 },
  }),
})"""


@pytest.fixture(scope="module")
def discs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of its own: factors that are found here stand among nobody else's sliders."""
    server = Served(tmp_path_factory.mktemp("factors"), model="analytic-disc")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def site(discs: Served) -> Served:
    return discs


def factors(page: Page) -> Locator:
    return page.get_by_role("region", name="Factors", exact=True)


def alphas(wend: WendPage) -> dict[str, float]:
    """How far each factor is moved, by what it was found with."""
    edits = wend.document["picture"]["edits"]
    assert isinstance(edits, list)
    return {str(edit["walk"]).rsplit("/", 1)[-1]: float(edit["alpha"]) for edit in edits}


def find(page: Page, edit: str) -> None:
    """Begins a search with few pictures, as a person in a hurry would."""
    factors(page).get_by_role("button", name=re.compile("^Find a factor")).click()
    choice = page.get_by_role("form", name="Find a factor")
    for box in choice.get_by_role("checkbox", checked=True).all():
        box.uncheck()
    choice.get_by_role("checkbox", name=re.compile(rf"^{edit}\b")).check()
    choice.get_by_role("button", name="All settings…").click()
    jobs = page.get_by_role("region", name="Jobs", exact=True)
    form = jobs.get_by_role("form", name="Find a factor")
    form.get_by_role("textbox", name="Starts", exact=True).fill("8")
    form.get_by_role("button", name="Start").click()
    page.keyboard.press("Escape")


def wait_for_slider(page: Page, name: str) -> None:
    expect(factors(page).get_by_role("slider", name=name, exact=True)).to_be_visible(timeout=JOB_MS)


def type_value(wend: WendPage, name: str, text: str) -> Locator:
    """Returns what is told of it."""
    field = factors(wend.page).get_by_label(f"{name}, value")
    with wend.change():
        field.fill(text)
        field.press("Enter")
    return factors(wend.page).locator("[data-setting=done]")


def choose_distribution(page: Page) -> Locator:
    """Draws a ramp from nothing at the left, and returns the finished job."""
    page.keyboard.press("Shift+Q")
    form = page.get_by_role("form", name="Choose a distribution")
    form.get_by_role("textbox", name="Samples", exact=True).fill(str(SAMPLES))
    drawing = form.get_by_role("group", name=re.compile("^How Position x is to be spread"))
    box = drawing.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 1, box["y"] + box["height"] - 1)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 2, steps=5)
    page.mouse.up()
    bars = drawing.get_by_role("slider")
    first, middle, last = (bars.nth(place) for place in (0, bars.count() // 2, -1))
    expect(first).to_have_attribute("aria-valuenow", "0")
    # Every bar was as high as the last one before.
    expect(middle).to_have_attribute("aria-valuenow", re.compile(r"^[3-6]\d$"))
    expect(last).to_have_attribute("aria-valuenow", re.compile(r"^(9\d|100)$"))
    form.get_by_role("button", name=f"Draw {SAMPLES} samples").click()
    result = page.locator("[data-samples]")
    expect(result).to_be_visible(timeout=JOB_MS)
    return result


@pytest.mark.timeout(300)
def test_a_factor_is_found_set_dragged_spread_and_taken_away(wend: WendPage, tmp_path: Path) -> None:
    page = wend.page
    find(page, "x")
    page.evaluate(_FIND_BRIEFLY)
    # Both are there as soon as they are found.
    wait_for_slider(page, "Position x")
    wait_for_slider(page, "Position y")

    told = type_value(wend, "Position x", "x = +0.05 of width")
    # Nothing measures discs: it is the model's own word, and that is said.
    expect(told).to_contain_text("Predicted +0.050 of width, not measured.")
    moved = alphas(wend)
    # The answer is a picture of its own, after the prediction's.
    wend.wait_for_picture()
    assert moved.keys() == {"shift-x"}
    assert wend.pixels == wend.expected_pixels
    refused = factors(page).get_by_label("Position x, value")
    refused.fill("3")
    refused.press("Enter")
    expect(factors(page).locator("[data-setting=failed]")).to_contain_text("reach")
    assert alphas(wend) == moved

    page.keyboard.press("Escape")
    page.keyboard.press("q")
    pad = factors(page).get_by_role("slider", name="Position x and Position y", exact=True)
    box = pad.bounding_box()
    assert box is not None
    with wend.change():
        page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.7 * box["height"], steps=5)
        page.mouse.up()
    dragged = alphas(wend)
    assert dragged.keys() == {"shift-x", "shift-y"}
    assert dragged["shift-x"] < moved["shift-x"]
    assert wend.pixels == wend.expected_pixels
    # The whole drag is one step.
    with wend.change():
        page.keyboard.press("Control+z")
    assert alphas(wend) == moved

    result = choose_distribution(page)
    sheet = result.get_by_role("img", name=re.compile("^The first samples"))
    assert sheet.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    expect(result.get_by_role("row", name=re.compile("^predicted"))).to_be_visible()
    with page.expect_download() as download:
        result.get_by_role("link", name="Download the samples (zip)").click()
    download.value.save_as(tmp_path / "samples.zip")
    with zipfile.ZipFile(tmp_path / "samples.zip") as archive:
        pictures = [name for name in archive.namelist() if name.endswith(".png")]
        rows = list(csv.DictReader(io.StringIO(archive.read("values.csv").decode())))
    assert len(pictures) == len(rows) == SAMPLES
    wanted = sorted(float(row[name]) for row in rows for name in row if name.endswith(" wanted"))
    # A ramp: the middle value lies far beyond the middle of the range.
    assert wanted[SAMPLES // 2] > wanted[0] + 0.55 * (wanted[-1] - wanted[0])
