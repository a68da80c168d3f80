"""Factors in the page: found, typed, measured, dragged on a pad, spread as drawn, and taken away."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import assert_accessible
from tests.e2e.served import Served
from tests.e2e.wend_page import WendPage
from tests.methods.factors_by_hand import DISC, LIT, Y
from wend.library.models import ModelStore
from wend.library.shelf import Shelf
from wend.settings import ROOT

JOB_MS = 120_000
SAMPLES = 24
SHIFT_Y = "shift-y"


@pytest.fixture(scope="module")
def discs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of its own: factors that are found here stand among nobody else's sliders. Two lie there
    already: the disc's place up and down, which nothing measures, and its light, which the pixels tell."""
    data = tmp_path_factory.mktemp("factors")
    shelf = Shelf(ModelStore([ROOT / "models" / "generators"]), data / "shelf")
    own = shelf.store.get(DISC).card.hash
    laid = [
        replace(Y, id=f"factor-shift-y-0a1b2c/{SHIFT_Y}", title="Position y", generator_hash=own),
        replace(LIT, id="factor-light-0a1b2c/light", title="Light", generator_hash=own),
    ]
    for record in laid:
        shelf.save(own, record.family, [record])
    server = Served(data, model=DISC)
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
    assert_accessible(page, "#popups")
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


def number(field: Locator) -> float:
    return float(field.input_value().replace("−", "-"))


def test_a_value_is_set_by_measuring_and_stands_there_after_a_reload(wend: WendPage) -> None:
    page = wend.page
    field = factors(page).get_by_label("Light, value")
    expect(field).not_to_have_value("–")
    wanted = number(field) + 0.01
    told = type_value(wend, "Light", f"{wanted:.3f} of range")
    expect(told).to_contain_text("Measured")
    said = re.search(r"Measured (\S+), predicted (\S+)\.", told.inner_text())
    assert said is not None
    measured, predicted = (float(each.replace("−", "-")) for each in said.groups())
    assert abs(measured - wanted) < 0.002
    # The factor believes in one and a half times of what it moves.
    assert abs(predicted - measured) > 0.002
    shown = field.input_value()
    assert abs(number(field) - measured) < 0.0006
    assert list(alphas(wend)) == ["light"]
    with wend.change():
        page.reload()
    expect(field).to_have_value(shown)
    expect(factors(page).get_by_role("slider", name="Light", exact=True)).to_have_attribute(
        "aria-description", re.compile("measured in this picture")
    )


@pytest.mark.timeout(300)
def test_a_factor_is_found_set_dragged_spread_and_taken_away(wend: WendPage, tmp_path: Path) -> None:
    page = wend.page
    find(page, "x")
    # It is there as soon as it is found.
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
    expect(factors(page).locator("[data-setting=refused]")).to_contain_text("Out of reach: it goes from")
    expect(refused).to_have_value("+3.000")
    assert alphas(wend) == moved

    page.keyboard.press("Escape")
    page.keyboard.press("q")
    pad = factors(page).get_by_role("slider", name="Position x and Position y", exact=True)
    assert_accessible(page, '[aria-label="Factors"]')
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
    assert_accessible(page, '[aria-label="Jobs"]')
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
