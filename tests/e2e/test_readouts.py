"""What is measured of the picture, and what lies over it, follow the hand and belong to what is shown."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import assert_accessible
from tests.e2e.wend_page import WendPage

PINNED = ["head_x", "head_y", "head_scale", "tilt", "yaw", "smile", "mouth_open", "eye_open"]


def readouts(wend: WendPage) -> dict[str, str]:
    """Every listed value as the network gave it."""
    rows = wend.page.locator("[data-readout]")
    return {
        str(row.get_attribute("data-readout")): str(row.get_attribute("data-value")) for row in rows.all()
    }


# The newest picture that was asked for is shown, and the values are its own.
_IS_FRESH = """(revision) => {
  const canvas = document.querySelector('canvas');
  const list = document.querySelector('[data-fresh=true]');
  return canvas.dataset.revision === revision && list?.dataset.revision === revision;
}"""

_HAS_MAP = """(kind) => {
  const { map, revision } = document.querySelector('canvas').dataset;
  return map === `${kind} ${revision}`;
}"""


def wait_until_fresh(wend: WendPage) -> None:
    """Until the values are of the very picture on the stage."""
    renders = [message for message in wend.sent if message["type"] == "render"]
    wend.page.wait_for_function(_IS_FRESH, arg=str(renders[-1]["revision"]))


def wait_for_map(wend: WendPage, kind: str) -> None:
    """Until a map of this kind lies over the very picture on the stage."""
    wend.page.wait_for_function(_HAS_MAP, arg=kind)


def press_and_wait(wend: WendPage, key: str) -> None:
    """Switching on asks for the picture once more: the server kept none to look at."""
    with wend.change():
        wend.page.keyboard.press(key)
    wait_until_fresh(wend)


def test_measured_values_follow_a_drag_and_are_of_the_shown_picture(wend: WendPage) -> None:
    press_and_wait(wend, "v")
    before = readouts(wend)
    assert list(before) == PINNED
    assert all(before.values())

    seen: set[str] = set()
    slider = wend.slider("x")
    box = slider.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    wend.page.mouse.move(box["x"] + 0.5 * box["width"], y)
    with wend.change():
        wend.page.mouse.down()
        for step in range(60):
            wend.page.mouse.move(box["x"] + (0.5 + step / 150) * box["width"], y)
            wend.page.wait_for_timeout(16)
            seen.add(readouts(wend)["smile"])
        wend.page.mouse.up()
    wait_until_fresh(wend)
    after = readouts(wend)
    assert len(seen) >= 3, "it was read while the hand moved"
    assert after["smile"] != before["smile"]

    # Undone, the same picture has the same values again.
    with wend.change():
        wend.page.keyboard.press("Control+z")
    wait_until_fresh(wend)
    assert readouts(wend) == before


def test_values_are_pinned_and_unpinned_and_remembered(wend: WendPage) -> None:
    press_and_wait(wend, "Shift+v")
    left = [name for name in PINNED if name != "mouth_open"]
    chooser = wend.page.get_by_role("dialog", name="Choose measured values")
    chooser.get_by_role("textbox", name="Search values").fill("mouth o")
    expect(chooser.get_by_role("checkbox")).to_have_count(1)
    assert_accessible(wend.page, '[aria-label="Measured values"]', "[role=dialog]")
    chooser.get_by_role("checkbox", name="mouth open").click()
    assert list(readouts(wend)) == left
    wend.page.keyboard.press("Escape")
    expect(chooser).to_have_count(0)
    with wend.change():
        wend.page.reload()
    wait_until_fresh(wend)
    assert list(readouts(wend)) == left


def test_without_a_watch_the_server_is_asked_for_nothing(wend: WendPage) -> None:
    with wend.change():
        wend.drag(wend.slider("x"), 0.5, 0.7, moves=5)
    assert not [message for message in wend.sent if message["type"] == "watch"]
    expect(wend.page.locator("[data-readout]")).to_have_count(0)


def test_a_map_lies_over_the_picture_and_the_pointer_reads_it(wend: WendPage) -> None:
    canvas = wend.page.locator('main canvas[role="img"]')
    plain = wend.pixels
    wend.page.keyboard.press("2")
    wait_for_map(wend, "labels")
    assert wend.pixels != plain
    canvas.hover()
    expect(wend.page.locator("[data-tag]")).to_have_attribute("data-tag", re.compile("^(disc|background)$"))

    # The same key takes it off, and the picture is what it was.
    wend.page.keyboard.press("2")
    expect(canvas).to_have_attribute("data-map", "")
    assert wend.pixels == plain == wend.expected_pixels


def test_the_difference_is_none_at_the_start_and_some_after_an_edit(wend: WendPage) -> None:
    canvas = wend.page.locator('main canvas[role="img"]')
    wend.page.get_by_role("button", name="Difference").click()
    wait_for_map(wend, "difference")
    canvas.hover()
    expect(wend.page.locator("[data-tag]")).to_have_attribute("data-tag", "0 steps")
    expect(wend.page.get_by_text("16 steps")).to_be_visible()
    with wend.change():
        wend.drag(wend.slider("brightness"), 0.5, 0.95, moves=5)
    wait_for_map(wend, "difference")
    canvas.hover(position={"x": 10, "y": 10})
    expect(wend.page.locator("[data-tag]")).to_have_attribute("data-tag", "0 steps")
    canvas.hover()
    tag = wend.page.locator("[data-tag]").get_attribute("data-tag")
    assert tag is not None
    assert int(tag.removesuffix(" steps")) > 10


def test_the_portraits_are_measured_truly(wend: WendPage) -> None:
    press_and_wait(wend, "v")
    wend.page.keyboard.press("Shift+G")
    wend.page.keyboard.press("Enter")
    with wend.change():
        wend.page.get_by_role("menuitem", name="Portraits, analytic").click()
    wait_until_fresh(wend)
    before = float(readouts(wend)["head_x"])
    field = wend.page.get_by_label("head x, value")
    with wend.change():
        field.fill("5")  # pixels of 64
        field.press("Enter")
    wait_until_fresh(wend)
    moved = (float(readouts(wend)["head_x"]) - before) * 64
    assert moved == pytest.approx(5.0, abs=1.0)


def test_a_model_that_nothing_knows_is_said_plainly(wend: WendPage) -> None:
    press_and_wait(wend, "v")
    wend.page.keyboard.press("Shift+G")
    wend.page.keyboard.press("Enter")
    with wend.change():
        wend.page.get_by_role("menuitem", name="Tiny 16").click()
    panel = wend.page.get_by_role("region", name="Measured values")
    expect(panel).to_contain_text("No looking network here knows the pictures of Tiny 16.")
