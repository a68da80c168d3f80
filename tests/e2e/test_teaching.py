"""From a drawing to a new model within the board: the card that starts it, its sheet, its end, the model."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import assert_accessible
from tests.e2e.served import Served
from tests.e2e.test_board import draw
from tests.e2e.wend_page import WendPage
from tests.methods.sketch.toys import small_bench

TITLE = "One line, my way"
JOB_MS = 240_000

# At once: by the time a hand is there, it may have come to its end by itself.
_FINISH = """() => [...document.querySelectorAll('button')]
  .find((button) => button.textContent.startsWith('Finish now'))?.click()"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with a model of 32 px with random weights, and the discriminator that drawings need."""
    data = tmp_path_factory.mktemp("data")
    small_bench(data)
    server = Served(data, model="small")
    server.start()
    yield server
    server.stop()


@pytest.mark.timeout(900)
def test_a_drawing_becomes_a_model_without_leaving_the_board(wend: WendPage) -> None:
    page = wend.page
    page.keyboard.press("Shift+B")
    board = page.get_by_role("region", name="Drawing board")
    # Every change of brightness is a line: no network has to look.
    board.get_by_text("Edges", exact=True).click()
    draw(page, (0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7), (0.3, 0.3))
    board.get_by_role("button", name="Add a sketch").click()
    draw(page, (0.35, 0.35), (0.65, 0.35), (0.65, 0.65), (0.35, 0.65), (0.35, 0.35))
    board.get_by_role("button", name="Train on 2 sketches").click()
    card = board.get_by_role("form", name="Train a new model")
    expect(card.get_by_role("radio", name="Usual")).to_be_checked()
    # Before the first training of a model it is guessed, and said so.
    expect(card).to_contain_text("Guessed from how long a picture takes here")
    card.get_by_role("textbox", name="What it is called").fill(TITLE)
    card.get_by_role("radio", name="Quick look").click()
    assert_accessible(page, '[aria-label="Drawing board"]')
    card.get_by_role("button", name="Start").click()

    job = board.get_by_role("article", name=f"Teaching “{TITLE}”")
    before = job.get_by_role("img", name="Before: Small, seeds 0 to 5")
    expect(before).to_be_visible(timeout=JOB_MS)
    expect(job.get_by_role("img", name="Your sketch")).to_have_count(1)
    assert_accessible(page, '[aria-label="Drawing board"]')
    opening = job.get_by_role("button", name="Open the new model")
    expect(job.get_by_role("button", name="Finish now").or_(opening)).to_be_visible(timeout=JOB_MS)
    page.evaluate(_FINISH)
    expect(opening).to_be_visible(timeout=JOB_MS)
    with wend.change():
        opening.click()
    expect(board).to_have_count(0)
    expect(page.get_by_role("button", name=f"Model: {TITLE}")).to_be_visible()
    assert wend.document["picture"]["model"] == "one-line-my-way"
    with wend.change():
        wend.slider(f"Old to new: Small to {TITLE}").press("Home")
    blend = wend.document["picture"]["model_blend"]
    assert blend == {"model": "small", "weight": 1.0, "how": "weights"}
    # The drawings stay with the model that they taught.
    page.get_by_role("button", name="Models", exact=True).click()
    report = page.get_by_role("article", name=f"Model {TITLE}", exact=True)
    expect(report).to_contain_text("Small learned from 2 drawings")
    taught = report.get_by_role("list", name="Drawings it learned from").get_by_role("img")
    expect(taught).to_have_count(2)
    expect(taught.last).to_have_js_property("naturalWidth", 32)
