"""The page, used by real mouse and keys in a real browser, answers with the right pixels."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.e2e.conftest import TINY
from tests.e2e.served import Served
from tests.e2e.wend_page import WendPage

Open = Callable[[str], WendPage]

X_PX = 2.24
"""One standard deviation of the disc's x is 0.07 of 32 pixels: sliders count in alpha, people in pixels."""


def test_first_visit_has_a_picture_and_sliders_that_move_it(wend: WendPage, served: Served) -> None:
    expect(wend.page.get_by_role("img", name=f"seed {wend.seed}")).to_be_visible()
    assert wend.pixels == wend.expected_pixels
    for title in ("x", "y", "size"):
        before = wend.pixels
        with wend.change():
            wend.drag(wend.slider(title), 0.5, 0.8, moves=5)
        assert wend.pixels != before
    foreign = [url for url in wend.requested if not url.startswith((served.url, "blob:", "data:"))]
    assert foreign == []


def test_page_needs_no_scrolling(wend: WendPage) -> None:
    overflow = "[scrollHeight - innerHeight, scrollWidth - innerWidth]"
    assert wend.page.evaluate(f"(({{scrollHeight, scrollWidth}}) => {overflow})(document.body)") == [0, 0]


def test_drag_shows_many_frames_and_ends_with_the_final_value(wend: WendPage) -> None:
    first = wend.pixels
    with wend.watch() as seen, wend.change():
        wend.drag(wend.slider("x"), 0.5, 0.95)
    moving = [frame for frame in seen if frame.quality == "live"]
    assert len({frame.print for frame in moving}) >= 10
    revisions = [frame.revision for frame in seen]
    assert revisions == sorted(revisions)
    assert seen[-1].quality == "final"

    edits = wend.document["picture"]["edits"]
    assert isinstance(edits, list)
    assert len(edits) == 1
    field = wend.page.get_by_label("x, value").input_value()
    assert float(field.replace("−", "-")) == pytest.approx(edits[0]["alpha"] * X_PX, abs=0.055)
    last = wend.pixels
    assert last == wend.expected_pixels

    # The whole drag was one step.
    with wend.change():
        wend.page.keyboard.press("Control+z")
    assert wend.pixels == first
    expect(wend.page.get_by_role("button", name="Undo")).to_be_disabled()
    with wend.change():
        wend.page.keyboard.press("Control+Shift+Z")
    assert wend.pixels == last


def test_double_click_is_one_step(wend: WendPage) -> None:
    first = wend.pixels
    slider = wend.slider("x")
    variety = wend.page.get_by_role("slider", name="Variety (truncation psi)")
    place = variety.bounding_box()
    with wend.change():
        wend.drag(slider, 0.5, 0.8, moves=5)
    # Room for what it says of moved sliders is kept.
    expect(wend.page.get_by_text("1 slider stays moved")).to_be_visible()
    assert variety.bounding_box() == place
    edited, document = wend.pixels, wend.document
    box = slider.bounding_box()
    assert box is not None
    with wend.change():
        wend.page.mouse.dblclick(box["x"] + 0.2 * box["width"], box["y"] + box["height"] / 2)
    assert wend.document["picture"]["edits"] == []
    assert wend.pixels == first
    with wend.change():
        wend.page.keyboard.press("Control+z")
    assert wend.document == document
    assert wend.pixels == edited


def test_undo_in_the_middle_of_a_drag_ends_it(wend: WendPage) -> None:
    first = wend.pixels
    with wend.change():
        wend.drag(wend.slider("y"), 0.5, 0.8, moves=5)
    box = wend.slider("x").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    wend.page.mouse.move(box["x"] + 0.5 * box["width"], y)
    wend.page.mouse.down()
    wend.page.mouse.move(box["x"] + 0.7 * box["width"], y, steps=5)
    with wend.change():
        wend.page.keyboard.press("Control+z")
    wend.page.mouse.move(box["x"] + 0.9 * box["width"], y, steps=5)
    wend.page.mouse.up()
    wend.page.wait_for_timeout(100)
    assert wend.document["picture"]["edits"] == []
    assert wend.pixels == first
    expect(wend.page.get_by_role("button", name="Redo")).to_be_enabled()


def test_typed_value_double_click_and_reset(wend: WendPage) -> None:
    first = wend.pixels
    field = wend.page.get_by_label("x, value")
    with wend.change():
        field.fill("-3,36")
        field.press("Enter")
    assert wend.document["picture"]["edits"] == [
        {"walk": "factors/x", "alpha": -1.5, "layers": None, "is_locked": False}
    ]
    with wend.change():
        wend.slider("x").dblclick()
    assert wend.pixels == first
    with wend.change():
        wend.drag(wend.slider("y"), 0.5, 0.2, moves=3)
    with wend.change():
        wend.page.get_by_role("button", name="Reset all").click()
    assert wend.pixels == first


def test_compare_shows_the_start_while_it_is_held(wend: WendPage) -> None:
    first = wend.pixels
    with wend.change():
        wend.drag(wend.slider("size"), 0.5, 0.9, moves=5)
    edited = wend.pixels
    compare = wend.page.get_by_role("button", name="Compare")
    with wend.change():
        compare.hover()
        wend.page.mouse.down()
    assert wend.pixels == first
    with wend.change():
        wend.page.mouse.up()
    assert wend.pixels == edited
    with wend.change():
        wend.page.keyboard.down("c")
    assert wend.pixels == first
    with wend.change():
        wend.page.keyboard.up("c")
    assert wend.pixels == edited


def test_copied_link_opens_the_same_picture_in_a_second_browser(
    wend: WendPage, context: BrowserContext, browser: Browser
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    with wend.change():
        wend.page.keyboard.press("]")
    with wend.change():
        wend.drag(wend.slider("x"), 0.5, 0.3, moves=5)
    wend.page.get_by_role("button", name="Copy link").click()
    expect(wend.page.get_by_text("Link copied.")).to_be_visible()
    link = str(wend.page.evaluate("navigator.clipboard.readText()"))
    assert len(link.partition("#p=")[2]) in range(1, 2048)

    other_context = browser.new_context(viewport={"width": 1280, "height": 800})
    other = WendPage(other_context, link)
    other.wait_for_picture()
    assert other.document == wend.document
    assert other.pixels == wend.pixels
    other.close()
    other_context.close()


def test_reload_keeps_the_picture(wend: WendPage) -> None:
    with wend.change():
        wend.drag(wend.slider("y"), 0.5, 0.7, moves=5)
    before = wend.pixels
    with wend.change():
        wend.page.reload()
    assert wend.pixels == before


def test_download_is_what_the_render_route_gives(wend: WendPage, served: Served, tmp_path: Path) -> None:
    with wend.change():
        wend.drag(wend.slider("size"), 0.5, 0.9, moves=5)
    with wend.page.expect_download() as download:
        wend.page.keyboard.press("d")
    assert download.value.suggested_filename == f"analytic-disc-{wend.seed}-edited.png"
    saved = tmp_path / "saved.png"
    download.value.save_as(saved)
    body = json.dumps({"picture": wend.document["picture"], "format": "png"}).encode()
    request = Request(f"{served.url}api/render", body, {"Content-Type": "application/json"})  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310 - our own address
        assert hashlib.sha256(saved.read_bytes()).digest() == hashlib.sha256(answer.read()).digest()


def test_keyboard_alone_is_enough(wend: WendPage) -> None:
    first = wend.pixels
    wend.page.keyboard.press("/")
    expect(wend.page.locator("#first-slider")).to_be_focused()
    with wend.change():
        wend.page.keyboard.down("ArrowRight")
        wend.page.keyboard.down("ArrowRight")
        wend.page.keyboard.up("ArrowRight")
    with wend.change():
        wend.page.keyboard.press("Shift+ArrowRight")
    assert wend.pixels != first
    with wend.change():
        wend.page.keyboard.press("Delete")
    assert wend.pixels == first
    # Two held keys, two steps; zero again is the third.
    for _ in range(3):
        with wend.change():
            wend.page.keyboard.press("Control+z")
    assert wend.pixels == first
    expect(wend.page.get_by_role("button", name="Undo")).to_be_disabled()

    wend.page.keyboard.press("s")
    expect(wend.page.get_by_role("textbox", name="Seed")).to_be_focused()
    with wend.change():
        wend.page.keyboard.type("123")
        wend.page.keyboard.press("Enter")
    assert wend.document["picture"]["latent"] == {"kind": "seed", "seed": 123}

    wend.page.get_by_role("slider", name="x", exact=True).focus()
    wend.page.keyboard.press("?")
    keys = wend.page.get_by_role("dialog", name="Help")
    expect(keys).to_contain_text("Ctrl+Shift+Z")
    wend.page.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    expect(wend.page.get_by_role("slider", name="x", exact=True)).to_be_focused()


def test_keyboard_alone_chooses_keeps_takes_back_and_commands(wend: WendPage) -> None:
    page = wend.page
    page.keyboard.press("Shift+G")
    page.keyboard.press("Enter")
    choice = page.get_by_role("menuitem", name="Tiny 16")
    # The list begins at the one that is open, and goes round.
    expect(page.get_by_role("menuitem", name="Disc, analytic")).to_be_focused()
    for _ in range(page.get_by_role("menuitem").count()):
        if choice.evaluate("(item) => item === document.activeElement"):
            break
        page.keyboard.press("ArrowDown")
    expect(choice).to_be_focused()
    with wend.change():
        page.keyboard.press("Enter")
    assert wend.document["picture"]["model"] == TINY
    first = wend.pixels

    page.locator("#first-slider").wait_for()
    page.keyboard.press("/")
    expect(page.locator("#first-slider")).to_be_focused()
    with wend.change():
        page.keyboard.press("End")
    moved = wend.pixels
    assert moved == wend.expected_pixels != first
    page.keyboard.press("z")
    expect(page.locator('[data-code="snapshot_taken"]')).to_be_visible()
    with wend.change():
        page.keyboard.press("Control+z")
    assert wend.pixels == first
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Commands").get_by_role("combobox")).to_be_focused()
    page.keyboard.type("redo")
    with wend.change():
        page.keyboard.press("Enter")
    assert wend.pixels == moved


def test_another_model_finds_its_sliders_and_has_layers(wend: WendPage) -> None:
    wend.page.keyboard.press("Shift+G")
    wend.page.keyboard.press("Enter")
    # By the keyboard: the menu may still be finding its place when the mouse arrives.
    with wend.change():
        wend.page.get_by_role("menuitem", name="Tiny 16").press("Enter")
    assert wend.document["picture"]["model"] == TINY
    first = wend.pixels
    slider = wend.page.locator("#first-slider")
    slider.wait_for()
    with wend.change():
        wend.drag(slider, 0.5, 1.0, moves=10)
    moved = wend.pixels
    assert moved != first

    title = slider.get_attribute("aria-label")
    row = wend.page.locator("[data-walk]", has=slider)
    row.get_by_role("button", name=f"Layers of {title}").click()
    last_layer = wend.page.get_by_role("slider", name=f"Layers of {title}: last layer")
    last_layer.focus()
    with wend.change():
        wend.page.keyboard.press("ArrowLeft")
        wend.page.keyboard.press("Home")
    edits = wend.document["picture"]["edits"]
    assert isinstance(edits, list)
    assert edits[0]["layers"] is not None
    assert wend.pixels == wend.expected_pixels
    assert wend.pixels != moved
    with wend.change():
        wend.page.get_by_role("button", name="As found").click()
    assert wend.pixels == moved


def test_unknown_model_in_a_link_is_told_and_left_by_the_menu(wend: WendPage, open_page: Open) -> None:
    link: str = wend.page.evaluate(
        """async () => {
          const picture = { model: 'nobody', latent: { kind: 'seed', seed: 1 } };
          const text = new Blob([JSON.stringify({ version: 1, picture })]).stream();
          const packed = text.pipeThrough(new CompressionStream('deflate-raw'));
          const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
          const letters = btoa(String.fromCharCode(...bytes));
          return '#p=' + letters.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
        }"""
    )
    page = open_page(link)
    missing = page.page.locator("[data-missing]")
    expect(missing).to_contain_text("The model “nobody” is not on this server.")
    page.page.get_by_role("button", name="Model: none").click()
    page.page.get_by_role("menuitem", name="Disc").click()
    page.wait_for_picture()
    expect(missing).to_have_count(0)
    assert page.pixels == page.expected_pixels


def test_broken_link_is_told_and_the_first_picture_is_there(wend: WendPage, open_page: Open) -> None:
    page = open_page("#p=AAAA")
    expect(page.page.get_by_role("alert")).to_contain_text("This link holds no picture.")
    page.wait_for_picture()
    assert page.document == wend.document
