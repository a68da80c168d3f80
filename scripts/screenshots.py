"""Screenshots of every panel, at three widths, dark and light: to be looked at, and the best for the docs.

    make build && .venv/bin/python scripts/screenshots.py --out FOLDER [--only start,map] [--width 820]

Bundled models alone; a server of its own on a free port with a fresh folder of data, or one where sliders
have been measured. No test: nothing is compared.
"""

import argparse
import io
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Error, Page, sync_playwright

from wend.cli.bench.server import RunningServer, running_server
from wend.worlds.registry import open_world
from wend.worlds.world import draw

HEIGHTS = {1280: 800, 1024: 768, 820: 1180}
PATIENCE_MS = 90_000
QUIET_MS = 900

Act = Callable[[Page], None]


def _quiet(page: Page, ms: int = QUIET_MS) -> None:
    """Until the newest picture is final and nothing has been fetched for a while."""
    page.locator('main canvas[role=img][data-quality="final"]').wait_for(timeout=PATIENCE_MS)
    with suppress(Error):
        page.wait_for_load_state("networkidle", timeout=4000)
    page.wait_for_timeout(ms)


def _key(*keys: str, side: str | None = None, after: Act | None = None) -> Act:
    def press(page: Page) -> None:
        if side is not None:
            _side(page, side)
        if after is not None:
            after(page)
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(150)

    return press


def _side(page: Page, name: str) -> None:
    """In a narrow window one column stands beside the stage."""
    tab = page.get_by_role("radio", name=name)
    if tab.count() and tab.first.is_visible():
        page.get_by_text(name, exact=True).first.click()


def _sliders(page: Page) -> None:
    _side(page, "Sliders")
    for place, share in ((0, 0.8), (1, 0.25), (2, 0.65)):
        slider = page.locator("aside [role=slider]").nth(place)
        box = slider.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        page.wait_for_timeout(200)


def _truth(page: Page) -> None:
    _side(page, "Sliders")
    page.locator("aside [data-walk] button[aria-label^='Layers of']").nth(1).hover()
    page.wait_for_timeout(900)


def _whole_truth(page: Page) -> None:
    _side(page, "Sliders")
    page.locator("aside [data-walk] button[aria-label^='Layers of']").nth(1).click()
    page.get_by_role("button", name="Measure for this picture").click()
    page.wait_for_timeout(3000)


def _menu(page: Page) -> None:
    _side(page, "Sliders")
    page.locator("aside [data-walk] button[aria-haspopup=menu]").nth(1).click()


def _paint(page: Page) -> None:
    page.keyboard.press("m")
    page.wait_for_timeout(300)
    box = page.locator("main canvas[role=img]").bounding_box()
    assert box is not None
    x, y = box["x"] + 0.42 * box["width"], box["y"] + 0.68 * box["height"]
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(x + step * 0.015 * box["width"], y + (step % 3) * 0.01 * box["height"])
    page.mouse.up()
    with suppress(Error):
        page.locator("[data-region-walk]").nth(2).wait_for(timeout=40_000)


def _timeline(page: Page) -> None:
    page.keyboard.press("t")
    page.wait_for_timeout(400)
    for _ in range(3):
        page.keyboard.press("k")
        page.wait_for_timeout(300)
        page.keyboard.press("r")
        _quiet(page, 300)


def _photo(page: Page) -> None:
    pixels = draw(open_world("portraits"), 1, 5, 256).images[0]
    image = Image.fromarray(((pixels + 1.0) * 127.5).clamp(0, 255).byte().permute(1, 2, 0).numpy())
    file = io.BytesIO()
    image.save(file, "JPEG")
    page.evaluate(
        """(bytes) => {
          const files = new DataTransfer();
          files.items.add(new File([Uint8Array.from(bytes)], 'me.jpg', { type: 'image/jpeg' }));
          const place = document.querySelector('canvas[role="img"]');
          const options = { dataTransfer: files, bubbles: true, cancelable: true };
          for (const type of ['dragenter', 'dragover', 'drop'])
            place.dispatchEvent(new DragEvent(type, options));
        }""",
        list(file.getvalue()),
    )
    page.wait_for_timeout(800)


def _job(page: Page) -> None:
    page.keyboard.press("Shift+J")
    page.wait_for_timeout(900)


def _rail(page: Page) -> None:
    _side(page, "Model and seed")


PANELS: dict[str, Act] = {
    "start": _key(),
    "rail": _rail,
    "sliders": _sliders,
    "truth": _truth,
    "truth-picture": _whole_truth,
    "slider-menu": _menu,
    "slider-ends": _key("o", side="Sliders"),
    "map": _key("a", side="Sliders"),
    "measured": _key("v", side="Sliders"),
    "seeds": _key("Shift+S"),
    "mix": _key("i"),
    "models": _key("g"),
    "snapshots": _key("z", "Shift+Z"),
    "history": _key("Shift+H", after=_sliders),
    "documents": _key("Control+o"),
    "palette": _key("Control+k"),
    "help": _key("?"),
    "controllers": _key("Shift+C"),
    "paint": _paint,
    "timeline": _timeline,
    "export": _key("Shift+E", after=_timeline),
    "jobs": _key("j"),
    "job-form": _job,
    "limits": _key("h", after=_sliders),
    "photo": _photo,
}


def shoot(
    browser: Browser, server: RunningServer, out: Path, names: list[str], width: int, scheme: str
) -> None:
    """Every panel on a page of its own, opened at one seed."""
    for name in names:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        try:
            page.goto(server.url)
            _quiet(page)
            PANELS[name](page)
            _quiet(page)
        except Error as error:
            sys.stderr.write(f"{name} at {width}, {scheme}: {str(error).splitlines()[0]}\n")
        page.screenshot(path=out / f"{name}-{width}-{scheme}.png")
        context.close()


def main() -> None:
    """Draw what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="", help="names of panels, with commas: " + ", ".join(PANELS))
    parser.add_argument("--width", type=int, choices=sorted(HEIGHTS), action="append")
    parser.add_argument("--scheme", choices=("dark", "light"), action="append")
    parser.add_argument("--data", type=Path, help="a folder of data where sliders have been measured")
    options = parser.parse_args()
    names = options.only.split(",") if options.only else list(PANELS)
    if unknown := sorted(set(names) - set(PANELS)):
        parser.error(f"{unknown[0]} is none of {', '.join(PANELS)}")
    options.out.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium")
    with running_server(data=options.data) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for width in options.width or sorted(HEIGHTS, reverse=True):
            for scheme in options.scheme or ("dark", "light"):
                shoot(browser, server, options.out, names, width, scheme)
        browser.close()
    sys.stdout.write(f"{len(list(options.out.iterdir()))} pictures lie in {options.out}\n")


if __name__ == "__main__":
    main()
