"""How near a model is to its world: asked from the keyboard and from the drawer of models, and looked at."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.axe import assert_accessible
from tests.e2e.served import Served
from tests.e2e.wend_page import WendPage
from tests.measure.blind_set import publish_blind_set
from wend.library.publish import publish_world
from wend.worlds.portraits import Portraits

SMALL = "small-portraits"
JOB_MS = 300_000


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Portraits drawn by formula at 32 pixels, networks that see little of them, and discs that none sees."""
    data = tmp_path_factory.mktemp("nearness")
    publish_world(data / "models" / SMALL, "portraits", 32)
    publish_blind_set(data / "perception", Portraits())
    server = Served(data, model=SMALL)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def site(gallery: Served) -> Served:
    return gallery


def _panel(wend: WendPage) -> Locator:
    return wend.page.get_by_role("article", name="How near is it to its world?")


def test_a_model_is_held_against_its_world(wend: WendPage) -> None:
    page = wend.page
    page.keyboard.press("Shift+Y")
    panel = _panel(wend)
    panel.get_by_label("Pictures", exact=True).fill("50")
    panel.get_by_label("Pictures", exact=True).press("Enter")
    panel.get_by_role("button", name="Measure it").click()
    expect(panel.get_by_role("progressbar")).to_be_visible()
    expect(panel.get_by_text(re.compile("lie among the world’s"))).to_be_visible(timeout=JOB_MS)
    expect(panel.get_by_text("50 pictures at ψ 1 beside 50 of portraits")).to_be_visible()
    for section in ("Pictures", "Labels", "Reach", "Factors"):
        expect(panel.get_by_role("region", name=section, exact=True)).to_be_visible()
    sheet = panel.get_by_role("img", name="First pictures: model")
    assert sheet.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 8 * 32
    assert_accessible(page, "article")
    with page.expect_download() as download:
        panel.get_by_role("link", name=re.compile("^Report")).click()
    html = download.value.path().read_text(encoding="utf-8")
    assert f"{SMALL} beside its world" in html
    assert "http://" not in html.replace("http://www.w3.org/", "")


def test_what_no_network_looks_at_is_told(wend: WendPage) -> None:
    page = wend.page
    page.keyboard.press("g")
    models = page.get_by_role("region", name="Models", exact=True)
    models.get_by_role("button", name=re.compile("^Disc, analytic")).click()
    models.get_by_role("button", name="How near is it to its world?").click()
    panel = _panel(wend)
    panel.get_by_role("button", name="Measure it").click()
    expect(panel.get_by_role("alert")).to_contain_text("There is no perception set 'disc'")
