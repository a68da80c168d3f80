"""Blends in the page: old to new, two children in w, keyframes of both, and the animation as a file."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import av
import pytest
from playwright.sync_api import expect

from tests.e2e.axe import assert_accessible
from tests.e2e.conftest import TINY, publish_tiny
from tests.e2e.served import Served
from tests.e2e.wend_page import WendPage
from tests.pictures.children import publish_child
from wend.library.models import ModelStore
from wend.library.shelf import Shelf

FPS = 24


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with a model and two children of it: other mappings before the same synthesis network."""
    data = tmp_path_factory.mktemp("data")
    publish_tiny(data / "models" / TINY)
    shelf = Shelf(ModelStore([data / "models"]), data / "shelf")
    for seed, child in enumerate(("bent", "odd")):
        publish_child(shelf, TINY, child, seed=seed)
    server = Served(data, model=TINY)
    server.start()
    yield server
    server.stop()


def blend(wend: WendPage) -> object:
    return wend.document["picture"]["model_blend"]


def live_weights(wend: WendPage) -> list[float]:
    """Shares of the other model in the pictures that were asked for live."""
    asked = [message for message in wend.sent if message["type"] == "render" and message["quality"] == "live"]
    blends = [message["picture"]["model_blend"] for message in asked if isinstance(message["picture"], dict)]
    return [float(found["weight"]) for found in blends if found is not None]


def test_old_to_new_and_two_children_in_an_animation(
    open_page: Callable[[str], WendPage], tmp_path: Path
) -> None:
    wend = open_page("")
    wend.wait_for_picture()
    page, old = wend.page, wend.pixels
    old_to_new = wend.slider("Old to new: Tiny 16 to Tiny 16, nudged to bent")
    with wend.change():
        wend.drag(old_to_new, 0.02, 0.5, moves=10)
    # Asked for while the hand moves; how many are drawn meanwhile is the machine's.
    assert any(0.0 < weight < 0.5 for weight in live_weights(wend))
    assert wend.pixels == wend.expected_pixels != old
    assert_accessible(page, '[aria-label="Blend of models"]')
    with wend.change():
        old_to_new.press("End")
    assert blend(wend) == {"model": "bent", "weight": 1.0, "how": "weights"}
    new = wend.pixels
    with wend.change():
        page.keyboard.press("Control+z")
    assert wend.pixels not in (old, new)

    # The child itself draws what the slider's end does, of the same seed.
    page.get_by_role("button", name="Model: Tiny 16").press("Enter")
    with wend.change():
        page.get_by_role("menuitem", name="nudged to bent").press("Enter")
    assert wend.document["picture"]["model"] == "bent"
    assert wend.pixels == new
    page.get_by_role("button", name="Blend with: Tiny 16").press("Enter")
    page.get_by_role("menuitem", name="nudged to odd").press("Enter")
    expect(page.get_by_role("menu")).to_have_count(0)
    page.get_by_role("radio", name="w", exact=True).press("Space")
    page.keyboard.press("k")
    between = wend.slider("Blend: Tiny 16, nudged to bent to Tiny 16, nudged to odd")
    with wend.change():
        between.press("End")
    assert blend(wend) == {"model": "odd", "weight": 1.0, "how": "w"}
    page.keyboard.press("k")
    cards = page.get_by_role("list", name="Keyframes", exact=True).get_by_role("listitem")
    expect(cards).to_have_count(2)

    page.keyboard.press("Shift+E")
    drawer = page.get_by_role("region", name="Timeline", exact=True)
    drawer.get_by_role("form", name="Export").get_by_role("button", name="Export MP4").click()
    with page.expect_download() as download:
        drawer.get_by_role("link", name="Download").click()
    path = tmp_path / "blend.mp4"
    download.value.save_as(path)
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(frames) == FPS
    steps = [abs(a.astype(int) - b.astype(int)).mean() for a, b in pairwise(frames)]
    # From one child to the other little by little, never at once.
    assert abs(frames[0].astype(int) - frames[-1].astype(int)).mean() > 2.0 * max(steps)
