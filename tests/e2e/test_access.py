"""Panels, sheets, dialogs and menus, each opened once, dark and light: axe finds nothing to complain of.

axe-core (https://github.com/dequelabs/axe-core) is injected from the page's own development packages.
"""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import TINY
from tests.e2e.wend_page import WendPage
from wend.settings import ROOT

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"

# Each complaint in a line: rule, what it is about, why.
_RUN = """async ([scope, without, only]) => {
  const rules = Object.fromEntries(without.map((rule) => [rule, { enabled: false }]));
  const options = { resultTypes: ['violations'], rules, runOnly: only ?? undefined, preload: false };
  const found = await axe.run(scope, options);
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`));
}"""

PAGE = "body"
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
# A menu of Mantine begins with an empty element that takes the keyboard first: axe takes it for an entry.
NOT_OF_MENUS = ("aria-required-children",)
MENUS = ('button[aria-label^="Model: "]', "[data-walk] button[aria-haspopup=menu]")


def complaints(page: Page, scope: str, without: tuple[str, ...] = ()) -> list[str]:
    """What axe finds in a part of the page, dark and light. without: rules that are not asked for."""
    found: list[str] = []
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        page.wait_for_selector(f'html[data-mantine-color-scheme="{scheme}"]', state="attached")
        # Nothing but colours differs between the two.
        only = None if scheme == "dark" else ["color-contrast"]
        lines: list[str] = page.evaluate(_RUN, [scope, without, only])
        found += [f"{scheme}, {scope}: {line}" for line in lines]
    return found


@pytest.mark.timeout(300)
def test_axe_finds_nothing(wend: WendPage) -> None:
    page = wend.page
    page.evaluate(AXE.read_text())
    with wend.change():
        page.get_by_role("button", name="Model: ").click()
        page.get_by_role("menuitem", name="Tiny 16").press("Enter")
    assert wend.document["picture"]["model"] == TINY
    page.locator("#first-slider").wait_for()
    found = complaints(page, PAGE)
    for panels in PANELS:
        for key, panel in panels:
            page.keyboard.press(key)
            expect(page.locator(panel).first).to_be_visible()
        found += complaints(page, PAGE)
        for key, _ in reversed(panels):
            page.keyboard.press(key)
    for key, scope in DIALOGS:
        page.keyboard.press(key)
        expect(page.locator(scope)).to_be_visible()
        found += complaints(page, scope)
        page.keyboard.press("Escape")
        expect(page.locator(scope)).to_have_count(0)
    for opener in MENUS:
        page.locator(opener).first.click()
        expect(page.locator("[role=menu]")).to_be_visible()
        found += complaints(page, "#popups", NOT_OF_MENUS)
        page.keyboard.press("Escape")
        expect(page.locator("[role=menu]")).to_have_count(0)
        # The keyboard is back where it was.
        expect(page.locator(opener).first).to_be_focused()
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
