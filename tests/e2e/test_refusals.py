"""A browser that keeps nothing and copies nothing: both are told, with a way out, and nothing is lost."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.e2e.wend_page import WendPage

# Storage whose quota is reached, and a clipboard that says no, until `allows` is set: then copying by
# selection works, as on plain http, where the clipboard itself is not there.
_REFUSING = """() => {
  Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
  navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
  document.execCommand = (command) => {
    if (!window.allows || command !== 'copy') return false;
    window.copied = document.activeElement.value;
    return true;
  };
}"""
_PLAIN_HTTP = """() => {
  window.allows = true;
  Object.defineProperty(window, 'isSecureContext', { value: false });
}"""


def test_what_a_browser_refuses_is_told_and_nothing_is_lost(
    context: BrowserContext, open_page: Callable[[str], WendPage]
) -> None:
    context.add_init_script(f"({_REFUSING})()")
    wend = open_page("")
    page = wend.page
    wend.wait_for_picture()
    expect(page.locator('[data-code="browser_storage"]')).to_contain_text(
        "Your picture is safe in the address"
    )
    with wend.change():
        page.keyboard.press("]")
    seed, shown = wend.seed, wend.pixels
    link = page.evaluate("location.href")

    page.get_by_role("button", name="Copy link").click()
    refused = page.get_by_role("alert").filter(has_text="did not let")
    expect(refused).to_contain_text("The address bar holds the same picture")

    page.evaluate(_PLAIN_HTTP)
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator('[data-code="copied"]')).to_be_visible()
    assert page.evaluate("window.copied") == link
    # The keyboard is back at the button.
    expect(page.get_by_role("button", name="Copy link")).to_be_focused()

    with wend.change():
        page.reload()
    assert (wend.seed, wend.pixels) == (seed, shown)
