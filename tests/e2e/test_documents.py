"""Nothing is lost: a reload within milliseconds, two windows on one document, snapshots, pictures that say
what they are, models that are gone; and all of it by keys."""

import base64
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.axe import assert_accessible
from tests.e2e.conftest import TINY
from tests.e2e.wend_page import WendPage

Open = Callable[[str], WendPage]

# In one task: the change is made, and before its link can be packed the page goes away.
_CHANGE_AND_RELOAD = """() => {
  window.dispatchEvent(new KeyboardEvent('keydown', { key: ']', bubbles: true }));
  location.reload();
}"""

_DROP_PNG = """(data) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], 'picture.png', { type: 'image/png' }));
  const options = { dataTransfer: files, bubbles: true, cancelable: true };
  const place = document.querySelector('canvas[role="img"]');
  for (const type of ['dragover', 'drop']) place.dispatchEvent(new DragEvent(type, options));
}"""

# A link to a document, packed as the page packs it.
_PACK = """async (document) => {
  const stream = new Blob([JSON.stringify(document)]).stream();
  const packed = await new Response(stream.pipeThrough(new CompressionStream('deflate-raw'))).arrayBuffer();
  const text = btoa(String.fromCharCode(...new Uint8Array(packed)));
  return '#p=' + text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}"""


def expect_seed(wend: WendPage, seed: int) -> None:
    expect(wend.page.locator("#seed")).to_have_value(str(seed))


def save(wend: WendPage) -> str:
    """Save the document; the address that names it."""
    wend.page.keyboard.press("Control+s")
    expect(wend.page.get_by_role("button", name="Documents:")).to_have_attribute("data-status", "kept")
    wend.page.wait_for_function("location.hash.includes('&d=')")
    return str(wend.page.evaluate("location.hash"))


def snapshots(page: Page) -> list[str]:
    cards = page.get_by_role("list", name="Snapshots taken").get_by_role("button", name="Restore")
    return [str(card.get_attribute("aria-label")) for card in cards.all()]


def test_a_reload_within_milliseconds_loses_no_change(wend: WendPage) -> None:
    seed = wend.seed
    with wend.change(), wend.page.expect_navigation():
        wend.page.evaluate(_CHANGE_AND_RELOAD)
    expect_seed(wend, seed + 1)
    wend.page.wait_for_function("location.hash.length > 10")
    assert wend.pixels == wend.expected_pixels
    # Nor the steps before it.
    with wend.change():
        wend.page.keyboard.press("Control+z")
    expect_seed(wend, seed)


def test_another_model_begins_a_new_document_and_undo_goes_back(wend: WendPage) -> None:
    page, seed = wend.page, wend.seed
    named = save(wend).split("&d=")[1]
    page.keyboard.press("]")
    documents = page.get_by_role("button", name="Documents:")
    page.get_by_role("button", name="Model: ").click()
    with wend.change():
        page.get_by_role("menuitem", name="Tiny 16").click()
        # The notice goes by itself: what it offers is taken before anything is drawn.
        notice = page.locator('[data-code="document_begun"]')
        expect(notice).to_contain_text("stays as it was saved: this is a new document.")
        page.keyboard.press("r")
        notice.get_by_role("button", name="Back to ").click()
    expect_seed(wend, seed + 1)
    expect(documents).to_have_attribute("data-status", "kept")
    # What was begun is a step that can be made again, of no saved document.
    with wend.change():
        page.keyboard.press("Control+y")
    expect(documents).to_have_attribute("data-status", "none")
    page.wait_for_function("id => !location.hash.includes(id)", arg=named)
    with wend.change():
        page.keyboard.press("Control+z")
    expect_seed(wend, seed + 1)
    expect(documents).to_have_attribute("data-status", "kept")
    page.wait_for_function("id => location.hash.endsWith(`&d=${id}`)", arg=named)
    # What is saved under the name was never anything else.
    with wend.change():
        page.reload()
    expect_seed(wend, seed + 1)
    assert wend.document["picture"]["model"] == "analytic-disc"


def test_two_windows_on_one_document_are_live_and_lose_nothing(wend: WendPage, open_page: Open) -> None:
    other = open_page(save(wend))
    other.wait_for_picture()
    seed = wend.seed
    wend.page.keyboard.press("]")
    expect_seed(other, seed + 1)
    other.page.keyboard.press("]")
    expect_seed(wend, seed + 2)
    # What this window had before is a step back away, and that is live as well.
    wend.page.keyboard.press("Control+z")
    expect_seed(wend, seed + 1)
    expect_seed(other, seed + 1)
    # A window that opens later has what was last.
    expect(wend.page.get_by_role("button", name="Documents:")).to_have_attribute("data-status", "kept")
    wend.page.reload()
    expect_seed(wend, seed + 1)


def test_snapshots_are_taken_compared_restored_and_deleted(wend: WendPage) -> None:
    page, seed = wend.page, wend.seed
    page.keyboard.press("z")
    expect(page.locator('[data-code="snapshot_taken"]')).to_be_visible()
    with wend.change():
        page.keyboard.press("]")
    page.keyboard.press("Shift+Z")
    expect(page.get_by_role("button", name=f"Restore Seed {seed}")).to_be_visible()
    page.get_by_role("checkbox", name=f"Compare Seed {seed}").check()
    page.get_by_role("button", name="Compare with now").click()
    line = page.get_by_role("slider", name="Line between the two")
    expect(line).to_be_focused()
    page.keyboard.press("End")
    expect(line).to_have_attribute("aria-valuetext", f"100 % Seed {seed}, 0 % Now")
    assert_accessible(page, '[aria-label="Compare"]')
    page.get_by_role("button", name="Back to snapshots").click()
    with wend.change():
        page.get_by_role("button", name=f"Restore Seed {seed}").click()
    expect_seed(wend, seed)
    with wend.change():
        page.keyboard.press("Control+z")
    expect_seed(wend, seed + 1)
    page.get_by_role("button", name=f"What to do with Seed {seed}").click()
    assert_accessible(page, '[aria-label="Snapshots"]', "#popups")
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.get_by_role("button", name=f"Restore Seed {seed}")).to_have_count(0)
    page.locator('[data-code="snapshot_removed"]').get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name=f"Restore Seed {seed}")).to_be_visible()
    # They are the server's: a window that opens later has them.
    page.wait_for_function("location.hash.includes('&d=')")
    page.reload()
    wend.wait_for_picture()
    page.keyboard.press("Shift+Z")
    expect(page.get_by_role("button", name=f"Restore Seed {seed}")).to_be_visible()
    assert snapshots(page) == [f"Restore Seed {seed}"]


def test_a_downloaded_picture_opens_again_where_it_is_dropped(wend: WendPage, tmp_path: Path) -> None:
    with wend.change():
        wend.drag(wend.slider("x"), 0.5, 0.8, moves=4)
    document, pixels = wend.document, wend.pixels
    with wend.page.expect_download() as download:
        wend.page.keyboard.press("d")
    download.value.save_as(tmp_path / "picture.png")
    with wend.change():
        wend.page.keyboard.press("r")
    data = base64.b64encode((tmp_path / "picture.png").read_bytes()).decode()
    with wend.change():
        wend.page.evaluate(_DROP_PNG, data)
    assert (wend.document, wend.pixels) == (document, pixels)


def test_a_document_whose_model_and_sliders_are_gone_offers_the_nearest(
    wend: WendPage, open_page: Open
) -> None:
    edits = [{"walk": "steer-zoom-0a1b2c/zoom", "alpha": 1.0}]
    gone = {
        **wend.document,
        "picture": {**wend.document["picture"], "model": "analytic-disk", "edits": edits},
    }
    other = open_page(wend.page.evaluate(_PACK, gone))
    missing = other.page.locator("[data-missing]")
    expect(missing).to_contain_text("“analytic-disk” is not on this server")
    missing.get_by_role("button", name="Use ").click()
    expect(missing).to_contain_text("A slider of this picture is not on this server: steer-zoom-0a1b2c/zoom.")
    assert_accessible(other.page, "[data-missing]")
    with other.change():
        missing.get_by_role("button", name="Leave it out").click()
    expect(missing).to_have_count(0)
    assert other.document["picture"]["edits"] == []
    assert other.pixels == other.expected_pixels


def test_documents_from_the_future_and_damaged_ones_open_as_far_as_they_can(
    wend: WendPage, open_page: Open
) -> None:
    later = {
        **wend.document,
        "version": 99,
        "sparkle": True,
        "picture": {**wend.document["picture"], "glow": 2, "psi": 0.25},
    }
    other = open_page(wend.page.evaluate(_PACK, later))
    notice = other.page.locator('[data-code="document_damaged"]')
    expect(notice).to_contain_text("newer Wend (version 99)")
    expect(notice).to_contain_text("without: sparkle, glow")
    other.wait_for_picture()
    assert other.document["picture"]["psi"] == 0.25


def test_every_step_is_taken_back_to_the_same_bytes(wend: WendPage) -> None:
    wend.page.keyboard.press("/")
    with wend.change():
        wend.page.keyboard.press("Shift+ArrowRight")
    wend.page.keyboard.press("Escape")
    document, pixels = wend.document, wend.pixels
    for key in ("]", "[", "r", "x"):
        with wend.change():
            wend.page.keyboard.press(key)
        assert wend.pixels != pixels
        with wend.change():
            wend.page.keyboard.press("Control+z")
        assert (wend.document, wend.pixels) == (document, pixels)
    assert wend.pixels == wend.expected_pixels


def test_by_keys_alone(wend: WendPage, open_page: Open) -> None:
    wend = open_page(
        wend.page.evaluate(_PACK, {"version": 1, "picture": {"model": TINY, "latent": {"seed": 1}}})
    )
    wend.wait_for_picture()
    page = wend.page
    # A model is chosen.
    page.keyboard.press("Shift+G")
    page.keyboard.press("Enter")
    disc = page.get_by_role("menuitem", name="Disc")
    expect(page.get_by_role("menuitem").first).to_be_focused()
    for _ in range(page.get_by_role("menuitem").count()):
        page.keyboard.press("ArrowDown")
        if disc.evaluate("item => item === document.activeElement"):
            break
    with wend.change():
        page.keyboard.press("Enter")
    assert wend.document["picture"]["model"] == "analytic-disc"
    # A slider is moved.
    wend.slider("x")
    page.keyboard.press("/")
    expect(page.locator("#first-slider")).to_be_focused()
    with wend.change():
        page.keyboard.press("Shift+ArrowRight")
    assert wend.document["picture"]["edits"] != []
    # A snapshot is taken; the step is taken back.
    page.keyboard.press("z")
    expect(page.locator('[data-code="snapshot_taken"]')).to_be_visible()
    with wend.change():
        page.keyboard.press("Control+z")
    assert wend.document["picture"]["edits"] == []
    # The palette finds a command, and runs it.
    page.keyboard.press("Control+k")
    page.keyboard.type("next seed")
    seed = wend.seed
    with wend.change():
        page.keyboard.press("Enter")
    expect_seed(wend, seed + 1)
