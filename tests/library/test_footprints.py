"""Footprints kept beside the shelf: written and read, bound to the very walk, and damaged ones left out."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.library.test_learned_walks import learned
from wend.errors import AssetNotFound, FileInvalid
from wend.library.footprints import Footprint, FootprintStore, key_of, read_footprint
from wend.library.models import Model

WHERE = np.arange(64, dtype=np.uint8).reshape(8, 8)
FOUND = Footprint(16, 12.5, (1.0, 0.25), 80.0, WHERE, (-2.0, 1.5))


@pytest.fixture
def store(tmp_path: Path) -> FootprintStore:
    return FootprintStore(tmp_path / "shelf")


def test_written_and_read(store: FootprintStore, tiny: Model) -> None:
    walk = learned(tiny)
    assert store.get(tiny.card.hash, walk) is None
    store.save(tiny.card.hash, walk, FOUND)
    found = store.get(tiny.card.hash, walk)
    assert found is not None
    assert (found.pictures, found.change, found.layers, found.most, found.usable) == (
        16, 12.5, (1.0, 0.25), 80.0, (-2.0, 1.5),
    )  # fmt: skip
    assert (found.where == WHERE).all()
    assert store.picture(tiny.card.hash, key_of(walk)).startswith(b"\x89PNG")


def test_it_is_of_this_walk_and_range_alone(store: FootprintStore, tiny: Model) -> None:
    walk = learned(tiny)
    store.save(tiny.card.hash, walk, FOUND)
    assert store.get(tiny.card.hash, replace(walk, title="Renamed", pinned=True)) is not None
    for other in (
        replace(walk, high=walk.high + 1.0),
        replace(walk, psi=walk.psi - 0.1),
        learned(tiny, unit_length=1.0),
    ):
        assert store.get(tiny.card.hash, other) is None
    assert store.get("0" * 64, walk) is None


def test_a_damaged_file_counts_as_none(store: FootprintStore, tiny: Model, tmp_path: Path) -> None:
    walk = learned(tiny)
    store.save(tiny.card.hash, walk, FOUND)
    (path,) = (tmp_path / "shelf").rglob("*.png")
    whole = path.read_bytes()
    for data in (whole[:60], b"", whole.replace(b'"pictures":16', b'"pictures":-1'), b"no picture"):
        path.write_bytes(data)
        with pytest.raises(FileInvalid):
            read_footprint(path)
        assert store.get(tiny.card.hash, walk) is None
    path.unlink()
    path.symlink_to("/etc/passwd")
    assert store.get(tiny.card.hash, walk) is None


@pytest.mark.parametrize("key", ["", "../notes", "0" * 32, "A" * 32])
def test_pictures_are_found_by_key_alone(store: FootprintStore, tiny: Model, key: str) -> None:
    with pytest.raises(AssetNotFound):
        store.picture(tiny.card.hash, key)
