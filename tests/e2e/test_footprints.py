"""Sliders that tell what they do: measured while nobody draws, and seen on the page as that arrives."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from playwright.sync_api import expect

from tests.e2e.conftest import TINY, publish_tiny
from tests.e2e.served import Served
from tests.e2e.wend_page import WendPage
from wend.library.models import ModelStore
from wend.library.shelf import Shelf
from wend.library.walk_record import WalkRecord
from wend.methods.discover.job import FAMILIES

# Of the tiny generator: its w, and the rows that it reads.
W_DIM, ROWS = 16, 6


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Served]:
    """A server that measures, which the others leave be; of a generator with layers, with a slider of every
    kind that would be searched for otherwise."""
    publish_tiny(tmp_path / "models" / TINY)
    shelf = Shelf(ModelStore([tmp_path / "models"]), tmp_path / "shelf")
    own = shelf.store.get(TINY).card.hash
    for place, family in enumerate(FAMILIES):
        shelf.save(own, family, [line(family, place, own)])
    server = Served(tmp_path, model=TINY, measures_walks=True)
    server.start()
    yield server
    server.stop()


def line(family: str, place: int, own: str) -> WalkRecord:
    """A slider along one axis of w, as if found with its range."""
    return WalkRecord(
        id=f"{family}/0",
        title=f"Axis {place}",
        method="pca",
        space="w",
        unit="sd",
        layers=(0, ROWS),
        low=-3.0,
        high=3.0,
        psi=1.0,
        strength=0.1,
        generator_hash=own,
        vector=torch.eye(W_DIM)[place % W_DIM],
        unit_length=1.0,
        settings={},
    )


def test_where_a_slider_acts_arrives_by_itself(wend: WendPage) -> None:
    slider = wend.page.locator("[data-walk]").filter(has=wend.page.get_by_role("slider")).first
    truth = slider.get_by_role("button", name=re.compile("^Layers of "))
    # Bars take the place of the sign that stands for what is not measured.
    bars = truth.locator("[aria-hidden=true] > span")
    expect(bars).to_have_count(ROWS)
    truth.hover()
    where = wend.page.get_by_role("img", name=re.compile("^Where it acts: up to [1-9]"))
    expect(where).to_have_attribute("data-drawn", "true")
    expect(wend.page.get_by_text(re.compile(r"^Measured in \d+ pictures of this"))).to_be_visible()
    # A pointer that goes on shuts it again.
    wend.page.mouse.move(5, 5)
    expect(where).to_be_hidden()
