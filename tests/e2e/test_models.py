"""A checkpoint dropped on the page becomes a model that is used at once."""

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import assert_accessible
from tests.e2e.wend_page import WendPage
from tests.formats import nvidia_files
from tests.generators.conftest import SMALL, disturb
from wend.generators.stylegan2 import StyleGAN2Generator


@pytest.fixture(scope="module")
def checkpoint() -> bytes:
    """An untrained StyleGAN2 as NVIDIA's program stores one."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        network = StyleGAN2Generator(SMALL)
    disturb(network)
    network.eval().requires_grad_(False)
    return nvidia_files.snapshot(nvidia_files.generator(network), None)


def test_a_dropped_checkpoint_gets_sliders(wend: WendPage, checkpoint: bytes) -> None:
    page = wend.page
    wend.drop("my faces.pkl", checkpoint)
    row = page.locator('[data-upload="my faces.pkl"]')
    expect(row.get_by_role("progressbar")).to_be_visible()
    expect(row).to_have_attribute("data-phase", "done")
    with wend.change():
        row.get_by_role("button", name="Use it").click()
    report = page.get_by_role("article", name="Model my-faces")
    expect(report).to_contain_text("NVIDIA StyleGAN2-ADA")
    expect(report).to_contain_text("No encoder")
    assert_accessible(page, '[aria-label="Models"]')
    page.keyboard.press("g")
    slider = page.get_by_role("slider", name="Component 1").first
    slider.wait_for()
    before = wend.pixels
    with wend.change():
        wend.drag(slider, 0.5, 0.9, moves=8)
    assert wend.pixels != before
