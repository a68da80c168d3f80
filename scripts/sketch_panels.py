"""The drawing board and what becomes of it, brought up from a fresh page, for `screenshots.py`."""

from panels import PATIENCE_MS, Act, click, drop_photo, job, key, quiet, rail, side, then
from playwright.sync_api import Page

FACE = (
    (
        (0.30, 0.40),
        (0.32, 0.22),
        (0.50, 0.14),
        (0.68, 0.22),
        (0.70, 0.42),
        (0.60, 0.62),
        (0.40, 0.62),
        (0.30, 0.40),
    ),
    ((0.16, 0.98), (0.24, 0.76), (0.42, 0.70), (0.58, 0.70), (0.76, 0.76), (0.84, 0.98)),
    ((0.42, 0.50), (0.50, 0.54), (0.58, 0.50)),
)


def _draw(page: Page) -> None:
    """A face of three strokes; what is near to it is waited for."""
    box = page.get_by_role("img", name="Sketch ").bounding_box()
    assert box is not None
    for stroke in FACE:
        way = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        page.mouse.move(*way[0])
        page.mouse.down()
        for point in way[1:]:
            page.mouse.move(*point, steps=4)
        page.mouse.up()
    page.locator("aside [role=status][data-done=true]").wait_for(timeout=PATIENCE_MS)
    page.locator("[data-saved=saved]").wait_for(timeout=PATIENCE_MS)


def _kind(name: str) -> Act:
    def choose(page: Page) -> None:
        page.get_by_role("radiogroup", name="What is drawn").get_by_text(name, exact=True).click()
        page.wait_for_timeout(2500)

    return choose


def _blend(page: Page) -> None:
    side(page, "Model and seed")
    slider = page.get_by_role("slider", name="Old to new")
    slider.wait_for(timeout=PATIENCE_MS)
    slider.focus()
    for _ in range(6):
        page.keyboard.press("PageUp")
    quiet(page)


def _photo_in_child(page: Page) -> None:
    drop_photo(page)
    page.get_by_text("Quick", exact=True).click()
    page.get_by_role("button", name="Find it").click()
    page.locator('main canvas[aria-label*="a found latent"]').wait_for(timeout=PATIENCE_MS)
    page.keyboard.press("Shift+U")
    page.locator("dialog figure canvas, [role=dialog] figure img").nth(3).wait_for(timeout=PATIENCE_MS)
    page.wait_for_timeout(1500)


_BOARD = key("Shift+B")
SKETCH_PANELS: dict[str, Act] = {
    "board": then(_BOARD, lambda page: page.wait_for_timeout(4000)),
    "board-drawn": then(_BOARD, _draw),
    "board-sets": then(_BOARD, click("Sketches")),
    "board-labels": then(_BOARD, _kind("Labels")),
    "board-pose": then(_BOARD, _kind("Pose")),
    "board-lack": then(rail, click("Model: *"), click("Disc, analytic*", "menuitem"), _BOARD),
    "sketch-form": then(_BOARD, _draw, click("Train on 1 sketch…")),
}
SKETCH_FOUND: dict[str, Act] = {
    "job-sketch": job("taught by drawings"),
    "blend": _blend,
    "blend-with": then(_blend, click("Blend with: *")),
    "photo-child": _photo_in_child,
}
"""Those that need a model that has children, and a job that made one."""
