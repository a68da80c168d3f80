"""Sliders that nobody chose leave the shelf, the oldest first; chosen ones stay."""

import os
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.engine.library import build_library
from wend.library.named_families import named_families
from wend.library.shelf import Shelf
from wend.methods.region.families import FAMILY_PREFIX, KEPT_FAMILIES, prune_families

NUMBER = KEPT_FAMILIES + 6


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """With more region families than stay, `region-00000000` the oldest."""
    store, shelf = build_library(tmp_path)
    generator_hash = store.get("tiny").card.hash
    walk = shelf.get("tiny", "test/0")
    for index in range(NUMBER):
        family = f"region-{index:08x}"
        shelf.save(generator_hash, family, [replace(walk, id=f"{family}/a")])
        path = shelf.folder / generator_hash / f"{family}.safetensors"
        os.utime(path, (1e9 + index, 1e9 + index))
    return shelf


def prune(shelf: Shelf, *spared: str, named: Callable[[], Collection[str]] = frozenset) -> set[int]:
    """Which families are there afterwards, by number."""
    prune_families(shelf, shelf.store.get("tiny").card.hash, spared, named)
    there = {record.family for record in shelf.walks("tiny")}
    assert "test" in there
    return {int(family[7:], 16) for family in there if family != "test"}


def test_the_oldest_leave_first(shelf: Shelf) -> None:
    assert prune(shelf) == set(range(6, NUMBER))


def test_what_is_pinned_renamed_or_in_use_stays(shelf: Shelf) -> None:
    shelf.mark("tiny", "region-00000000/a", pinned=True)
    shelf.mark("tiny", "region-00000001/a", title="Smile")
    shelf.mark("tiny", "region-00000003/a", hidden=True)
    assert prune(shelf, "region-00000002") == {0, 1, 2, *range(6, NUMBER)}
    assert shelf.get("tiny", "region-00000001/a").title == "Smile"
    notes = (shelf.folder / shelf.store.get("tiny").card.hash / "notes.json").read_text()
    assert "region-00000003" not in notes


def test_a_few_all_stay(shelf: Shelf) -> None:
    prune(shelf)
    assert prune(shelf) == set(range(6, NUMBER))


def test_what_saved_documents_name_stays_and_all_does_where_that_is_not_known(
    shelf: Shelf, tmp_path: Path
) -> None:
    path = tmp_path / "wend.db"
    path.write_bytes(b"no database")
    assert prune(shelf, named=partial(named_families, path, FAMILY_PREFIX)) == set(range(NUMBER))
    assert prune(shelf, named=lambda: {"region-00000003"}) == {3, *range(6, NUMBER)}
