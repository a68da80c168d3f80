"""Screenshots of every panel, at three widths and a phone's, dark and light: to be looked at.

    make build && .venv/bin/python scripts/screenshots.py --out FOLDER [--only start,map] [--width 820]

Bundled models alone; a server of its own on a free port with a fresh folder of data, or one where sliders
have been measured and jobs have been done: panels that show those need it (`FOUND`, `SKETCH_FOUND`). The best
are in docs. No test: nothing is compared.
"""

import argparse
import shutil
import sys
from pathlib import Path

from panels import FOUND, PANELS, quiet
from playwright.sync_api import Browser, Error, sync_playwright
from sketch_panels import SKETCH_FOUND, SKETCH_PANELS

from wend.cli.bench.server import RunningServer, running_server

PHONE = 390
HEIGHTS = {1280: 800, 1024: 768, 820: 1180, PHONE: 844}
ACT_MS = 20_000
SCHEME_MS = 700
RESIZE_MS = 900
FRESH = PANELS | SKETCH_PANELS
ALL = FRESH | FOUND | SKETCH_FOUND
SHARED = ((1280, 1024), (820,), (PHONE,))
"""Widths of one layout are drawn from one page, which is made narrower."""


def shoot(
    browser: Browser,
    server: RunningServer,
    out: Path,
    names: list[str],
    widths: list[int],
    schemes: list[str],
) -> None:
    """Every panel on a page of its own, opened at the first width; width and scheme change under it."""
    for name in names:
        context = browser.new_context(
            viewport={"width": widths[0], "height": HEIGHTS[widths[0]]},
            color_scheme="dark" if schemes[0] == "dark" else "light",
            reduced_motion="reduce",
            has_touch=widths[0] == PHONE,
        )
        page = context.new_page()
        page.set_default_timeout(ACT_MS)
        try:
            page.goto(server.url)
            quiet(page)
            ALL[name](page)
            quiet(page)
        except Error as error:
            sys.stderr.write(f"{name} at {widths[0]}: {str(error).splitlines()[0]}\n")
        for width in widths:
            if width != widths[0]:
                page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
                page.wait_for_timeout(RESIZE_MS)
            for scheme in schemes:
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                page.wait_for_timeout(SCHEME_MS)
                page.screenshot(path=out / f"{name}-{width}-{scheme}.png")
        context.close()


def main() -> None:
    """Draw what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="", help="names of panels, with commas")
    parser.add_argument("--width", type=int, choices=sorted(HEIGHTS), action="append")
    parser.add_argument("--scheme", choices=("dark", "light"), action="append")
    parser.add_argument("--data", type=Path, help="a folder of data where sliders have been measured")
    options = parser.parse_args()
    names = options.only.split(",") if options.only else list(FRESH)
    if unknown := sorted(set(names) - set(ALL)):
        parser.error(f"{unknown[0]} is none of {', '.join(ALL)}")
    options.out.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium")
    with running_server(data=options.data) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        wanted = options.width or HEIGHTS
        for shared in SHARED:
            if widths := [width for width in shared if width in wanted]:
                shoot(browser, server, options.out, names, widths, options.scheme or ["dark", "light"])
        browser.close()
    sys.stdout.write(f"{len(list(options.out.iterdir()))} pictures lie in {options.out}\n")


if __name__ == "__main__":
    main()
