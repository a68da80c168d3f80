"""The page outlives its server: it comes back by itself with the picture it had, or says to be reloaded."""

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


def test_killed_and_restarted_server_gets_the_picture_back(mortal: Served, context: BrowserContext) -> None:
    wend = WendPage(context, mortal.url)
    wend.wait_for_picture()
    with wend.change():
        wend.drag(wend.slider("x"), 0.5, 0.8, moves=5)
    edited = wend.pixels
    seed = wend.seed

    mortal.kill()
    expect(wend.page.get_by_role("status").filter(has_text="Reconnecting")).to_be_visible()
    assert wend.pixels == edited
    # The document is the page's own: it can be changed with no server at all.
    wend.page.keyboard.press("]")

    with wend.change():
        mortal.start()
    expect(wend.page.get_by_role("status").filter(has_text="Connected")).to_be_visible()
    assert wend.seed == seed + 1
    assert wend.pixels == wend.expected_pixels
    with wend.change():
        wend.page.keyboard.press("Control+z")
    assert wend.pixels == edited
    wend.close()


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
