"""How every panel of the page is brought up from a fresh page, for `screenshots.py`."""

import io
from collections.abc import Callable
from contextlib import suppress

from PIL import Image
from playwright.sync_api import Error, Locator, Page

from wend.worlds.registry import open_world
from wend.worlds.world import draw

PATIENCE_MS = 90_000
QUIET_MS = 900

Act = Callable[[Page], None]

# Files held over a place, and let go or not.
_HOLD = """([selector, name, type, bytes, kinds]) => {
  const files = new DataTransfer();
  files.items.add(new File([Uint8Array.from(bytes)], name, { type }));
  const options = { dataTransfer: files, bubbles: true, cancelable: true };
  for (const kind of kinds) document.querySelector(selector).dispatchEvent(new DragEvent(kind, options));
}"""
_PICTURE = 'canvas[role="img"]'


def quiet(page: Page, ms: int = QUIET_MS) -> None:
    """Until the newest picture is final and nothing has been fetched for a while."""
    page.locator('main canvas[role=img][data-quality="final"]').wait_for(timeout=PATIENCE_MS)
    with suppress(Error):
        page.wait_for_load_state("networkidle", timeout=2500)
    page.wait_for_timeout(ms)


def side(page: Page, name: str) -> None:
    """In a narrow window one column stands beside the stage."""
    tab = page.get_by_role("radiogroup").filter(has_text="Model and seed").get_by_text(name, exact=True)
    if tab.count() and tab.first.is_visible():
        tab.first.click()


def then(*acts: Act) -> Act:
    """One after the other."""

    def all_of_them(page: Page) -> None:
        for act in acts:
            act(page)

    return all_of_them


def key(*keys: str) -> Act:
    """Presses keys."""

    def press(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(150)

    return press


def click(name: str, role: str = "button", nth: int = 0) -> Act:
    """Presses something by its name, or by its beginning where it ends in `*`."""

    def click(page: Page) -> None:
        exact = not name.endswith("*")
        page.get_by_role(role, name=name.rstrip("*"), exact=exact).nth(nth).click()  # type: ignore[arg-type]
        page.wait_for_timeout(300)

    return click


def _sliders_column(page: Page) -> None:
    side(page, "Sliders")


def rail(page: Page) -> None:
    """Shows the column of model and seed."""
    side(page, "Model and seed")


def _walk(page: Page, place: int = 1) -> Locator:
    return page.locator("aside [data-walk], [class*=side] [data-walk]").nth(place)


def _sliders(page: Page) -> None:
    side(page, "Sliders")
    for place, share in ((0, 0.45), (1, 0.25), (2, 0.65)):
        slider = page.locator("aside [role=slider]").nth(place)
        box = slider.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        page.wait_for_timeout(200)


def _truth(page: Page) -> None:
    side(page, "Sliders")
    page.locator("aside [data-walk] button[aria-label^='Layers of']").nth(1).hover()
    page.wait_for_timeout(900)


def _whole_truth(page: Page) -> None:
    side(page, "Sliders")
    page.locator("aside [data-walk] button[aria-label^='Layers of']").nth(1).click()
    page.get_by_role("button", name="Measure for this picture").click()
    page.wait_for_timeout(3000)


def _menu(page: Page) -> None:
    side(page, "Sliders")
    page.locator("aside [data-walk] button[aria-haspopup=menu]").nth(1).click()


def _lock(page: Page) -> None:
    side(page, "Sliders")
    locks = page.locator("aside [data-walk] button[aria-label^='Lock ']")
    locks.nth(1).hover()
    locks.nth(1).click()
    page.wait_for_timeout(800)


def _search(text: str) -> Act:
    def search(page: Page) -> None:
        side(page, "Sliders")
        page.get_by_label("Find a slider").fill(text)

    return search


def _paint(page: Page) -> None:
    page.keyboard.press("m")
    page.wait_for_timeout(300)
    box = page.locator("main canvas[role=img]").bounding_box()
    assert box is not None
    x, y = box["x"] + 0.46 * box["width"], box["y"] + 0.64 * box["height"]
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(x + step * 0.011 * box["width"], y + (step % 3) * 0.01 * box["height"])
    page.mouse.up()
    with suppress(Error):
        page.locator("[data-region-walk]").nth(2).wait_for(timeout=PATIENCE_MS)


def _timeline(page: Page) -> None:
    page.keyboard.press("t")
    page.wait_for_timeout(400)
    for last in (False, False, True):
        page.keyboard.press("k")
        page.wait_for_timeout(300)
        if not last:
            page.keyboard.press("r")
            quiet(page, 300)


def _files(name: str, kind: str, data: bytes, place: str, *events: str) -> Act:
    def hold(page: Page) -> None:
        page.evaluate(_HOLD, [place, name, kind, list(data), list(events)])
        page.wait_for_timeout(800)

    return hold


def _photo_bytes() -> bytes:
    pixels = draw(open_world("portraits"), 1, 5, 256).images[0]
    image = Image.fromarray(((pixels + 1.0) * 127.5).clamp(0, 255).byte().permute(1, 2, 0).numpy())
    file = io.BytesIO()
    image.save(file, "JPEG")
    return file.getvalue()


def drop_photo(page: Page) -> None:
    """Lets a photo go over the picture."""
    _files("me.jpg", "image/jpeg", _photo_bytes(), _PICTURE, "dragenter", "dragover", "drop")(page)


def _hold_photo(page: Page) -> None:
    _files("me.jpg", "image/jpeg", b"", _PICTURE, "dragenter", "dragover")(page)


def _hold_sliders(page: Page) -> None:
    side(page, "Sliders")
    _files("smile.npy", "", b"", "aside [data-walk]", "dragenter", "dragover")(page)


def _drop_nothing_known(page: Page) -> None:
    _files("notes.txt", "text/plain", b"none", _PICTURE, "dragenter", "dragover", "drop")(page)


def _wipe(page: Page) -> None:
    for _ in range(2):
        page.keyboard.press("z")
        quiet(page, 600)
        page.keyboard.press("r")
        quiet(page, 300)
    page.keyboard.press("Shift+Z")
    page.wait_for_timeout(500)
    boxes = page.locator("main").get_by_role("checkbox")
    for place in range(2):
        boxes.nth(place).check(force=True)
    page.get_by_role("button", name="Compare two").click()


def _model(title: str) -> Act:
    def choose(page: Page) -> None:
        side(page, "Model and seed")
        page.get_by_role("button", name="Model: ").click()
        page.get_by_role("menuitem", name=title).press("Enter")
        quiet(page, 1500)

    return choose


def job(kind: str) -> Act:
    """The newest finished job whose title has the word."""

    def look(page: Page) -> None:
        page.keyboard.press("j")
        page.wait_for_timeout(900)
        page.locator("[data-job]").filter(has_text=kind).get_by_role("button").first.click()
        page.wait_for_timeout(900)

    return look


def _link_of_nothing(page: Page) -> None:
    page.evaluate("location.hash = '#p=nothing'")
    page.reload()


PANELS: dict[str, Act] = {
    "start": key(),
    "rail": rail,
    "model-list": then(rail, click("Model: *")),
    "psi-layers": then(rail, click("Truncated layers")),
    "classes": _model("Portraits Cast 64"),
    "disc": _model("Disc, analytic"),
    "sliders": _sliders,
    "truth": _truth,
    "truth-moved": then(_sliders, _truth),
    "truth-picture": _whole_truth,
    "slider-menu": _menu,
    "slider-tools": then(_sliders_column, click("Order, nudge, copy")),
    "slider-ends": then(_sliders_column, key("o")),
    "search": _search("hair"),
    "search-none": _search("moustache"),
    "map": then(_sliders_column, key("a")),
    "map-locked": then(_lock, key("a")),
    "measured": then(_sliders_column, key("v")),
    "measured-choice": then(_sliders_column, key("v", "Shift+V")),
    "seeds": key("Shift+S"),
    "mix": key("i"),
    "models": key("g"),
    "snapshots-none": key("Shift+Z"),
    "snapshots": key("z", "Shift+Z"),
    "wipe": _wipe,
    "history": then(_sliders, key("Shift+H")),
    "documents": key("Control+o"),
    "palette": key("Control+k"),
    "palette-none": then(key("Control+k"), lambda page: page.keyboard.type("qqq")),
    "help": key("?"),
    "words": then(key("?"), lambda page: page.get_by_text("Words", exact=True).first.click()),
    "controllers": key("Shift+C"),
    "labels": key("2"),
    "labels-none": then(_model("VAE beta 4"), key("2")),
    "lines": key("3"),
    "difference": then(_sliders, key("4")),
    "paint": _paint,
    "timeline-none": key("t"),
    "timeline": _timeline,
    "export": then(_timeline, key("Shift+E")),
    "jobs": key("j"),
    "job-form": key("Shift+J"),
    "limits": then(_sliders, key("h")),
    "survey-form": key("Shift+W"),
    "find-factor": then(_sliders_column, key("Shift+F")),
    "photo": drop_photo,
    "photo-face": then(drop_photo, lambda page: page.get_by_text("Eyes and mouth").click()),
    "hold-photo": _hold_photo,
    "hold-sliders": _hold_sliders,
    "file-unknown": _drop_nothing_known,
    "link-damaged": _link_of_nothing,
}
"""What of them is brought up by what, in the order of the page."""

FOUND: dict[str, Act] = {
    "factors": _sliders_column,
    "factor-pad": then(_sliders_column, key("q")),
    "distribution": key("Shift+Q"),
    "job-factor": job("Position x"),
    "job-limits": job("imits"),
    "job-survey": job("cannot draw"),
}
"""Those that show what jobs have found: Position x and y, limits of a slider, a survey of the portraits."""
