"""A photo dropped on a model without an encoder: framed, looked for, shown, moved by a slider, taken back."""

import io

import numpy as np
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.axe import assert_accessible
from tests.e2e.wend_page import PATIENCE_MS, WendPage


def _photo() -> bytes:
    """A white disc on dark ground, left of the middle of a picture that is wider than high."""
    y, x = np.mgrid[:48, :72]
    pixels = np.full((48, 72, 3), 40, np.uint8)
    pixels[(x - 24) ** 2 + (y - 24) ** 2 < 100] = 230
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_dropped_photo_is_found_and_edited(wend: WendPage) -> None:
    page = wend.page
    before = wend.seed
    wend.drop("disc.png", _photo())
    dialog = page.get_by_role("dialog", name="Open disc.png")
    frame = dialog.get_by_role("button", name="The part to look for")
    expect(frame).to_be_visible()
    frame.press("ArrowLeft")
    frame.press("-")
    frame.press(".")
    # Three points are another way to say which part; the frame is as it was.
    dialog.get_by_text("Eyes and mouth").click()
    expect(dialog.get_by_role("button", name="Mouth")).to_be_visible()
    assert_accessible(page, "[role=dialog]")
    dialog.get_by_text("Frame", exact=True).click()
    dialog.get_by_text("Quick").click()
    with wend.change():
        dialog.get_by_role("button", name="Find it").click()
        # The word goes by itself, and the final frame may come later than that.
        expect(page.get_by_text("differs by")).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_function("document.querySelector('[role=article], article')?.textContent.includes('Done')")
    latent = wend.document["picture"]["latent"]
    assert isinstance(latent, dict)
    assert latent["kind"] == "code"
    expect(page.get_by_alt_text("The nearest that was found")).to_be_visible()
    page.keyboard.press("Shift+P")
    vanished = page.get_by_role("dialog", name="What vanished")
    expect(vanished.get_by_alt_text("Where they differ")).to_be_visible()
    expect(vanished.get_by_alt_text("Labels of the picture")).to_be_visible()
    expect(vanished.get_by_role("columnheader", name="Percentage points")).to_be_visible()
    assert_accessible(page, "[role=dialog]", "article")
    page.keyboard.press("Escape")
    expect(vanished).to_be_hidden()
    found = wend.pixels
    with wend.change():
        wend.drag(wend.slider("x"), 0.5, 0.8, moves=5)
    assert wend.pixels != found
    for _ in range(2):
        with wend.change():
            page.keyboard.press("Control+z")
    assert wend.seed == before
    # It is kept all the same, and comes back from there.
    page.keyboard.press("Shift+I")
    sheet = page.get_by_role("region", name="Kept latents")
    kept = sheet.get_by_role("button", name="Show disc.png")
    expect(kept).to_be_visible()
    assert_accessible(page, '[aria-label="Kept latents"]')
    with wend.change():
        kept.click()
    assert wend.document["picture"]["latent"] == latent


def test_a_photo_with_more_pixels_than_are_read_is_made_smaller(wend: WendPage) -> None:
    page = wend.page
    buffer = io.BytesIO()
    Image.new("RGB", (8200, 60), (90, 20, 20)).save(buffer, "PNG")
    wend.drop("wide.png", buffer.getvalue())
    dialog = page.get_by_role("dialog", name="Open wide.png")
    expect(dialog).to_contain_text("It has 8200 × 60 pixels, more than are read: it is sent with 4096 × 29.")
    with page.expect_response(lambda answer: answer.url.partition("?")[0].endswith("/images")) as sent:
        dialog.get_by_role("button", name="Find it").click()
    assert sent.value.ok
