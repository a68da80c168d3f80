"""Jobs in the page: a walk learned from the form, watched, paused, taken up, and measured to its limits."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.axe import assert_accessible
from tests.e2e.served import Served
from tests.e2e.wend_page import PATIENCE_MS, WendPage
from tests.measure.blind_set import publish_blind_set
from wend.library.publish import publish_world
from wend.worlds.portraits import Portraits

SMALL = "small"
# Long enough to be caught at work, short enough to wait for.
SAMPLES = "240"
JOB_MS = 240_000

# Fewer seeds than the page asks for by itself, which it then does not do.
_MEASURE_BRIEFLY = """(walk) => fetch('/api/jobs', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({
    kind: 'limits',
    params: { model: 'small', walk, seeds: 20, steps: 4, world_pictures: 50 },
  }),
})"""

# What a test leaves at work would keep the next one waiting.
_CLEAR_AWAY = """async () => {
  const { jobs } = await (await fetch('/api/jobs')).json();
  for (const { id } of jobs) await fetch(`/api/jobs/${id}`, { method: 'DELETE' });
}"""


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with portraits drawn by formula at 32 pixels, and networks that see little of them."""
    data = tmp_path_factory.mktemp("jobs")
    publish_world(data / "models" / SMALL, "portraits", 32)
    publish_blind_set(data / "perception", Portraits())
    server = Served(data, model=SMALL)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def site(workshop: Served) -> Served:
    return workshop


@pytest.fixture(autouse=True)
def clear_away(wend: WendPage) -> Iterator[None]:
    yield
    wend.page.evaluate(_CLEAR_AWAY)


def drawer(page: Page) -> Locator:
    return page.get_by_role("region", name="Jobs", exact=True)


def row(page: Page, title: str) -> Locator:
    return drawer(page).get_by_role("listitem").filter(has_text=title).first


def choose(page: Page, field: str, option: str) -> None:
    page.get_by_role("combobox", name=field, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def start_walk(page: Page, title: str, samples: str) -> Locator:
    """Fills the form in as a person would, and returns the row of the job."""
    page.keyboard.press("Shift+J")
    form = drawer(page).get_by_role("form", name="Learn a walk")
    expect(form).to_be_visible()
    choose(page, "Edit", "luminance")
    form.get_by_label("Samples").fill(samples)
    form.get_by_label("Name of the job").fill(title)
    form.get_by_role("button", name="Start").click()
    return row(page, title)


def cancel(job: Locator, title: str) -> None:
    """As a person would: what has run for a minute asks once more."""
    job.get_by_role("button", name=f"Cancel {title}").click()
    question = job.get_by_role("button", name="Cancel it")
    expect(question.or_(job.get_by_role("button", name=f"Delete {title}"))).to_be_visible()
    if question.is_visible():
        question.click()


def test_an_empty_drawer_says_what_a_job_is(wend: WendPage) -> None:
    wend.page.keyboard.press("j")
    expect(drawer(wend.page)).to_contain_text("Nothing is at work")
    expect(drawer(wend.page).get_by_role("button", name="Learn a walk")).to_be_enabled()
    wend.page.keyboard.press("Escape")
    expect(drawer(wend.page)).to_have_count(0)
    expect(wend.page.locator("#jobs-button")).to_be_focused()


def test_settings_that_cannot_be_are_told_beside_their_field(wend: WendPage) -> None:
    page = wend.page
    page.keyboard.press("Shift+J")
    form = drawer(page).get_by_role("form", name="Learn a walk")
    form.get_by_label("Samples").fill("0")
    expect(form).to_contain_text("Samples must be at least 1 pictures.")
    form.get_by_role("button", name="Start").click()
    expect(form).to_contain_text("One setting needs a look.")
    expect(form.get_by_label("Samples")).to_be_focused()


@pytest.mark.timeout(900)
def test_a_walk_is_learned_watched_reloaded_paused_used_and_measured(wend: WendPage) -> None:
    page = wend.page
    job = start_walk(page, "Brighter", SAMPLES)
    expect(job).to_have_attribute("data-state", "running")
    article = drawer(page).get_by_role("article", name="Brighter")
    preview = article.get_by_role("img", name="Newest pictures of Brighter")
    expect(preview).to_be_visible(timeout=PATIENCE_MS)
    assert preview.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0

    losses = article.get_by_role("img", name=re.compile("^Losses"))
    expect(losses).to_be_visible()

    job.get_by_role("button", name="Pause Brighter").click()
    expect(job).to_have_attribute("data-state", "paused")
    page.reload()
    wend.wait_for_picture()
    # What was open is open again, and nothing was lost.
    expect(job).to_have_attribute("data-state", "paused")
    expect(losses).to_be_visible()
    expect(preview).to_be_visible()

    job.get_by_role("button", name="Resume Brighter").click()
    expect(job).to_have_attribute("data-state", re.compile("running|done"))
    page.reload()
    expect(job).to_have_attribute("data-state", "done", timeout=JOB_MS)
    expect(article.get_by_role("heading", name="Files")).to_be_visible()

    article.get_by_role("button", name="Use it").click()
    expect(drawer(page)).to_have_count(0)
    slider = page.locator("[data-walk^='steer-luminance-'] [role=slider]").first
    expect(slider).to_be_focused()
    with wend.change():
        page.keyboard.press("End")
    assert wend.pixels == wend.expected_pixels
    edits = wend.document["picture"]["edits"]
    assert isinstance(edits, list)
    assert [edit["walk"].split("-")[:2] for edit in edits] == [["steer", "luminance"]]

    page.evaluate(_MEASURE_BRIEFLY, edits[0]["walk"])
    page.keyboard.press("h")
    limits = drawer(page).get_by_role("article", name=re.compile("^Limits of"))
    expect(limits.get_by_role("list", name="Strengths of the walk")).to_be_visible(timeout=JOB_MS)
    strip = limits.get_by_role("img", name="Some seeds at every strength, from least to most")
    assert strip.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    assert_accessible(page, "article")
    charts = limits.get_by_role("figure").get_by_role("img").all()
    assert len(charts) >= 4
    with page.context.expect_page() as opened:
        limits.get_by_role("link", name="Open the report in a new tab").click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("How far")
    opened.value.close()


def test_a_job_is_renamed_noted_cancelled_and_deleted(wend: WendPage) -> None:
    page = wend.page
    job = start_walk(page, "Not this", "1000000")
    expect(job).to_have_attribute("data-state", "running")
    article = drawer(page).get_by_role("article")
    article.get_by_role("textbox", name="Notes").fill("too long")
    article.get_by_role("textbox", name="Title").fill("Nor that")
    article.get_by_role("textbox", name="Title").press("Enter")
    job = row(page, "Nor that")
    cancel(job, "Nor that")
    expect(job).to_have_attribute("data-state", "cancelled")
    page.reload()
    expect(drawer(page).get_by_role("article").get_by_role("textbox", name="Notes")).to_have_value("too long")
    job.get_by_role("button", name="Delete Nor that").click()
    job.get_by_role("button", name="Delete", exact=True).click()
    expect(job).to_have_count(0)


def test_a_second_browser_sees_the_same_jobs(
    wend: WendPage, context: BrowserContext, workshop: Served
) -> None:
    job = start_walk(wend.page, "For all", "1000000")
    expect(job).to_have_attribute("data-state", "running")
    other = WendPage(context, workshop.url)
    other.wait_for_picture()
    expect(drawer(other.page)).to_be_visible()
    theirs = row(other.page, "For all")
    cancel(theirs, "For all")
    expect(job).to_have_attribute("data-state", "cancelled")
    other.close()
