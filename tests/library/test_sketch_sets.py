"""Sketch sets: kept whole, changed by revision, deleted with a way back; drawings of the right kind alone."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from wend.documents.sketch import PosePoint
from wend.errors import (
    DocumentsFull,
    ImageNotFound,
    SketchesTooMany,
    SketchSetChanged,
    SketchSetInvalid,
    SketchSetNotFound,
    StoredSketchesInvalid,
)
from wend.library.images import ImageStore
from wend.library.sketch_sets import MAX_SETS, SketchContent, SketchSets


class Room:
    """A store of images, the sets over it, and drawings made on demand."""

    def __init__(self, folder: Path) -> None:
        self.images = ImageStore(folder / "images")
        self.now = 1000.0
        self.folder = folder / "sketches"
        self.sets = SketchSets(self.folder, self.images, lambda: self.now)

    def drawing(self, number: int) -> str:
        pixels = np.full((64, 64, 1), 255, np.uint8)
        pixels[10 + number % 40, 5:60] = 0
        return self.images.put_pixels(pixels).id

    def content(self, count: int = 1) -> SketchContent:
        return SketchContent(name="Tilted", drawings=tuple(self.drawing(k) for k in range(count)))


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_a_set_comes_back(room: Room) -> None:
    kept = room.sets.add(room.content(3))
    assert room.sets.get(kept.id) == kept
    assert (kept.revision, kept.count, kept.created) == (1, 3, 1000.0)
    assert SketchSets(room.folder, room.images).list() == (kept,)


def test_changes_name_the_revision_they_are_based_on(room: Room) -> None:
    kept = room.sets.add(room.content())
    room.now = 2000.0
    changed = room.sets.change(kept.id, 1, {"name": "Tilted left"})
    assert (changed.name, changed.revision, changed.drawings) == ("Tilted left", 2, kept.drawings)
    assert (changed.created, changed.changed) == (1000.0, 2000.0)
    with pytest.raises(SketchSetChanged):
        room.sets.change(kept.id, 1, {"name": "Lost"})
    assert room.sets.get(kept.id) == changed


def test_a_deleted_set_can_be_restored(room: Room) -> None:
    kept = room.sets.add(room.content())
    room.sets.delete(kept.id)
    assert room.sets.list() == ()
    with pytest.raises(SketchSetNotFound):
        room.sets.delete(kept.id)
    assert room.sets.restore(kept.id) == kept
    assert room.sets.restore(kept.id) == kept


def test_a_set_is_restored_only_where_there_is_room(room: Room) -> None:
    kept = room.sets.add(room.content())
    room.sets.delete(kept.id)
    for number in range(MAX_SETS):
        (room.folder / f"{number:012x}.json").touch()
    with pytest.raises(DocumentsFull):
        room.sets.restore(kept.id)
    (room.folder / f"{0:012x}.json").unlink()
    assert room.sets.restore(kept.id) == kept
    assert room.sets.restore(kept.id) == kept  # it is there: no room is asked for


def test_the_days_of_grace_begin_when_it_is_deleted(room: Room) -> None:
    old, other = room.sets.add(room.content()), room.sets.add(room.content(2))
    room.now += 40 * 24 * 3600.0
    room.sets.delete(old.id)
    room.now += 29 * 24 * 3600.0
    room.sets.delete(other.id)
    room.sets.add(room.content(3))  # whoever adds one sweeps
    assert room.sets.restore(old.id) == old
    room.sets.delete(old.id)
    room.now += 31 * 24 * 3600.0
    room.sets.add(room.content(3))
    for gone in (old, other):
        with pytest.raises(SketchSetNotFound):
            room.sets.restore(gone.id)


def test_no_more_of_the_deleted_are_kept_than_there_may_be_sets(room: Room) -> None:
    kept = room.sets.add(room.content())
    deleted = room.folder / "deleted"
    deleted.mkdir()
    for number in range(MAX_SETS + 3):
        path = deleted / f"{number:012x}.json"
        path.touch()
        os.utime(path, (room.now - number, room.now - number))
    room.sets.add(room.content(2))
    assert sorted(path.stem for path in deleted.iterdir()) == [f"{k:012x}" for k in range(MAX_SETS)]
    assert room.sets.get(kept.id) == kept


def test_what_cannot_be_a_set_is_refused_and_changes_nothing(room: Room) -> None:
    kept = room.sets.add(room.content())
    photo = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(photo, "PNG")
    other = room.images.put(photo.getvalue(), "photo").id
    pose = (PosePoint(name="head", x=0.5, y=0.5),)
    for changes, error in (
        ({"drawings": ()}, SketchSetInvalid),
        ({"drawings": kept.drawings * 31}, SketchesTooMany),
        ({"drawings": ("0" * 64,)}, ImageNotFound),
        ({"drawings": (other,)}, SketchSetInvalid),
        ({"kind": "labels"}, SketchSetInvalid),
        ({"poses": (pose,)}, SketchSetInvalid),
        ({"kind": "pose", "drawings": (), "poses": (pose + pose,)}, SketchSetInvalid),
    ):
        with pytest.raises(error):
            room.sets.change(kept.id, 1, changes)
    assert room.sets.get(kept.id) == kept


def test_poses_and_label_maps_are_kept_too(room: Room) -> None:
    pose = (PosePoint(name="head", x=0.5, y=0.5), PosePoint(name="left eye", x=0.4, y=0.45))
    assert room.sets.add(SketchContent(name="P", kind="pose", poses=(pose,))).poses == (pose,)
    painted = io.BytesIO()
    Image.fromarray(np.array([[0, 3], [5, 0]], np.uint8)).save(painted, "PNG")
    labels = room.images.put(painted.getvalue(), "labels")
    room.sets.add(SketchContent(name="L", kind="labels", drawings=(labels.id,)))
    assert room.images.label_map(labels.id).tolist() == [[0, 3], [5, 0]]


@pytest.mark.parametrize("name", ["", "..", "../images", "0" * 13, "A" * 12])
def test_only_ids_are_looked_up(room: Room, name: str) -> None:
    with pytest.raises(SketchSetNotFound):
        room.sets.get(name)


def test_a_damaged_file_is_said_and_hides_no_other(room: Room) -> None:
    kept = room.sets.add(room.content())
    (room.folder / f"{'0' * 12}.json").write_text("{")
    assert room.sets.list() == (kept,)
    with pytest.raises(StoredSketchesInvalid):
        room.sets.get("0" * 12)
    room.sets.delete("0" * 12)
    with pytest.raises(SketchSetNotFound):
        room.sets.get("0" * 12)


@pytest.mark.parametrize("mode", ["L", "RGB", "P", "LA"])
def test_what_is_drawn_is_kept_as_it_looks(room: Room, mode: str) -> None:
    """Whatever the program behind it writes: grey, colours, a palette with white last, or ink on nothing."""
    pixels = np.full((64, 64), 255, np.uint8)
    pixels[20:24, 10:50] = 0
    grey = Image.fromarray(pixels)
    image = grey.convert(mode)
    if mode == "P":
        image = Image.fromarray(np.where(pixels == 255, 0, 1).astype(np.uint8), "P")
        image.putpalette([255, 255, 255, 0, 0, 0])
    if mode == "LA":
        image = Image.merge("LA", (Image.new("L", (64, 64), 0), Image.fromarray(255 - pixels)))
    file = io.BytesIO()
    image.save(file, "PNG")
    kept = room.images.put_drawn(file.getvalue())
    assert kept.id == room.images.put_pixels(pixels[:, :, None]).id
