"""A controller moves a slider of the page: the browser's ports are a fake, everything behind them is real."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.e2e.axe import assert_accessible
from tests.e2e.wend_page import WendPage

# One controller, as Web MIDI shows it; `turn` is a hand on one of its knobs.
_CONTROLLER = """
  const input = { id: '1', name: 'nano', state: 'connected', type: 'input', onmidimessage: null };
  navigator.requestMIDIAccess = async () => ({ inputs: new Map([['1', input]]), onstatechange: null });
  window.turn = (number, values) => {
    for (const value of values) input.onmidimessage?.({ data: Uint8Array.of(0xb0, number, value) });
  };
"""


def test_a_knob_is_learned_and_moves_its_slider_in_one_step(
    context: BrowserContext, open_page: Callable[[str], WendPage]
) -> None:
    context.add_init_script(_CONTROLLER)
    wend = open_page("")
    wend.wait_for_picture()
    first = wend.pixels
    wend.slider("x").focus()
    wend.page.keyboard.press("Shift+L")
    expect(wend.page.get_by_text("nano is heard.")).to_be_visible()
    wend.page.evaluate("turn(7, [100, 101, 102])")
    expect(wend.page.get_by_text("x follows control 7 of nano.")).to_be_visible()
    assert wend.pixels == first

    # It catches the value in the middle, and takes it along.
    with wend.change():
        wend.page.evaluate("turn(7, [80, 64, 90, 127])")
    slider = wend.slider("x")
    assert slider.get_attribute("aria-valuenow") == slider.get_attribute("aria-valuemax")
    assert wend.pixels == wend.expected_pixels != first
    learned: object = wend.document["controls"]
    assert learned == [
        {"slider": "factors/x", "device": "nano", "channel": 1, "number": 7, "sends": "absolute"}
    ]
    with wend.change():
        wend.page.keyboard.press("Control+z")
    assert wend.pixels == first
    # The knob stands where it was: a ring on the slider says where.
    wend.page.keyboard.press("Shift+C")
    panel = wend.page.get_by_role("region", name="MIDI controllers")
    expect(panel).to_contain_text("turn it to 0.0 px")
    assert_accessible(wend.page, '[aria-label="MIDI controllers"]')
    panel.get_by_role("button", name="Forget the control of x").click()
    expect(panel).to_contain_text("No knob moves a slider yet.")
