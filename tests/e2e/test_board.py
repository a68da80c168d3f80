"""The drawing board: sketches by mouse, samples like them, kept by themselves, found after a reload."""

from playwright.sync_api import Page, expect

from tests.e2e.axe import assert_accessible
from tests.e2e.wend_page import WendPage

NAME = "Two strokes"


def draw(page: Page, *points: tuple[float, float]) -> None:
    """One stroke over the paper; points are shares of its side."""
    box = page.get_by_role("img", name="Sketch ").bounding_box()
    assert box is not None
    way = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*way[0])
    page.mouse.down()
    for point in way[1:]:
        page.mouse.move(*point, steps=5)
    page.mouse.up()


def test_two_sketches_are_drawn_looked_at_and_kept(wend: WendPage) -> None:
    page = wend.page
    page.keyboard.press("Shift+B")
    board = page.get_by_role("region", name="Drawing board")
    expect(board).to_contain_text("sketch → train → new model → sample")
    samples = board.get_by_role("list", name="Samples").get_by_role("listitem")
    expect(samples).to_have_count(6)

    draw(page, (0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7), (0.3, 0.3))
    board.get_by_role("button", name="Add a sketch").click()
    draw(page, (0.2, 0.5), (0.8, 0.5))
    draw(page, (0.5, 0.2), (0.5, 0.8))
    page.keyboard.press("Control+z")
    expect(board.get_by_role("button", name="Undo a stroke")).to_be_enabled()
    # Other tests draw on this server, too.
    board.get_by_role("textbox", name="Name of the sketches").fill(NAME)
    expect(board.locator("[data-saved=saved]")).to_be_visible()
    # Each sample with how well its lines lie on those that were drawn.
    expect(samples.first).to_contain_text("%")
    expect(board.get_by_role("button", name="Train on 2 sketches")).to_be_visible()
    assert_accessible(wend.page, '[aria-label="Drawing board"]')

    board.get_by_role("button", name="Trace sample").first.click()
    expect(board.get_by_role("radio", name="Sample")).to_be_checked()

    sets = page.evaluate("async () => (await (await fetch('api/sketches')).json()).sets")
    assert [len(each["drawings"]) for each in sets if each["name"] == NAME] == [2]
    page.reload()
    wend.wait_for_picture()
    page.keyboard.press("Shift+B")
    expect(board.get_by_role("button", name="Train on 2 sketches")).to_be_visible()
    board.get_by_role("button", name="Sketch 2", exact=True).click()
    board.get_by_role("button", name="Delete this sketch").click()
    expect(board.get_by_role("button", name="Train on 1 sketch")).to_be_visible()
    expect(board.locator("[data-saved=saved]")).to_be_visible()
    # A model that no drawing can teach says so before anything is started.
    board.get_by_role("button", name="Train on 1 sketch").click()
    card = board.get_by_role("form", name="Train a new model")
    expect(card).to_contain_text("is drawn by a program")
    expect(card.get_by_role("button", name="Start")).to_be_disabled()
    card.get_by_role("button", name="Back to drawing").click()
    board.get_by_role("button", name="Close the drawing board").click()
    expect(board).to_be_hidden()
