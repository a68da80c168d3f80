"""Regions painted by fingers and pens, as the browser itself reports them: contacts and pressure."""

import numpy as np
from playwright.sync_api import CDPSession

from tests.e2e.test_masks import at, masks, pixels, start_painting, wait_for_masks
from tests.e2e.wend_page import WendPage

Spot = tuple[float, float]

STEPS = 6

_KEEP = "() => { window.near = document.querySelector('canvas').toDataURL('image/png'); }"
_IS_OTHER = "() => document.querySelector('canvas').toDataURL('image/png') !== window.near"


class Hand:
    """What touches the picture, through the browser's own input; spots are shares of it, x and y."""

    def __init__(self, wend: WendPage) -> None:
        box = wend.page.locator('main canvas[role="img"]').bounding_box()
        assert box is not None
        self._box = box
        self._browser: CDPSession = wend.page.context.new_cdp_session(wend.page)

    def touch(self, kind: str, *spots: Spot) -> None:
        """kind: touchStart, touchMove with all fingers that are down, touchEnd with those that stay."""
        points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(map(self._place, spots))]
        self._browser.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def draw(self, start: Spot, end: Spot, pressure: float) -> None:
        """A pen drawn from spot to spot."""
        path = np.linspace(start, end, STEPS + 1)
        for kind, spot in [("mousePressed", path[0]), *(("mouseMoved", spot) for spot in path[1:])]:
            self._pen(kind, (float(spot[0]), float(spot[1])), pressure)
        self._pen("mouseReleased", end, 0.0)

    def _pen(self, kind: str, spot: Spot, pressure: float) -> None:
        x, y = self._place(spot)
        button = "none" if kind == "mouseMoved" else "left"
        event = {"type": kind, "x": x, "y": y, "button": button, "buttons": 1, "clickCount": 1}
        self._browser.send("Input.dispatchMouseEvent", event | {"pointerType": "pen", "force": pressure})

    def _place(self, spot: Spot) -> Spot:
        box = self._box
        return box["x"] + spot[0] * box["width"], box["y"] + spot[1] * box["height"]


def test_a_finger_paints(wend: WendPage) -> None:
    start_painting(wend)
    hand = Hand(wend)
    hand.touch("touchStart", (0.3, 0.5))
    for step in range(1, STEPS + 1):
        hand.touch("touchMove", (0.3 + 0.4 * step / STEPS, 0.5))
    hand.touch("touchEnd")
    (mask,) = wait_for_masks(wend, 1)
    kept = pixels(wend, mask)
    assert [at(kept, x, 0.5) for x in (0.3, 0.5, 0.7)] == [255, 255, 255]
    assert at(kept, 0.5, 0.9) == 0


def test_a_pen_paints_wider_the_harder_it_is_pressed(wend: WendPage) -> None:
    start_painting(wend)
    hand = Hand(wend)
    hand.draw((0.3, 0.3), (0.7, 0.3), 0.2)
    (light,) = wait_for_masks(wend, 1)
    narrow = int(pixels(wend, light).sum())
    hand.draw((0.3, 0.8), (0.7, 0.8), 1.0)
    (both,) = wait_for_masks(wend, 1, other_than=str(light["image"]))
    wide = int(pixels(wend, both).sum()) - narrow
    assert wide > 1.5 * narrow > 0


def test_two_fingers_zoom_and_push_and_paint_nothing(wend: WendPage) -> None:
    start_painting(wend)
    canvas = wend.page.locator('main canvas[role="img"]')
    before = canvas.evaluate("each => each.width")
    hand = Hand(wend)
    hand.touch("touchStart", (0.45, 0.5))
    hand.touch("touchStart", (0.45, 0.5), (0.55, 0.5))
    for step in range(1, STEPS + 1):
        apart = 0.05 + 0.25 * step / STEPS
        hand.touch("touchMove", (0.5 - apart, 0.5), (0.5 + apart, 0.5))
    wend.page.wait_for_function("(width) => document.querySelector('canvas').width > width", arg=before)
    wend.page.evaluate(_KEEP)
    for step in range(1, STEPS + 1):
        down = 0.5 + 0.2 * step / STEPS
        hand.touch("touchMove", (0.2, down), (0.8, down))
    wend.page.wait_for_function(_IS_OTHER)
    hand.touch("touchEnd")
    assert masks(wend) == []
