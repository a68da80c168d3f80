"""The page outlives its server: it comes back by itself with the picture it had, or says to be reloaded. So
do saved documents, their snapshots and names."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.e2e.served import Served
from tests.e2e.wend_page import WendPage
from wend.protocol.schema import subprotocol


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Served]:
    """A server of the test's own, to be killed."""
    server = Served(tmp_path, model="analytic-disc")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Served]:
    """A server of the test's own that asks for a token."""
    server = Served(tmp_path, model="analytic-disc", token="known-to-few")
    server.start()
    yield server
    server.stop()


# What another script may do to the document that the address names.
_RENAME = """async (name) => {
  const id = /d=([0-9a-f]{12})/.exec(location.hash)[1];
  const headers = { 'Content-Type': 'application/json' };
  await fetch(`/api/documents/${id}`, { method: 'PATCH', headers, body: JSON.stringify({ name }) });
  return id;
}"""


def test_killed_and_restarted_server_gets_the_picture_back_and_has_what_was_saved(
    mortal: Served, context: BrowserContext
) -> None:
    wend = WendPage(context, mortal.url)
    wend.wait_for_picture()
    with wend.change():
        wend.drag(wend.slider("x"), 0.5, 0.8, moves=5)
    edited = wend.pixels
    seed = wend.seed
    wend.page.keyboard.press("z")
    expect(wend.page.locator('[data-code="snapshot_taken"]')).to_be_visible()
    wend.page.wait_for_function("location.hash.includes('&d=')")
    document = wend.page.evaluate(_RENAME, "Before the crash")
    button = wend.page.get_by_role("button", name="Documents:")
    expect(button).to_contain_text("Before the crash")

    mortal.kill()
    expect(wend.page.get_by_role("status").filter(has_text="Reconnecting")).to_be_visible()
    assert wend.pixels == edited
    # The document is the page's own: it can be changed with no server at all.
    wend.page.keyboard.press("]")
    expect(button).to_have_attribute("data-status", "failed")

    with wend.change():
        mortal.start()
    expect(wend.page.get_by_role("status").filter(has_text="Connected")).to_be_visible()
    assert wend.seed == seed + 1
    assert wend.pixels == wend.expected_pixels
    expect(button).to_have_attribute("data-status", "kept")
    with wend.change():
        wend.page.keyboard.press("Control+z")
    assert wend.pixels == edited
    wend.page.keyboard.press("Control+y")
    expect(button).to_have_attribute("data-status", "kept")
    wend.close()
    # Who comes later finds all of it: what was changed without a server, too.
    later = WendPage(context, f"{mortal.url}#d={document}")
    later.wait_for_picture()
    assert later.seed == seed + 1
    expect(later.page.get_by_role("button", name="Documents: Before the crash")).to_be_visible()
    later.page.keyboard.press("Shift+Z")
    expect(later.page.get_by_role("button", name="Restore ")).to_have_count(1)
    later.close()


def test_server_that_wants_a_token_is_not_asked_for_ever(guarded: Served, context: BrowserContext) -> None:
    wend = WendPage(context, f"{guarded.url}?token={guarded.token}")
    wend.wait_for_picture()
    guarded.kill()
    context.clear_cookies()
    guarded.start()
    expect(wend.page.get_by_role("status").filter(has_text="asks for its token")).to_be_visible()
    expect(wend.page.get_by_role("alert")).to_contain_text("?token=")
    # A question why follows every attempt that failed.
    asked = [url for url in wend.requested if url.endswith("/api/health")]
    # Longer than any of the pauses between the attempts so far.
    wend.page.wait_for_timeout(3000)
    assert [url for url in wend.requested if url.endswith("/api/health")] == asked
    wend.page.goto(f"{guarded.url}?token={guarded.token}")
    expect(wend.page.get_by_role("status").filter(has_text="Connected")).to_be_visible()
    wend.close()


def test_page_of_another_version_says_so(mortal: Served, context: BrowserContext) -> None:
    def make_stale(route: Route) -> None:
        answer = route.fetch()
        stale = answer.text().replace(subprotocol(), "wend.000000000000")
        # Of another version it would have another name, and not stay in the browser under this one.
        headers = {**answer.headers, "cache-control": "no-store"}
        route.fulfill(response=answer, body=stale, headers=headers)

    context.route("**/assets/*.js", make_stale)
    wend = WendPage(context, mortal.url)
    expect(wend.page.get_by_role("status").filter(has_text="out of date")).to_be_visible()
    expect(wend.page.get_by_role("button", name="Reload")).to_be_visible()
    context.unroute("**/assets/*.js")
    with wend.change():
        wend.page.get_by_role("button", name="Reload").click()
    assert wend.pixels == wend.expected_pixels
    wend.close()
