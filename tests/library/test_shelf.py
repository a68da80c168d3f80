"""The shelf: walks come back as they were saved, follow the weights, and shipped ones are never written."""

import logging
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.library.conftest import card_text, networks
from wend.errors import ModelNotFound, WalkNotFound
from wend.library.models import Model, ModelStore
from wend.library.publish import publish_model
from wend.library.shelf import Shelf
from wend.library.walk_file import pack_family, read_family, write_family
from wend.library.walk_record import WalkFamily, WalkRecord


def _record(model: Model, walk_id: str, index: int = 0) -> WalkRecord:
    return WalkRecord(
        id=walk_id,
        title=f"Component {index}",
        method="pca",
        space="w",
        unit="sd",
        layers=(0, 2),
        low=-2.5,
        high=3.25,
        psi=0.7,
        strength=0.125,
        generator_hash=model.card.hash,
        vector=torch.eye(5)[index],
        unit_length=1.75,
        settings={"samples": 10, "share": 0.5, "note": "x"},
    )


def _same(a: WalkRecord, b: WalkRecord) -> bool:
    empty = torch.zeros(0)
    return (
        torch.equal(a.vector, b.vector)
        and replace(a, vector=empty).__repr__() == replace(b, vector=empty).__repr__()
    )


@pytest.fixture
def shelf(tiny: Model, root: Path, tmp_path: Path) -> Shelf:
    """An empty shelf for the tiny model."""
    return Shelf(ModelStore([root]), tmp_path / "shelf")


def test_round_trip(shelf: Shelf, tiny: Model) -> None:
    assert shelf.walks("tiny") == ()
    assert not shelf.has("tiny", "pca-w")
    records = [_record(tiny, f"pca-w/{k}", k) for k in range(3)]
    shelf.save(tiny.card.hash, "pca-w", records)
    shelf.save(tiny.card.hash, "sefa-all", [])
    assert shelf.has("tiny", "pca-w")
    assert shelf.has("tiny", "sefa-all")
    assert all(_same(a, b) for a, b in zip(shelf.walks("tiny"), records, strict=True))
    assert _same(shelf.get("tiny", "pca-w/1"), records[1])


def test_direction_moves_its_rows(shelf: Shelf, tiny: Model) -> None:
    ws = torch.zeros(1, 4, 5)
    moved = _record(tiny, "pca-w/1", 1).walk.apply(ws, 2.0)
    assert moved[0, :, 1].tolist() == [3.5, 3.5, 0.0, 0.0]
    assert float(moved.abs().sum()) == 7.0


def test_walks_of_one_generator_are_not_saved_as_anothers(shelf: Shelf, tiny: Model) -> None:
    with pytest.raises(AssertionError):
        shelf.save("0" * 64, "pca-w", [_record(tiny, "pca-w/1")])
    assert not shelf.folder.exists()


@pytest.mark.parametrize("walk_id", ["pca-w/9", "pca-w", "", "/", "../pca-w/1", "other/1", "pca-w/1/1"])
def test_unknown_walks(shelf: Shelf, tiny: Model, walk_id: str) -> None:
    shelf.save(tiny.card.hash, "pca-w", [_record(tiny, "pca-w/1")])
    with pytest.raises(WalkNotFound):
        shelf.get("tiny", walk_id)
    with pytest.raises(ModelNotFound):
        shelf.walks("gone")


def test_walks_of_other_weights_are_left_out(shelf: Shelf, tiny: Model) -> None:
    shelf.save(tiny.card.hash, "pca-w", [_record(tiny, "pca-w/1")])
    write_family(
        tiny.folder / "walks" / "sefa-all.safetensors",
        WalkFamily(tiny.card.hash, (_record(tiny, "sefa-all/1"),)),
    )
    assert len(shelf.walks("tiny")) == 2
    publish_model(tiny.folder, card_text(), networks(seed=1)[0], None, None, None)
    assert shelf.walks("tiny") == ()
    assert not shelf.has("tiny", "sefa-all")
    publish_model(tiny.folder, card_text(), networks()[0], None, None, None)
    assert len(shelf.walks("tiny")) == 2


def test_shipped_walks_are_read_and_never_written(shelf: Shelf, tiny: Model) -> None:
    path = tiny.folder / "walks" / "pca-w.safetensors"
    write_family(path, WalkFamily(tiny.card.hash, (_record(tiny, "pca-w/1"), _record(tiny, "pca-w/2", 1))))
    before = path.read_bytes()
    assert shelf.has("tiny", "pca-w")
    assert len(shelf.walks("tiny")) == 2
    shelf.save(tiny.card.hash, "pca-w", [replace(_record(tiny, "pca-w/1"), title="Found here")])
    assert path.read_bytes() == before
    # A family found here stands before the shipped one.
    assert [record.title for record in shelf.walks("tiny")] == ["Found here"]


def test_saving_is_seen_by_another_shelf_and_leaves_no_scraps(shelf: Shelf, tiny: Model) -> None:
    other = Shelf(shelf.store, shelf.folder)
    assert other.walks("tiny") == ()
    shelf.save(tiny.card.hash, "pca-w", [_record(tiny, "pca-w/1")])
    assert len(other.walks("tiny")) == 1
    shelf.save(tiny.card.hash, "pca-w", [_record(tiny, "pca-w/1"), _record(tiny, "pca-w/2", 1)])
    assert len(other.walks("tiny")) == 2
    assert [path.name for path in (shelf.folder / tiny.card.hash).iterdir()] == ["pca-w.safetensors"]


def test_readers_never_see_half_a_file(shelf: Shelf, tiny: Model) -> None:
    path = shelf.folder / tiny.card.hash / "pca-w.safetensors"
    families = [[_record(tiny, f"pca-w/{k}", k) for k in range(count)] for count in (1, 5)]
    shelf.save(tiny.card.hash, "pca-w", families[0])
    stop, seen = threading.Event(), set[int]()

    def read() -> None:
        while not stop.is_set():
            seen.add(len(read_family(path).records))

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(40):
        shelf.save(tiny.card.hash, "pca-w", families[turn % 2])
    stop.set()
    reader.join()
    assert seen <= {1, 5}


@pytest.mark.parametrize("content", [b"", b"\xff" * 100])
def test_a_damaged_family_is_reported_and_can_be_found_again(
    shelf: Shelf, tiny: Model, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.save(tiny.card.hash, "pca-w", [_record(tiny, "pca-w/1")])
    shelf.save(tiny.card.hash, "sefa-all", [_record(tiny, "sefa-all/1")])
    (shelf.folder / tiny.card.hash / "pca-w.safetensors").write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert [record.id for record in shelf.walks("tiny")] == ["sefa-all/1"]
    assert "pca-w" in caplog.text
    assert not shelf.has("tiny", "pca-w")
    shelf.save(tiny.card.hash, "pca-w", [_record(tiny, "pca-w/1")])
    assert shelf.has("tiny", "pca-w")


@pytest.mark.parametrize(
    "change",
    [
        {"low": float("nan")},
        {"high": float("inf")},
        {"low": 4.0, "high": -4.0},
        {"unit_length": float("inf")},
        {"psi": "high"},
        {"strength": None},
        {"space": "x"},
        {"layers": (2, 2)},
        {"layers": (-1, 2)},
        {"layers": (0, 5)},
        {"layers": (0, 1000)},
        {"id": "sefa-all/1"},
        {"id": "pca-w"},
        {"title": 7},
        {"generator_hash": "0" * 64},
        {"settings": {"a": [1]}},
        {"vector": torch.full((5,), float("nan"))},
        {"vector": torch.zeros(5)},
        {"vector": torch.eye(6)[0]},
        {"vector": torch.tensor(1.0)},
    ],
    ids=str,
)
def test_dropped_walks_that_make_no_sense_are_skipped(
    shelf: Shelf,
    tiny: Model,
    change: dict[str, Any],  # Any: values of every field
    caplog: pytest.LogCaptureFixture,
) -> None:
    bad = replace(_record(tiny, "pca-w/1"), **change)
    path = tiny.folder / "walks" / "pca-w.safetensors"
    path.parent.mkdir()
    path.write_bytes(pack_family(WalkFamily(tiny.card.hash, (bad,))))
    shelf.save(tiny.card.hash, "sefa-all", [_record(tiny, "sefa-all/1")])
    with caplog.at_level(logging.WARNING):
        assert [record.id for record in shelf.walks("tiny")] == ["sefa-all/1"]
    assert "pca-w" in caplog.text
    with pytest.raises(WalkNotFound):
        shelf.get("tiny", "pca-w/1")


def test_a_linked_folder_of_walks_is_not_followed(shelf: Shelf, tiny: Model, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    write_family(outside / "pca-w.safetensors", WalkFamily(tiny.card.hash, (_record(tiny, "pca-w/1"),)))
    (tiny.folder / "walks").symlink_to(outside)
    assert shelf.walks("tiny") == ()


def test_links_are_not_followed(shelf: Shelf, tiny: Model, tmp_path: Path) -> None:
    outside = tmp_path / "outside.safetensors"
    write_family(outside, WalkFamily(tiny.card.hash, (_record(tiny, "pca-w/1"),)))
    (tiny.folder / "walks").mkdir()
    (tiny.folder / "walks" / "pca-w.safetensors").symlink_to(outside)
    assert shelf.walks("tiny") == ()
