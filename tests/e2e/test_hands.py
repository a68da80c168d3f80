"""What hands do beside dragging: the wheel, which scrolls unless Alt is held; files held over the page."""

import re

from playwright.sync_api import expect

from tests.e2e.wend_page import WendPage

CLICK = 120

_HOLD = """(kind) => {
  const files = new DataTransfer();
  files.items.add(new File([], 'me.png', { type: 'image/png' }));
  const options = { dataTransfer: files, bubbles: true, cancelable: true };
  document.querySelector('aside [data-walk]').dispatchEvent(new DragEvent(kind, options));
}"""


def test_the_wheel_moves_a_slider_with_alt_alone(wend: WendPage) -> None:
    slider = wend.slider("size")
    before = float(slider.get_attribute("aria-valuenow") or "")
    reach = [float(slider.get_attribute(f"aria-value{end}") or "") for end in ("min", "max")]
    slider.hover()
    wend.page.mouse.wheel(0, -CLICK)
    wend.page.keyboard.down("Alt")
    with wend.change():
        wend.page.mouse.wheel(0, -CLICK)
    wend.page.keyboard.up("Alt")
    # One step of a hundred: the click without Alt made none.
    after = float(slider.get_attribute("aria-valuenow") or "")
    assert abs(after - before - (reach[1] - reach[0]) / 100) < 1e-6
    with wend.change():
        wend.page.keyboard.press("Control+z")
    expect(slider).to_have_attribute("aria-valuenow", re.compile(f"^{before:g}$"))


def test_files_held_over_any_part_are_told_where_they_go(wend: WendPage) -> None:
    wend.slider("size")
    told = wend.page.locator("[data-drop=page]")
    wend.page.evaluate(_HOLD, "dragover")
    expect(told).to_contain_text("Let go")
    wend.page.evaluate(_HOLD, "dragleave")
    expect(told).to_have_count(0)
