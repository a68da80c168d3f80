"""Notes on walks: names, pins, hiding and measured zones, beside the walks; and walks that come and go."""

import json
import logging
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.library.conftest import card_text, networks
from tests.library.test_learned_walks import WIDTH, learned, stepped
from wend.errors import DiskFull, WalkInvalid, WalkNotFound, WalkShipped
from wend.library.models import Model, ModelStore
from wend.library.publish import publish_model
from wend.library.shelf import Shelf, is_foreign
from wend.library.walk_file import write_family
from wend.library.walk_record import WalkFamily

FAMILY = "steer-zoom-abc123"
ID = f"{FAMILY}/zoom"
SHIPPED = "steer-x-000000/x"


@pytest.fixture
def shelf(tiny: Model, root: Path, tmp_path: Path) -> Shelf:
    """A learned walk, and another that came with the model."""
    shelf = Shelf(ModelStore([root]), tmp_path / "shelf")
    shelf.save(tiny.card.hash, FAMILY, [learned(tiny)])
    shipped = WalkFamily(tiny.card.hash, (learned(tiny, SHIPPED),))
    write_family(tiny.folder / "walks" / "steer-x-000000.safetensors", shipped)
    return shelf


@pytest.fixture
def other(root: Path) -> Model:
    """A model of the same latent size with other weights."""
    return publish_model(root / "other", card_text("Other"), networks(seed=1)[0], None, None, None)


@pytest.mark.parametrize("walk_id", [ID, SHIPPED])
def test_names_pins_and_hiding(shelf: Shelf, tiny: Model, walk_id: str) -> None:
    files = {path: path.read_bytes() for path in shelf.folder.parent.rglob("*.safetensors")}
    assert shelf.mark("tiny", walk_id, title="Nearer", pinned=True).title == "Nearer"
    marked = shelf.mark("tiny", walk_id, hidden=True)
    assert (marked.title, marked.pinned, marked.hidden) == ("Nearer", True, True)
    assert shelf.get("tiny", walk_id) == marked
    again = Shelf(shelf.store, shelf.folder).mark("tiny", walk_id, title="", pinned=False, hidden=False)
    assert (again.title, again.pinned, again.hidden) == ("Zoom", False, False)
    assert {path: path.read_bytes() for path in files} == files, "a walk's file was changed"


def test_zones_are_those_of_the_very_walk(shelf: Shelf, tiny: Model) -> None:
    assert shelf.annotate("tiny", ID, (-0.5, 0.75), None).reachable == (-0.5, 0.75)
    assert shelf.annotate("tiny", SHIPPED, None, (-1.0, 2.0)).saturated == (-1.0, 2.0)
    shelf.mark("tiny", ID, title="Nearer")
    assert shelf.get("tiny", ID).reachable == (-0.5, 0.75)
    # Learned anew under the same id: the old zones tell nothing of it, the name stays.
    shelf.save(tiny.card.hash, FAMILY, [learned(tiny, unit_length=1.0)])
    anew = shelf.get("tiny", ID)
    assert (anew.reachable, anew.title) == (None, "Nearer")


def test_unknown_walks_get_no_notes(shelf: Shelf) -> None:
    for act in (
        lambda: shelf.mark("tiny", "steer-zoom-abc123/9", hidden=True),
        lambda: shelf.annotate("tiny", "x/1", None, None),
        lambda: shelf.delete("tiny", "x/1"),
    ):
        with pytest.raises(WalkNotFound):
            act()


def test_many_hands_lose_no_note(shelf: Shelf, tiny: Model) -> None:
    walks = [learned(tiny, f"{FAMILY}/{k}") for k in range(8)]
    shelf.save(tiny.card.hash, FAMILY, walks)
    others = [Shelf(shelf.store, shelf.folder) for _ in walks]
    threads = [
        threading.Thread(target=other.mark, args=("tiny", walk.id), kwargs={"title": f"of {walk.key}"})
        for other, walk in zip(others, walks, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {walk.title for walk in shelf.walks("tiny")} == {"Zoom", *(f"of {k}" for k in range(8))}


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"format": 2, "walks": {}}',
        '{"walks": {"a/1": {"title": ""}}}',
        '{"walks": {"a/1": {"reachable": [NaN, 1]}}}',
        '{"walks": {"a/1": {"unknown": 1}}}',
    ],
)
def test_damaged_notes_keep_no_walk_away(
    shelf: Shelf, tiny: Model, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = shelf.folder / tiny.card.hash / "notes.json"
    path.write_text(text)
    with caplog.at_level(logging.WARNING):
        assert len(shelf.walks("tiny")) == 2
    assert "notes" in caplog.text
    assert shelf.mark("tiny", ID, pinned=True).pinned
    assert path.with_name("notes.json.damaged").read_text() == text
    assert json.loads(path.read_text())["walks"] == {ID: {"pinned": True}}


def test_linked_notes_are_not_followed(shelf: Shelf, tiny: Model, tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    outside.write_text(json.dumps({"walks": {ID: {"title": "Elsewhere"}}}))
    path = shelf.folder / tiny.card.hash / "notes.json"
    path.symlink_to(outside)
    assert shelf.get("tiny", ID).title == "Zoom"
    shelf.mark("tiny", ID, hidden=True)
    assert "hidden" not in outside.read_text()


def test_a_full_disk_leaves_what_was(shelf: Shelf, tiny: Model, tmp_path: Path) -> None:
    blocked = Shelf(shelf.store, tmp_path / "file")
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(DiskFull):
        blocked.save(tiny.card.hash, FAMILY, [learned(tiny)])
    with pytest.raises(DiskFull):
        blocked.mark("tiny", SHIPPED, hidden=True)
    assert (tmp_path / "file").read_text() == "no folder"


def test_walks_found_here_can_go_and_shipped_ones_stay(shelf: Shelf, tiny: Model) -> None:
    shelf.save(tiny.card.hash, "pca-w", [learned(tiny, "pca-w/1"), learned(tiny, "pca-w/2", layers=(0, 2))])
    shelf.mark("tiny", "pca-w/1", title="Gone soon")
    shelf.delete("tiny", "pca-w/1")
    assert [walk.id for walk in shelf.walks("tiny")] == ["pca-w/2", SHIPPED, ID]
    shelf.delete("tiny", "pca-w/2")
    assert shelf.has("tiny", "pca-w"), "what was looked for would be looked for again"
    with pytest.raises(WalkShipped):
        shelf.delete("tiny", SHIPPED)
    assert shelf.is_shipped("tiny", SHIPPED)
    assert not shelf.is_shipped("tiny", ID)


def test_a_deleted_walk_can_be_brought_back(shelf: Shelf, tiny: Model) -> None:
    record = replace(shelf.get("tiny", ID), title="Nearer")
    shelf.delete("tiny", ID)
    (back,) = shelf.bring("tiny", WalkFamily(tiny.card.hash, (record,)))
    assert back.id == ID
    assert shelf.get("tiny", ID).title == "Nearer"
    assert not is_foreign(back, tiny)
    # Once more is once too often, and changes nothing.
    (again,) = shelf.bring("tiny", WalkFamily(tiny.card.hash, (record,)))
    assert again.id == ID
    assert len(shelf.walks("tiny")) == 2


def test_another_walk_of_the_same_id_gets_a_number(shelf: Shelf, tiny: Model) -> None:
    (added,) = shelf.bring("tiny", WalkFamily(tiny.card.hash, (learned(tiny, unit_length=9.0),)))
    assert added.id == f"{FAMILY}/zoom-2"
    assert shelf.get("tiny", ID).unit_length == 2.0
    assert shelf.get("tiny", added.id).unit_length == 9.0


def test_walks_of_another_generator_come_as_such(shelf: Shelf, tiny: Model, other: Model) -> None:
    (added,) = shelf.bring("other", WalkFamily(tiny.card.hash, (stepped(tiny),)))
    assert added.id == f"from-{tiny.card.hash[:6]}-{FAMILY}/zoom"
    found = shelf.get("other", added.id)
    assert is_foreign(found, other)
    assert not is_foreign(shelf.get("tiny", ID), tiny)
    assert found.generator_hash == tiny.card.hash
    shelf.delete("other", added.id)
    assert shelf.walks("other") == ()


def test_families_that_are_searched_for_are_not_brought_as_found(shelf: Shelf, tiny: Model) -> None:
    (added,) = shelf.bring("tiny", WalkFamily(tiny.card.hash, (learned(tiny, "pca-w/1"),)), avoid=("pca-w",))
    assert added.id == "brought-pca-w/1"
    assert not shelf.has("tiny", "pca-w")
    (beside,) = shelf.bring("tiny", WalkFamily(tiny.card.hash, (learned(tiny, SHIPPED, unit_length=1.0),)))
    assert beside.id == f"brought-{SHIPPED}"
    assert shelf.is_shipped("tiny", SHIPPED)


def test_walks_that_do_not_fit_are_refused_whole(shelf: Shelf, tiny: Model, other: Model) -> None:
    fits, wide = learned(tiny), learned(tiny, f"{FAMILY}/wide", vector=learned(tiny).vector[:, : WIDTH - 1])
    with pytest.raises(WalkInvalid, match="latent size than the model's 5"):
        shelf.bring("other", WalkFamily(tiny.card.hash, (fits, wide)))
    assert shelf.walks("other") == ()
