"""Regions painted with a real mouse: soft masks on the picture's own pixels, kept by hash, undone."""

import io
from pathlib import Path
from urllib.parse import urljoin

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.wend_page import PATIENCE_MS, STEP_MS, WendPage

Spot = tuple[float, float]


def start_painting(wend: WendPage) -> None:
    wend.page.keyboard.press("m")
    expect(wend.page.get_by_role("toolbar", name="Region tools")).to_be_visible()
    # The tools take a row, and the picture finds its new place.
    wend.page.wait_for_timeout(200)


def stroke(wend: WendPage, *spots: Spot, button: str | None = None) -> None:
    """From spot to spot of the picture, 0 to 1 each way, with the mouse down."""
    box = wend.page.locator('main canvas[role="img"]').bounding_box()
    assert box is not None
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in spots]
    mouse = wend.page.mouse
    mouse.move(*points[0])
    if button is not None:
        wend.page.keyboard.down(button)
    mouse.down()
    for point in points[1:]:
        mouse.move(*point, steps=8)
    mouse.up()
    if button is not None:
        wend.page.keyboard.up(button)


def masks(wend: WendPage) -> list[dict[str, object]]:
    """The masks of the document in the address."""
    found = wend.document["picture"].get("masks")
    assert isinstance(found, list)
    return found


def wait_for_masks(wend: WendPage, count: int, other_than: str = "") -> list[dict[str, object]]:
    """Until the document has so many masks, the last of them with other pixels than these."""
    for _ in range(PATIENCE_MS // STEP_MS):
        found = masks(wend)
        if len(found) == count and (count == 0 or found[-1]["image"] != other_than):
            return found
        wend.page.wait_for_timeout(STEP_MS)
    raise AssertionError(f"{count} masks were waited for: {masks(wend)}")


def pixels(wend: WendPage, mask: dict[str, object]) -> NDArray[np.uint8]:
    """A kept mask uint8 [H, W], as the server has it."""
    answer = wend.page.request.get(urljoin(wend.page.url, f"/api/images/{mask['image']}"))
    assert answer.ok, answer.text()
    with Image.open(io.BytesIO(answer.body())) as image:
        assert image.mode == "L"
        return np.array(image)


def at(mask: NDArray[np.uint8], x: float, y: float) -> int:
    return int(mask[int(y * mask.shape[0]), int(x * mask.shape[1])])


def test_a_stroke_becomes_a_soft_mask_and_a_step(wend: WendPage) -> None:
    renders = len([message for message in wend.sent if message["type"] == "render"])
    start_painting(wend)
    stroke(wend, (0.3, 0.5), (0.7, 0.5))
    (mask,) = wait_for_masks(wend, 1)
    kept = pixels(wend, mask)
    assert kept.shape[0] == kept.shape[1]
    assert (at(kept, 0.5, 0.5), at(kept, 0.5, 0.1), at(kept, 0.1, 0.5)) == (255, 0, 0)
    assert np.any((kept > 40) & (kept < 215)), "its edge is soft"
    # It becomes one region of the list, and the picture was not drawn again for it.
    expect(wend.page.locator("[data-mask]")).to_have_text("Region 1")
    assert len([message for message in wend.sent if message["type"] == "render"]) == renders

    stroke(wend, (0.5, 0.5), (0.5, 0.2))
    (more,) = wait_for_masks(wend, 1, other_than=str(mask["image"]))
    assert at(pixels(wend, more), 0.5, 0.3) == 255
    wend.page.keyboard.press("Control+z")
    assert wait_for_masks(wend, 1, other_than=str(more["image"])) == [mask]
    wend.page.keyboard.press("Control+z")
    wait_for_masks(wend, 0)
    wend.page.keyboard.press("Control+Shift+Z")
    assert wait_for_masks(wend, 1) == [mask]


def test_shapes_take_away_and_the_whole_is_altered_by_keys(wend: WendPage) -> None:
    start_painting(wend)
    wend.page.keyboard.press("u")
    for _ in range(20):
        wend.page.keyboard.press("{")
    stroke(wend, (0.25, 0.25), (0.75, 0.75))
    (square,) = wait_for_masks(wend, 1)
    kept = pixels(wend, square)
    assert abs(float(kept.mean()) / 255 - 0.25) < 0.02
    stroke(wend, (0.4, 0.4), (0.6, 0.6), button="Alt")
    (ring,) = wait_for_masks(wend, 1, other_than=str(square["image"]))
    assert (at(pixels(wend, ring), 0.5, 0.5), at(pixels(wend, ring), 0.3, 0.3)) == (0, 255)
    wend.page.keyboard.press("i")
    (inverted,) = wait_for_masks(wend, 1, other_than=str(ring["image"]))
    assert np.array_equal(pixels(wend, inverted), 255 - pixels(wend, ring))
    wend.page.keyboard.press("=")
    (grown,) = wait_for_masks(wend, 1, other_than=str(inverted["image"]))
    assert int(pixels(wend, grown).sum()) > int(pixels(wend, inverted).sum())
    wend.page.keyboard.press("Backspace")
    (cleared,) = wait_for_masks(wend, 1, other_than=str(grown["image"]))
    assert int(pixels(wend, cleared).max()) == 0
    expect(wend.page.get_by_role("region", name="Regions")).to_contain_text("The region is empty")


def test_escape_gives_a_stroke_up_and_then_the_brush(wend: WendPage) -> None:
    start_painting(wend)
    box = wend.page.locator('main canvas[role="img"]').bounding_box()
    assert box is not None
    wend.page.mouse.move(box["x"] + 50, box["y"] + 50)
    wend.page.mouse.down()
    wend.page.mouse.move(box["x"] + 150, box["y"] + 150, steps=4)
    wend.page.keyboard.press("Escape")
    wend.page.mouse.up()
    expect(wend.page.get_by_role("toolbar", name="Region tools")).to_be_visible()
    wend.page.keyboard.press("Escape")
    expect(wend.page.get_by_role("toolbar", name="Region tools")).to_have_count(0)
    assert masks(wend) == []


def test_from_near_the_brush_meets_the_pixels_under_it(wend: WendPage) -> None:
    start_painting(wend)
    box = wend.page.locator('main canvas[role="img"]').bounding_box()
    assert box is not None
    wend.page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.75 * box["height"])
    wend.page.keyboard.down("Control")
    for _ in range(6):
        wend.page.mouse.wheel(0, -100)
    wend.page.keyboard.up("Control")
    wend.page.wait_for_timeout(200)
    wend.page.mouse.down()
    wend.page.mouse.up()
    (mask,) = wait_for_masks(wend, 1)
    kept = pixels(wend, mask).astype(np.float64)
    rows, columns = np.indices(kept.shape)
    height, width = kept.shape
    assert abs((kept * (columns + 0.5)).sum() / kept.sum() / width - 0.25) < 1 / width
    assert abs((kept * (rows + 0.5)).sum() / kept.sum() / height - 0.75) < 1 / height
    wend.page.keyboard.press("0")
    expect(wend.page.locator('main canvas[role="img"]')).to_have_js_property("width", round(box["width"]))


def test_the_wheel_and_keys_size_the_brush(wend: WendPage) -> None:
    start_painting(wend)
    size = wend.page.get_by_role("slider", name="Size", exact=True)
    before = size.get_attribute("aria-valuetext")
    seed = wend.seed
    wend.page.keyboard.press("]")
    expect(size).not_to_have_attribute("aria-valuetext", str(before))
    larger = size.get_attribute("aria-valuetext")
    box = wend.page.locator('main canvas[role="img"]').bounding_box()
    assert box is not None
    wend.page.mouse.move(box["x"] + 99, box["y"] + 99)
    wend.page.mouse.wheel(0, -300)
    expect(size).not_to_have_attribute("aria-valuetext", str(larger))
    assert wend.seed == seed, "while the hand paints, [ and ] are no seeds"


def test_filling_by_label_takes_what_the_networks_see(wend: WendPage) -> None:
    start_painting(wend)
    wend.page.keyboard.press("f")
    wend.page.wait_for_function("() => document.querySelector('canvas').dataset.map?.startsWith('labels')")
    stroke(wend, (0.5, 0.5))
    (mask,) = wait_for_masks(wend, 1)
    assert at(pixels(wend, mask), 0.5, 0.5) > 127
    # The labels go with the tool.
    wend.page.keyboard.press("b")
    wend.page.wait_for_function("() => !document.querySelector('canvas').dataset.map")


def test_masks_come_and_go_as_files_and_have_names(wend: WendPage, tmp_path: Path) -> None:
    # Named after nothing that the server would keep, and in another size than the picture's.
    file = tmp_path / "left eye.png"
    grey = np.zeros((30, 90), dtype=np.uint8)
    grey[:, 30:] = 255
    Image.fromarray(grey).save(file)
    start_painting(wend)
    wend.page.get_by_label("Files of regions").set_input_files(file)
    (mask,) = wait_for_masks(wend, 1)
    assert mask["name"] == "left eye"
    regions = wend.page.get_by_role("region", name="Regions")
    expect(regions).to_contain_text("came in another size")
    assert np.array_equal(pixels(wend, mask), grey)

    row = wend.page.locator('[data-mask="left eye"]')
    row.get_by_role("button", name="More of left eye").click()
    with wend.page.expect_download() as download:
        wend.page.get_by_role("menuitem", name="Download as PNG").click()
    assert download.value.suggested_filename == "left eye.png"

    row.get_by_role("button", name="left eye", exact=True).press("F2")
    wend.page.get_by_role("textbox", name="Name of left eye").fill("eye")
    wend.page.keyboard.press("Enter")
    wend.page.locator('[data-mask="eye"]').get_by_role("button", name="Keep still").click()
    assert [(each["name"], each["is_still"]) for each in masks(wend)] == [("eye", True)]
    wend.page.locator('[data-mask="eye"]').get_by_role("button", name="More of eye").click()
    wend.page.get_by_role("menuitem", name="Delete").click()
    wait_for_masks(wend, 0)


def test_what_is_no_picture_is_refused_in_words(wend: WendPage, tmp_path: Path) -> None:
    file = tmp_path / "mask.png"
    file.write_bytes(b"no picture")
    start_painting(wend)
    wend.page.get_by_label("Files of regions").set_input_files(file)
    notice = wend.page.locator("[data-code=image_invalid]")
    expect(notice).to_contain_text("This image cannot be read")
    assert masks(wend) == []


def test_a_link_brings_its_masks_and_they_are_painted_on(wend: WendPage) -> None:
    start_painting(wend)
    stroke(wend, (0.3, 0.3), (0.4, 0.3))
    (mask,) = wait_for_masks(wend, 1)
    wend.page.reload()
    wend.wait_for_picture()
    assert masks(wend) == [mask]
    start_painting(wend)
    wend.page.wait_for_timeout(500)
    stroke(wend, (0.6, 0.7), (0.7, 0.7))
    (more,) = wait_for_masks(wend, 1, other_than=str(mask["image"]))
    kept = pixels(wend, more)
    assert (at(kept, 0.35, 0.3), at(kept, 0.65, 0.7)) == (255, 255)
