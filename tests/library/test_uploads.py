"""Uploads on disk: parts in order, whole or not there, swept when nobody goes on with them."""

import hashlib
import os
import threading
from pathlib import Path

import pytest

from wend.errors import (
    DiskFull,
    FormatDamaged,
    FormatTooLarge,
    UploadNotFound,
    UploadOffsetWrong,
    UploadsFull,
)
from wend.library.uploads import KEPT_S, LEFT_FREE_BYTES, MAX_OPEN, Companion, Room, UploadStore, UploadTold

TOLD = UploadTold(name="faces.pkl", size_bytes=6, stamp="a")
PLENTY = Room(lambda _folder: 2**40)


def store(folder: Path, max_bytes: int = 2**20, room: Room = PLENTY) -> UploadStore:
    return UploadStore(folder / "uploads", max_bytes, room)


def test_parts_make_the_file(tmp_path: Path) -> None:
    upload = store(tmp_path).open(TOLD.model_copy(update={"sha256": hashlib.sha256(b"abcdef").hexdigest()}))
    turn = upload.begin(0)
    upload.append(turn, b"abc")
    assert not upload.is_whole
    upload.append(turn, b"def")
    assert upload.seal().read_bytes() == b"abcdef"


def test_no_word_of_the_sender_is_part_of_a_path(tmp_path: Path) -> None:
    beside = Companion(name="specs.json", text="{}")
    upload = store(tmp_path).open(UploadTold(name="../../etc/passwd", size_bytes=1, beside=beside))
    upload.append(upload.begin(0), b"x")
    path = upload.seal()
    assert path.parent.parent.parent == tmp_path / "uploads"
    assert sorted(each.name for each in path.parent.iterdir()) == ["content", "specs.json"]


def test_it_goes_on_after_a_restart(tmp_path: Path) -> None:
    first = store(tmp_path).open(TOLD)
    first.append(first.begin(0), b"abcd")
    again = store(tmp_path)
    assert again.restore() == ()
    found = again.open(TOLD)
    assert (found.id, found.received_bytes) == (first.id, 4)
    found.append(found.begin(4), b"ef")
    assert found.seal().read_bytes() == b"abcdef"
    assert [upload.id for upload in store(tmp_path).restore()] == [first.id]


def test_another_file_of_the_name_is_another_upload(tmp_path: Path) -> None:
    uploads = store(tmp_path)
    first = uploads.open(TOLD)
    assert uploads.open(TOLD).id == first.id
    assert uploads.open(TOLD.model_copy(update={"stamp": "b"})).id != first.id


def test_who_comes_later_goes_on(tmp_path: Path) -> None:
    upload = store(tmp_path).open(TOLD)
    stalled = upload.begin(0)
    upload.append(stalled, b"ab")
    turn = upload.begin(2)
    upload.append(turn, b"cd")
    with pytest.raises(UploadOffsetWrong) as error:
        upload.append(stalled, b"XX")
    assert error.value.values["received_bytes"] == 4
    with pytest.raises(UploadOffsetWrong):
        upload.begin(3)
    with pytest.raises(FormatTooLarge):
        upload.append(turn, b"efg")


def test_a_wrong_hash_is_said(tmp_path: Path) -> None:
    upload = store(tmp_path).open(TOLD.model_copy(update={"sha256": "0" * 64}))
    upload.append(upload.begin(0), b"abcdef")
    with pytest.raises(FormatDamaged, match=r"faces\.pkl.*sha256"):
        upload.seal()


def test_what_does_not_fit_is_refused_before_a_byte(tmp_path: Path) -> None:
    with pytest.raises(FormatTooLarge, match="5 are allowed"):
        store(tmp_path, max_bytes=5).open(TOLD)
    tight = store(tmp_path, room=Room(lambda _folder: LEFT_FREE_BYTES + 20))
    tight.open(TOLD)
    with pytest.raises(DiskFull):
        tight.open(TOLD.model_copy(update={"stamp": "b"}))
    full = store(tmp_path / "other")
    for number in range(MAX_OPEN):
        full.open(TOLD.model_copy(update={"stamp": str(number)}))
    with pytest.raises(UploadsFull):
        full.open(TOLD)


def test_leftovers_are_swept(tmp_path: Path) -> None:
    uploads = store(tmp_path)
    old, fresh = uploads.open(TOLD), uploads.open(TOLD.model_copy(update={"stamp": "b"}))
    for path in (old.folder, *old.folder.rglob("*")):
        os.utime(path, (1.0, 1.0))
    stranger = tmp_path / "uploads" / "notes"
    stranger.mkdir()
    damaged = tmp_path / "uploads" / ("0" * 16)
    damaged.mkdir()
    later = store(tmp_path)
    later.restore()
    assert [upload.id for upload in later.all()] == [fresh.id]
    assert not old.folder.exists()
    assert not damaged.exists()
    assert stranger.exists()
    assert KEPT_S > 3600


def test_a_removed_one_takes_nothing_more(tmp_path: Path) -> None:
    uploads = store(tmp_path)
    upload = uploads.open(TOLD)
    turn = upload.begin(0)
    uploads.remove(upload)
    with pytest.raises(UploadOffsetWrong):
        upload.append(turn, b"abc")
    with pytest.raises(UploadNotFound):
        uploads.get(upload.id)
    assert not upload.folder.exists()


def test_who_asks_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    answers: list[int] = []

    def free(_folder: Path) -> int:
        asking = threading.Thread(target=lambda: answers.append(len(uploads.all())), daemon=True)
        asking.start()
        asking.join(timeout=5.0)
        return 2**40

    uploads = store(tmp_path, room=Room(free))
    uploads.open(TOLD)
    assert answers == [0]
