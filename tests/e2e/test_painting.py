"""Drawings that are no lines: a label map by brush, a pose by its points, each a set of its own."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import assert_accessible
from tests.e2e.served import Served
from tests.e2e.test_board import draw
from tests.e2e.wend_page import WendPage


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that starts with portraits, whose parts a bundled network knows."""
    server = Served(tmp_path_factory.mktemp("painting"), model="portraits-64")
    server.start()
    yield server
    server.stop()


def test_labels_are_painted_and_a_pose_is_dragged(wend: WendPage) -> None:
    page = wend.page
    page.keyboard.press("Shift+B")
    board = page.get_by_role("region", name="Drawing board")
    name = board.get_by_role("textbox", name="Name of the sketches")
    samples = board.get_by_role("list", name="Samples").get_by_role("listitem")
    board.get_by_text("Labels", exact=True).click()
    palette = board.get_by_role("list", name="Labels")
    palette.get_by_role("button", name="hair", exact=True).click()
    draw(page, (0.3, 0.2), (0.7, 0.2), (0.75, 0.6))
    expect(samples.first).to_contain_text("%")
    name.fill("Painted")
    expect(board.locator("[data-saved=saved]")).to_be_visible()
    assert_accessible(page, '[aria-label="Drawing board"]')

    # Another kind of drawing is another set; the painted one stays.
    board.get_by_text("Pose", exact=True).click()
    head = board.get_by_role("button", name=re.compile("^head, "))
    expect(head).to_have_accessible_name(re.compile("^head, 50 % across"))
    head.hover()
    at = head.bounding_box()
    assert at is not None
    page.mouse.down()
    page.mouse.move(at["x"] - 40, at["y"] + 30, steps=5)
    page.mouse.up()
    expect(head).to_have_accessible_name(re.compile("^head, [34][0-9] % across, "))
    mouth = board.get_by_role("button", name=re.compile("^mouth, "))
    before = mouth.get_attribute("aria-label")
    mouth.press("ArrowDown")
    expect(mouth).not_to_have_accessible_name(before or "")
    page.keyboard.press("Control+z")
    expect(mouth).to_have_accessible_name(before or "")
    expect(samples.first).to_contain_text("%")
    name.fill("Posed")
    expect(board.locator("[data-saved=saved]")).to_be_visible()
    assert_accessible(page, '[aria-label="Drawing board"]')

    sets = page.evaluate("async () => (await (await fetch('api/sketches')).json()).sets")
    kept = {each["name"]: (each["kind"], len(each["drawings"]), len(each["poses"])) for each in sets}
    assert (kept["Painted"], kept["Posed"]) == (("labels", 1, 0), ("pose", 0, 1))
    board.get_by_text("Lines", exact=True).click()
    board.get_by_role("button", name="Close the drawing board").click()
