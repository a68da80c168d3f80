"""Ways through the latent space, taken by hand: the map, rows of another seed, locks, copied sliders."""

from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.e2e.wend_page import WendPage


def test_a_drag_on_the_map_is_one_step_and_asks_for_frames_alone(wend: WendPage) -> None:
    start = wend.pixels
    wend.page.keyboard.press("a")
    pad = wend.page.get_by_role("slider", name="Place on the map")
    expect(pad.locator("img")).to_have_count(25)
    box = pad.bounding_box()
    assert box is not None
    at = [(box["x"] + share * box["width"], box["y"] + share * box["height"]) for share in (0.3, 0.6, 0.75)]
    with wend.change():
        wend.page.mouse.move(*at[0])
        wend.page.mouse.down()
        before = len(wend.requested)
        wend.page.mouse.move(*at[1], steps=20)
        wend.page.mouse.move(*at[2], steps=20)
        # Pictures aside from the stage's own wait until the hand has let go.
        asked = [urlsplit(url).path for url in wend.requested[before:]]
        assert not {"/api/render", "/api/overlaps"}.intersection(asked)
        wend.page.mouse.up()
    assert wend.pixels == wend.expected_pixels != start
    edits = wend.document["picture"]["edits"]
    assert isinstance(edits, list)
    assert len(edits) == 2
    with wend.change():
        wend.page.keyboard.press("Control+z")
    assert wend.pixels == start
    wend.page.keyboard.press("a")
    expect(pad).to_be_hidden()


def test_rows_of_another_seed_are_chosen_from_the_sheet(wend: WendPage) -> None:
    with wend.change():
        wend.page.get_by_role("button", name="Model: ").click()
        wend.page.get_by_role("menuitem", name="Tiny 16").click()
    start = wend.pixels
    wend.page.keyboard.press("i")
    sheet = wend.page.get_by_role("region", name="Many seeds")
    with wend.change():
        sheet.get_by_role("button", name="Seed 24", exact=True).click()
    assert wend.pixels == wend.expected_pixels != start
    mix = wend.document["picture"]["mix"]
    assert isinstance(mix, list)
    assert [rows["latent"] for rows in mix] == [{"kind": "seed", "seed": 24}]
    wend.page.keyboard.press("i")
    expect(sheet).to_be_hidden()
    with wend.change():
        wend.page.get_by_role("button", name="Take Seed 24 out again").click()
    assert wend.pixels == start


def test_a_lock_is_kept_and_sliders_are_taken_to_another_seed(wend: WendPage) -> None:
    with wend.change():
        wend.slider("y").focus()
        wend.page.keyboard.press("ArrowRight")
    with wend.change():
        wend.page.get_by_role("button", name="Lock y", exact=True).click()
    wend.page.keyboard.press("e")
    expect(wend.page.get_by_text("1 slider copied.")).to_be_visible()
    with wend.change():
        wend.page.keyboard.press("Control+z")
    with wend.change():
        wend.page.keyboard.press("]")
    with wend.change():
        wend.page.keyboard.press("u")
    edits = wend.document["picture"]["edits"]
    assert isinstance(edits, list)
    assert [edit["is_locked"] for edit in edits] == [True]
    assert wend.pixels == wend.expected_pixels
