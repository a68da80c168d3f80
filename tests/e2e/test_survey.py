"""What a generator cannot draw: asked from the keyboard, watched, and looked at class by class."""

import io
import re

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e.axe import assert_accessible
from tests.e2e.wend_page import WendPage


def test_a_survey_is_run_and_a_class_is_clicked(wend: WendPage) -> None:
    page = wend.page
    drawer = page.get_by_role("region", name="Jobs", exact=True)
    form = _ask(page)
    # The model on the stage is there already.
    expect(form.get_by_text("Disc, analytic", exact=True)).to_be_visible()

    form.get_by_label("Pictures", exact=True).fill("2")
    expect(form).to_contain_text("Pictures must be at least 4 pictures.")
    form.get_by_label("Pictures", exact=True).fill("24")
    form.get_by_label("Against").fill("no such world")
    form.get_by_role("button", name="Start").click()
    # What only the server can know is told by the job.
    failed = drawer.get_by_role("article").get_by_role("alert")
    expect(failed).to_contain_text("'no such world' is neither a world nor a folder or zip")

    page.keyboard.press("Shift+W")
    form.get_by_label("Pictures", exact=True).fill("24")
    form.get_by_label("Name of the job").fill("Discs")
    form.get_by_role("button", name="Start").click()
    article = drawer.get_by_role("article", name="Discs")
    figure = article.get_by_role("figure", name="What is generated, against disc")
    expect(figure.get_by_role("button")).to_have_count(2)
    expect(article).to_contain_text("noise floor")

    button = figure.get_by_role("button", name=re.compile("^disc"))
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    examples = article.get_by_role("region", name="Examples of disc")
    sheet = examples.get_by_role("img", name="Examples of disc, real and of analytic-disc")
    expect(sheet).to_be_visible()
    assert sheet.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    expect(examples).to_contain_text("real, with it")
    assert_accessible(page, "article")
    # Back to all of them, where loss stands against what classes are like: a point is a class, too.
    examples.get_by_role("button", name="All classes").click()
    article.get_by_text("Outline", exact=True).click()
    points = article.get_by_role("figure", name="More or less than real, against outline")
    expect(points.get_by_role("button")).to_have_count(2)
    assert_accessible(page, "article")
    points.get_by_role("button", name=re.compile("^disc")).click()
    expect(examples).to_be_visible()
    expect(article.get_by_role("link", name="Open the report")).to_have_attribute(
        "href", re.compile("report.html$")
    )


def test_pictures_of_ones_own_are_sent_and_held_against(wend: WendPage) -> None:
    page = wend.page
    form = _ask(page)
    sent: list[FilePayload] = [
        {"name": f"{k}.png", "mimeType": "image/png", "buffer": _grey(50 * k)} for k in range(4)
    ]
    sent.append({"name": "broken.png", "mimeType": "image/png", "buffer": b"none"})
    form.get_by_label("Pictures or a zip to send").set_input_files(sent)
    expect(form.get_by_label("Against")).to_have_value("5 pictures")
    form.get_by_label("Pictures", exact=True).fill("4")
    form.get_by_label("Name of the job").fill("Mine")
    form.get_by_role("button", name="Start").click()
    article = page.get_by_role("article", name="Mine")
    expect(article.get_by_role("figure", name="What is generated, against 5 pictures")).to_be_visible()
    expect(article).to_contain_text("1 file could not be read")
    article.get_by_text("1 file could not be read").click()
    expect(article).to_contain_text("broken.png")


def test_what_a_folder_loses_is_shown_picture_by_picture(wend: WendPage) -> None:
    page = wend.page
    page.keyboard.press("j")
    page.get_by_role("button", name="New job").click()
    page.get_by_role("menuitem").filter(has=page.get_by_text("What vanished", exact=True)).press("Enter")
    form = page.get_by_role("form", name="What vanished")
    sent: list[FilePayload] = [
        {"name": f"{k}.png", "mimeType": "image/png", "buffer": _grey(90 * k)} for k in range(2)
    ]
    sent.append({"name": "broken.png", "mimeType": "image/png", "buffer": b"none"})
    form.get_by_label("Pictures or a zip to send").set_input_files(sent)
    form.get_by_label("Name of the job").fill("Lost")
    form.get_by_role("button", name="Start").click()
    article = page.get_by_role("article", name="Lost")
    expect(article.get_by_role("img", name="1.png, and what was found of it")).to_be_visible()
    expect(article.get_by_role("list", name="Key of the label maps")).to_contain_text("disc")
    expect(article).to_contain_text("1 file was passed over")
    assert_accessible(page, "article")


def _ask(page: Page) -> Locator:
    """The form, from the keyboard."""
    page.keyboard.press("Shift+W")
    return page.get_by_role("form", name="What it cannot draw")


def _grey(level: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 40), (level, 0, 0)).save(buffer, "PNG")
    return buffer.getvalue()


def test_it_is_asked_of_a_model_in_the_list(wend: WendPage) -> None:
    page = wend.page
    page.keyboard.press("g")
    models = page.get_by_role("region", name="Models", exact=True)
    models.get_by_role("button", name=re.compile("^Tiny 16")).click()
    models.get_by_role("button", name="What it cannot draw").click()
    form = page.get_by_role("form", name="What it cannot draw")
    expect(form.get_by_text("Tiny 16", exact=True)).to_be_visible()
