"""A browser, a server and a page for every test; the page must have been built (`make test` does)."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.e2e.served import Served
from tests.e2e.wend_page import PATIENCE_MS, WendPage
from tests.engine.eyes_library import publish_set
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.library.publish import CardText, publish_model
from wend.settings import ROOT

TINY = "tiny-16"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.path).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium is not None, "the browser tests need chromium on PATH"
    assert (ROOT / "frontend" / "dist" / "index.html").is_file(), "build the page first: make build"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def patience() -> None:
    """A busy machine keeps an expectation waiting for as long as it keeps anything else."""
    expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that starts with the disc, whose pictures and walks take a moment to make, and has a
    StyleGAN2 of 16 pixels beside it, without training: noise, but with layers. Networks that have learned
    nothing either look at the disc; nothing looks at the noise."""
    data = tmp_path_factory.mktemp("data")
    publish_tiny(data / "models" / TINY)
    publish_set(data / "perception", "disc")
    server = Served(data, model="analytic-disc")
    server.start()
    yield server
    server.stop()


def publish_tiny(folder: Path) -> None:
    config = StyleGAN2Config(resolution=16, z_dim=16, w_dim=16, channel_base=256, channel_max=16)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = StyleGAN2Generator(config)
    text = CardText(
        title="Tiny 16",
        summary="Not trained.",
        licence="MIT",
        kind="stylegan2",
        config={
            "resolution": 16,
            "z_dim": 16,
            "w_dim": 16,
            "channel_base": 256,
            "channel_max": 16,
        },
    )
    publish_model(folder, text, network.state_dict(), None, None, None)


@pytest.fixture
def site(served: Served) -> Served:
    """The server whose page a test opens; a module with a server of its own names that instead."""
    return served


@pytest.fixture
def open_page(context: BrowserContext, site: Served) -> Iterator[Callable[[str], WendPage]]:
    """Opens the page at a fragment of its address; all are closed, and had no error, at the end."""
    pages: list[WendPage] = []

    def open_at(fragment: str) -> WendPage:
        pages.append(WendPage(context, site.url + fragment))
        return pages[-1]

    yield open_at
    for page in pages:
        page.close()


@pytest.fixture
def wend(open_page: Callable[[str], WendPage]) -> WendPage:
    """The page as on a first visit, with its picture there."""
    page = open_page("")
    page.wait_for_picture()
    return page
