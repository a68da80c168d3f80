"""Walks as a person keeps them: named in place, pinned, hidden, deleted and taken back, as files."""

from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.e2e.wend_page import WendPage
from wend.library.walk_file import read_family

# Other tests use the others, and one server serves all.
TITLE = "brightness"


def choose(wend: WendPage, title: str, item: str) -> None:
    wend.page.get_by_role("button", name=title, exact=True).click()
    wend.page.get_by_role("menuitem", name=item).click()


def group(wend: WendPage, name: str) -> Locator:
    return wend.page.get_by_role("region", name=name, exact=True)


def test_a_slider_is_named_pinned_and_hidden_and_stays_so(wend: WendPage) -> None:
    wend.slider(TITLE)
    choose(wend, TITLE, "Rename")
    wend.page.keyboard.type("Lamp")
    wend.page.keyboard.press("Enter")
    wend.slider("Lamp")
    choose(wend, "Lamp", "Pin on top")
    expect(group(wend, "Pinned").get_by_role("slider", name="Lamp")).to_be_visible()
    wend.page.reload()
    expect(group(wend, "Pinned").get_by_role("slider", name="Lamp")).to_be_visible()
    choose(wend, "Lamp", "Unpin")
    # A menu goes with the row that is moved to another group.
    expect(group(wend, "Pinned")).to_have_count(0)
    choose(wend, "Lamp", "Hide")
    expect(wend.page.get_by_role("slider", name="Lamp")).to_be_hidden()
    wend.page.get_by_text("Hidden (1)").click()
    choose(wend, "Lamp", "Show again")
    expect(group(wend, "Hidden")).to_have_count(0)
    # An empty name is the walk's own again.
    choose(wend, "Lamp", "Rename")
    wend.page.keyboard.press("Delete")
    wend.page.keyboard.press("Enter")
    expect(wend.slider(TITLE)).to_be_visible()
    expect(wend.page.get_by_text("Hidden (1)")).to_be_hidden()


def test_a_deleted_slider_comes_back_with_its_edit(wend: WendPage) -> None:
    first = wend.pixels
    with wend.change():
        wend.drag(wend.slider(TITLE), 0.5, 0.8, moves=5)
    moved = wend.pixels
    with wend.change():
        choose(wend, TITLE, "Delete")
    assert wend.pixels == first
    expect(wend.page.get_by_role("slider", name=TITLE)).to_be_hidden()
    with wend.change():
        wend.page.get_by_role("status").filter(has_text=TITLE).get_by_role("button", name="Undo").click()
    wend.slider(TITLE)
    assert wend.pixels == moved
    with wend.change():
        wend.page.keyboard.press("x")


def test_a_slider_leaves_as_a_file_and_fits_no_other_latent(wend: WendPage, tmp_path: Path) -> None:
    wend.slider(TITLE)
    with wend.page.expect_download() as download:
        choose(wend, TITLE, "Download as a file")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == "analytic-disc-factors-brightness.safetensors"
    assert [record.title for record in read_family(path).records] == [TITLE]
    wend.page.get_by_label("Files of sliders").set_input_files(path)
    expect(wend.page.get_by_text(f"“{TITLE}” is on the shelf of analytic-disc.")).to_be_visible()
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(b"x" * 100)
    wend.page.get_by_label("Files of sliders").set_input_files(damaged)
    expect(wend.page.get_by_text("The file damaged.safetensors was refused")).to_be_visible()
