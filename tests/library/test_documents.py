"""Saved documents: of two who save the second is told, what is deleted comes back, and old trash goes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from wend.database.database import Database
from wend.documents.document import Document
from wend.documents.picture import Picture, SeedLatent
from wend.errors import DocumentChanged, DocumentNotFound, DocumentsFull, SnapshotNotFound
from wend.library.documents import DocumentStore
from wend.library.snapshots import SnapshotStore
from wend.library.trash import TRASH_S


def picture(seed: int) -> Picture:
    return Picture(model="tiny", latent=SeedLatent(seed=seed))


def document(seed: int) -> Document:
    return Document(picture=picture(seed))


class Times:
    """A clock that a test sets; it goes on by a second whenever it is read."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "wend.db").open()
    yield database
    database.close()


@pytest.fixture
def store(database: Database, times: Times) -> DocumentStore:
    return DocumentStore(database, times)


@pytest.fixture
def gallery(database: Database, times: Times) -> SnapshotStore:
    return SnapshotStore(database, times)


def test_a_save_counts_up_and_the_same_again_is_none(store: DocumentStore) -> None:
    first = store.add("Faces", document(1))
    saved = store.save(first.id, 1, document(2))
    assert (saved.revision, saved.created_at) == (2, first.created_at)
    assert saved.changed_at > first.changed_at
    assert store.save(first.id, 2, document(2)) == saved
    assert store.read(first.id) == (saved, document(2).model_dump_json())


def test_of_two_who_save_at_once_the_second_is_told(store: DocumentStore) -> None:
    kept = store.add("Faces", document(1))
    store.save(kept.id, 1, document(2))
    with pytest.raises(DocumentChanged) as caught:
        store.save(kept.id, 1, document(3))
    assert caught.value.values["revision"] == 2
    assert store.read(kept.id)[1] == document(2).model_dump_json()


def test_lists_are_searched_by_words_and_come_in_parts(store: DocumentStore) -> None:
    names = ["Über Faces", "Sprites", "Old faces"]
    first, second, third = (store.add(name, document(place)) for place, name in enumerate(names))
    store.save(first.id, 1, document(9))
    assert [each.name for each in store.list("", None, 10)] == ["Über Faces", "Old faces", "Sprites"]
    assert [each.id for each in store.list("faces ÜBER", None, 10)] == [first.id]
    assert [each.id for each in store.list("", None, 1)] == [first.id]
    place = store.get(first.id).place
    assert [each.id for each in store.list("", place, 10)] == [third.id, second.id]
    # Whatever becomes of the one that stood there.
    store.save(first.id, 2, document(10))
    assert [each.id for each in store.list("", place, 10)] == [third.id, second.id]
    store.remove(first.id)
    assert [each.id for each in store.list("", place, 10)] == [third.id, second.id]


def test_what_is_deleted_is_gone_until_it_is_restored(store: DocumentStore) -> None:
    kept = store.add("Faces", document(1))
    store.remove(kept.id)
    assert store.list("", None, 10) == ()
    for act in (store.get, store.read, store.remove, store.duplicate):
        with pytest.raises(DocumentNotFound):
            act(kept.id)
    assert store.restore(kept.id) == kept
    assert store.restore(kept.id) == kept


def test_trash_goes_with_a_later_delete(store: DocumentStore, gallery: SnapshotStore, times: Times) -> None:
    old, new = store.add("Old", document(1)), store.add("New", document(2))
    gallery.take(old.id, "One", picture(1))
    store.remove(old.id)
    times.now += TRASH_S + 10.0
    store.remove(new.id)
    with pytest.raises(DocumentNotFound):
        store.restore(old.id)
    assert store.restore(new.id).name == "New"


def test_an_old_snapshot_goes_with_one_of_another_document(
    store: DocumentStore, gallery: SnapshotStore, times: Times
) -> None:
    old, new = (store.add(name, document(1)).id for name in ("Old", "New"))
    shots = [gallery.take(each, "One", picture(1))[0].id for each in (old, new)]
    gallery.remove(old, shots[0])
    times.now += TRASH_S + 10.0
    gallery.remove(new, shots[1])
    with pytest.raises(SnapshotNotFound):
        gallery.restore(old, shots[0])
    assert gallery.restore(new, shots[1])[0].title == "One"


def test_so_many_are_kept_in_the_trash(database: Database, times: Times) -> None:
    store, gallery = DocumentStore(database, times, 2), SnapshotStore(database, times, 2)
    ids = []
    for seed in range(4):
        ids.append(store.add("Faces", document(seed)).id)
        store.remove(ids[-1])
    for gone in ids[:2]:
        with pytest.raises(DocumentNotFound):
            store.restore(gone)
    assert store.restore(ids[2]).name == "Faces"
    taken = [gallery.take(ids[2], str(place), picture(place))[0].id for place in range(2)]
    for snapshot in taken:
        gallery.remove(ids[2], snapshot)
    newest = gallery.take(ids[2], "3", picture(3))[0].id
    gallery.remove(ids[2], newest)
    with pytest.raises(SnapshotNotFound):
        gallery.restore(ids[2], taken[0])
    assert gallery.restore(ids[2], taken[1])[0].title == "1"


def test_a_duplicate_has_its_own_snapshots(store: DocumentStore, gallery: SnapshotStore) -> None:
    kept = store.add("Faces", document(1))
    shot, _ = gallery.take(kept.id, "One", picture(5))
    gone, _ = gallery.take(kept.id, "Two", picture(6))
    gallery.remove(kept.id, gone.id)
    copy = store.duplicate(kept.id)
    assert (copy.name, copy.revision, copy.picture) == ("Faces copy", 1, kept.picture)
    (own,) = gallery.list(copy.id)
    assert (own.title, own.picture) == (shot.title, shot.picture)
    gallery.remove(copy.id, own.id)
    assert [each.id for each in gallery.list(kept.id)] == [shot.id]


def test_snapshots_are_taken_renamed_deleted_and_restored(
    store: DocumentStore, gallery: SnapshotStore
) -> None:
    kept = store.add("Faces", document(1))
    first, _ = gallery.take(kept.id, "One", picture(1))
    second, record = gallery.take(kept.id, "Two", picture(2))
    assert (record.gallery, record.revision) == (2, 1)
    assert [each.title for each in gallery.list(kept.id)] == ["Two", "One"]
    assert gallery.rename(kept.id, first.id, "Uno")[0].title == "Uno"
    assert gallery.remove(kept.id, second.id).gallery == 4
    with pytest.raises(SnapshotNotFound):
        gallery.remove(kept.id, second.id)
    assert gallery.restore(kept.id, second.id)[0] == second
    other = store.add("Other", document(1))
    with pytest.raises(SnapshotNotFound):
        gallery.rename(other.id, first.id, "Mine")


def test_there_is_an_end_to_both(database: Database, times: Times) -> None:
    store, gallery = DocumentStore(database, times, 1), SnapshotStore(database, times, 1)
    kept = store.add("Faces", document(1))
    gallery.take(kept.id, "One", picture(1))
    for act in (
        lambda: gallery.take(kept.id, "Two", picture(1)),
        lambda: store.add("More", document(1)),
        lambda: store.duplicate(kept.id),
    ):
        with pytest.raises(DocumentsFull):
            act()
