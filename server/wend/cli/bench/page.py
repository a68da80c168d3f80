"""`wend bench page`: the first picture, and a drag in a real browser, bare and with everything open.

What the page itself sends and shows is timed: no switch of the page knows of it.
"""

import gzip
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from wend.cli.bench.server import RunningServer, running_server
from wend.cli.bench.statistics import percentiles
from wend.cli.bench.stream import choose_target
from wend.errors import InvalidSetting

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATIENCE_MS = 60_000
PERIOD_S = 1 / 60
OPENINGS, ROUNDS, DRAG_S = 5, 6, 4.0
QUICK_OPENINGS, QUICK_ROUNDS, QUICK_DRAG_S = 2, 1, 1.5
SETTLE_MS = 1500

# Runs before the page's own script: when each revision was asked for, and when the canvas first showed it.
_WATCH = """() => {
  const told = (window.wendTimes = { sent: {}, shown: {} });
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (typeof data === 'string') {
      const message = JSON.parse(data);
      if (message.type === 'render') told.sent[message.revision] = performance.now();
    }
    return send.call(this, data);
  };
  let last = null;
  const look = () => {
    const revision = document.querySelector('main canvas[role="img"]')?.dataset.revision;
    if (revision !== undefined && revision !== last) told.shown[(last = revision)] = performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


def measure_page(page_dir: Path, is_quick: bool) -> dict[str, object]:
    """Times of the default model's page on this machine, in ms; sizes in KB (1000 bytes) after gzip.

    A drag is timed from the message of a revision to the animation frame in which its picture is on the
    canvas. `over_bare`: the median with map, read-outs, sliders' ends and history open over that without,
    rounds taken in turn, so that a machine whose speed drifts is as fast for both.
    Raises: InvalidSetting where there is no playwright or chromium.
    """
    chromium = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise InvalidSetting("playwright", "it is not installed: pip install playwright") from error
    if chromium is None:
        raise InvalidSetting("chromium", "there is none on PATH")
    openings, rounds = (QUICK_OPENINGS, QUICK_ROUNDS) if is_quick else (OPENINGS, ROUNDS)
    seconds = QUICK_DRAG_S if is_quick else DRAG_S
    with running_server() as server, sync_playwright() as playwright:
        target = choose_target(server)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        first = [_open_once(browser, server) for _ in range(openings)]
        bare, full = _drag_in_turn(browser, server, rounds, seconds)
        browser.close()
        health = server.get("/api/health")
    return {
        "first_picture_ms": percentiles(first),
        "javascript_kb": _packed_kb(page_dir, "*.js"),
        "styles_kb": _packed_kb(page_dir, "*.css"),
        "bare_end_to_end_ms": percentiles(bare),
        "full_end_to_end_ms": percentiles(full),
        "over_bare": round(float(np.median(full) / np.median(bare)), 3),
        "frames": [len(bare), len(full)],
        "model": target.model,
        "device": health["device"],
        "threads": health["threads"],
        "precision": health["precision"],
    }


def _packed_kb(page_dir: Path, kind: str) -> float:
    files = (page_dir / "assets").glob(kind)
    return round(sum(len(gzip.compress(file.read_bytes())) for file in files) / 1e3, 1)


def _new_page(browser: "Browser", server: RunningServer) -> "Page":
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.add_init_script(f"({_WATCH})()")
    page.goto(server.url)
    page.locator('main canvas[role="img"][data-quality="final"]').wait_for()
    return page


def _open_once(browser: "Browser", server: RunningServer) -> float:
    """ms from the start of the navigation, nothing cached, to the first picture on the canvas."""
    page = _new_page(browser, server)
    shown: dict[str, float] = page.evaluate("window.wendTimes.shown")
    page.context.close()
    return min(shown.values())


def _drag_in_turn(
    browser: "Browser", server: RunningServer, rounds: int, seconds: float
) -> tuple[list[float], list[float]]:
    page = _new_page(browser, server)
    page.locator("aside [data-walk] [role=slider]").first.wait_for()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for found in times:
            page.wait_for_timeout(SETTLE_MS)
            found.extend(_drag(page, seconds))
            # Map, ends of sliders, what networks read, and history: open, and the next time shut again.
            for key in ("a", "o", "v", "Shift+H"):
                page.keyboard.press(key)
    page.context.close()
    return times


def _drag(page: "Page", seconds: float) -> list[float]:
    """A hand to and fro on the first slider; ms from the message of each revision to its frame."""
    page.evaluate("window.wendTimes.sent = {}, window.wendTimes.shown = {}")
    slider = page.locator("aside [data-walk] [role=slider]").first
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    y, left, width = box["y"] + box["height"] / 2, box["x"], box["width"]
    page.mouse.move(left + 0.5 * width, y)
    page.mouse.down()
    began = now = time.perf_counter()
    move = 0
    while now - began < seconds:
        page.mouse.move(left + (0.5 + 0.4 * np.sin(move / 20)) * width, y)
        move += 1
        time.sleep(max(0.0, began + move * PERIOD_S - time.perf_counter()))
        now = time.perf_counter()
    page.mouse.up()
    page.wait_for_timeout(300)
    told: dict[str, dict[str, float]] = page.evaluate("window.wendTimes")
    sent, shown = told["sent"], told["shown"]
    return [at - sent[revision] for revision, at in shown.items() if revision in sent]
