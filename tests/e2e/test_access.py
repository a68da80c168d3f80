"""Panels, sheets, dialogs, menus and every job's form, each opened once, dark and light: axe finds nothing.

What takes a journey to fill (found sliders, results, a photo's dialog) is looked at where that is tested.
"""

import io
import json

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.axe import complaints
from tests.e2e.conftest import TINY
from tests.e2e.served import Served
from tests.e2e.wend_page import WendPage

# What opens and closes a panel, and what is there then. Each line stands open together: none covers another.
PANELS = (
    (("Shift+H", '[aria-label="History"]'), ("Shift+C", '[aria-label="MIDI controllers"]')),
    (
        ("v", '[aria-label="Measured values"]'),
        ("a", '[aria-label="Place on the map"]'),
        ("g", '[aria-label="Models"]'),
        ("Shift+S", '[aria-label="Many seeds"]'),
    ),
    (("j", '[aria-label="Jobs"]'), ("Control+o", '[aria-label="Documents"]')),
    (("t", '[aria-label="Timeline"]'), ("Shift+Z", '[aria-label="Snapshots"]')),
    (("m", '[aria-label="Region tools"]'),),
)
# What opens it; Escape closes it.
DIALOGS = (
    ("?", '[role="dialog"][aria-label="Help"]'),
    ("Control+k", '[role="dialog"][aria-label="Commands"]'),
)
MENUS = ('button[aria-label^="Model: "]', "[data-walk] button[aria-haspopup=menu]")
# Of the latents of TINY: an array of as many rows as columns may mean either.
WIDTH = 16
# Jobs with forms of their own, which are seen where films are made, factors are spread and models are judged.
ELSEWHERE = ("export", "nearness", "sample")
# A model with classes to pick from, by its name in the menu.
CLASSES = "Portraits Cast 64"
# What opens over the page, and has the keyboard until Escape: what a slider does, and truncation by layers.
POPOVERS = ('[data-walk] button[aria-haspopup="dialog"]', 'button[aria-label="Truncated layers"]')


@pytest.mark.timeout(300)
def test_axe_finds_nothing(wend: WendPage) -> None:
    page = wend.page
    with wend.change():
        page.get_by_role("button", name="Model: ").click()
        page.get_by_role("menuitem", name="Tiny 16").press("Enter")
    assert wend.document["picture"]["model"] == TINY
    page.locator("#first-slider").wait_for()
    found = complaints(page)
    for panels in PANELS:
        for key, panel in panels:
            page.keyboard.press(key)
            expect(page.locator(panel).first).to_be_visible()
        found += complaints(page, *(panel for _, panel in panels))
        for key, _ in reversed(panels):
            page.keyboard.press(key)
    for key, scope in DIALOGS:
        page.keyboard.press(key)
        expect(page.locator(scope)).to_be_visible()
        found += complaints(page, scope)
        page.keyboard.press("Escape")
        expect(page.locator(scope)).to_have_count(0)
    # A file that does not say what is in it.
    array = io.BytesIO()
    np.save(array, np.zeros((WIDTH, WIDTH), np.float32))
    wend.drop("directions.npy", array.getvalue())
    dialog = page.get_by_role("dialog", name="What is in directions.npy?")
    expect(dialog).to_be_visible()
    found += complaints(page, "#popups")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    for opener in MENUS:
        page.locator(opener).first.click()
        expect(page.locator("[role=menu]")).to_be_visible()
        found += complaints(page, "#popups")
        page.keyboard.press("Escape")
        expect(page.locator("[role=menu]")).to_have_count(0)
        # The keyboard is back where it was.
        expect(page.locator(opener).first).to_be_focused()
    assert not found, json.dumps(found, indent=1)


@pytest.mark.timeout(300)
def test_axe_finds_nothing_in_the_form_of_any_job(wend: WendPage, site: Served) -> None:
    page = wend.page
    page.keyboard.press("j")
    begin = page.get_by_role("button", name="New job")
    expect(begin).to_be_enabled()
    begin.click()
    kinds = page.get_by_role("menuitem")
    expect(kinds.first).to_be_focused()
    found = complaints(page, "#popups")
    page.keyboard.press("Escape")
    recipes = page.request.get(f"{site.url}api/recipes").json()["recipes"]
    for title in (each["title"] for each in recipes if each["kind"] not in ELSEWHERE):
        begin.click()
        kinds.filter(has=page.get_by_text(title, exact=True)).press("Enter")
        form = page.get_by_role("form", name=title, exact=True)
        expect(form).to_be_visible()
        for folded in form.locator("details:not([open]) > summary").all():
            folded.click()
        # What is wrong with a setting is said beside it.
        for field in form.locator("input[inputmode=decimal], input[inputmode=numeric]").all()[:1]:
            field.fill("none")
        found += complaints(page, "form")
    assert not found, json.dumps(found, indent=1)


@pytest.mark.timeout(300)
def test_axe_finds_nothing_in_what_opens_within_panels(wend: WendPage) -> None:
    page = wend.page
    with wend.change():
        page.get_by_role("button", name="Model: ").click()
        page.get_by_role("menuitem", name=CLASSES).press("Enter")
    page.locator("#first-slider").wait_for()
    found: list[str] = []

    def look(scope: str = "#popups") -> None:
        found.extend(complaints(page, scope))

    picker = page.get_by_role("combobox", name="Class", exact=True)
    picker.click()
    expect(page.get_by_role("option").first).to_be_visible()
    look()
    page.keyboard.press("Escape")
    for opener in POPOVERS:
        button = page.locator(opener).first
        button.click()
        expect(page.locator("#popups [role=dialog]").first).to_be_visible()
        look()
        page.keyboard.press("Escape")
        expect(page.locator("#popups [role=dialog]")).to_have_count(0)
    assert not found, json.dumps(found, indent=1)


def test_an_edge_is_moved_by_the_keyboard_and_stays_there(wend: WendPage) -> None:
    page = wend.page
    edge = page.get_by_role("separator", name="Width of the sliders")
    sliders = page.get_by_role("complementary", name="Sliders")
    before = sliders.bounding_box()
    edge.focus()
    page.keyboard.press("Shift+ArrowLeft")
    expect(edge).to_have_attribute("aria-valuenow", "392")
    with wend.change():
        page.reload()
    wider = sliders.bounding_box()
    assert before is not None
    assert wider is not None
    assert wider["width"] == before["width"] + 64
    edge.dblclick()
    expect(edge).to_have_attribute("aria-valuetext", "328 pixels, as it was at first")
    assert sliders.bounding_box() == before
