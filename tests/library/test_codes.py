"""Codes on disk: under the hash of their numbers, whole or not there."""

import os
from pathlib import Path

import numpy as np
import pytest

from wend.errors import CodeNotFound, CodesFull
from wend.library.codes import MAX_LISTED, Code, CodeStore


def codes(store: CodeStore, folder: Path, count: int) -> list[str]:
    """Keep different codes, each a second after the last: their ids, the newest first."""
    ids: list[str] = []
    for number in range(count):
        of = "ab"[number % 2] * 64
        ids.insert(0, store.put(Code("z", np.full(3, number, np.float32), f"{number}.jpg", of)).id)
        os.utime(folder / f"{ids[0]}.safetensors", (1000 + number,) * 2)
    return ids


def test_a_code_is_kept_once(tmp_path: Path) -> None:
    store = CodeStore(tmp_path)
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    kept = store.put(Code("w+", values, "me.jpg", "a" * 64))
    assert store.put(Code("w+", values, "another name")).title == "me.jpg"
    found = CodeStore(tmp_path).get(kept.id)
    assert (found.space, found.title, found.generator_hash) == ("w+", "me.jpg", "a" * 64)
    assert np.array_equal(found.values, values)
    assert len(list(tmp_path.iterdir())) == 1
    assert store.put(Code("z", values[0])).id != store.put(Code("w", values[0])).id


def test_what_is_not_there_or_altered_is_not_found(tmp_path: Path) -> None:
    store = CodeStore(tmp_path)
    kept = store.put(Code("z", np.ones(4, dtype=np.float32)))
    for wrong in ("../codes", "0" * 64, kept.id.upper()):
        with pytest.raises(CodeNotFound):
            store.get(wrong)
    path = tmp_path / f"{kept.id}.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    with pytest.raises(CodeNotFound):
        store.get(kept.id)


def test_kept_codes_are_listed_the_newest_first(tmp_path: Path) -> None:
    store = CodeStore(tmp_path)
    assert store.list().codes == ()
    ids = codes(store, tmp_path, 5)
    (tmp_path / f"{'0' * 64}.safetensors").write_bytes(b"no code at all")
    for digit, head in (("1", b'{"__metadata__": {"space": []}}'), ("2", b"[" * 20_000)):
        (tmp_path / f"{digit * 64}.safetensors").write_bytes(len(head).to_bytes(8, "little") + head)
    (tmp_path / "notes.safetensors").write_bytes(b"nor this")
    found = store.list()
    assert [each.id for each in found.codes] == ids
    newest = found.codes[0]
    assert (newest.space, newest.title, newest.generator_hash, newest.kept) == ("z", "4.jpg", "a" * 64, 1004)
    # What is damaged counts, for it takes room; what is of another name does not.
    assert found.count == 8
    assert found.size_bytes == sum(path.stat().st_size for path in tmp_path.iterdir()) - len(b"nor this")
    assert [each.id for each in store.list("b" * 64).codes] == [ids[1], ids[3]]
    unknown = store.put(Code("w", np.ones(2, np.float32))).id
    assert {each.id for each in store.list("b" * 64).codes} == {ids[1], ids[3], unknown}
    assert [each.id for each in store.list(before=ids[2]).codes] == ids[3:]
    with pytest.raises(CodeNotFound):
        store.list(before="f" * 64)


def test_a_list_has_an_end(tmp_path: Path) -> None:
    store = CodeStore(tmp_path)
    (first,) = codes(store, tmp_path, 1)
    # Copies under names of their own: nothing but the head is read.
    ids = [f"{number:064x}" for number in range(MAX_LISTED + 2)]
    whole = (tmp_path / f"{first}.safetensors").read_bytes()
    store.delete(first)
    for age, name in enumerate(ids):
        path = tmp_path / f"{name}.safetensors"
        path.write_bytes(whole)
        os.utime(path, (10_000 - age,) * 2)
    found = store.list()
    assert ([each.id for each in found.codes], found.count) == (ids[:-2], len(ids))
    assert [each.id for each in store.list(before=ids[-3]).codes] == ids[-2:]


def test_one_that_is_let_go_of_is_gone(tmp_path: Path) -> None:
    store = CodeStore(tmp_path)
    (kept,) = codes(store, tmp_path, 1)
    store.delete(kept)
    for gone in (kept, "../codes", "*"):
        with pytest.raises(CodeNotFound):
            store.delete(gone)
    assert store.list().count == 0


def test_no_more_are_kept_than_there_is_room_for(tmp_path: Path) -> None:
    few = CodeStore(tmp_path, most=2)
    first, _ = codes(few, tmp_path, 2)
    with pytest.raises(CodesFull) as caught:
        few.put(Code("z", np.full(3, 9.0, np.float32)))
    assert caught.value.values["count"] == 2
    # One that is there already asks for no room.
    assert few.put(Code("z", np.full(3, 1, np.float32))).id == first
    few.delete(first)
    few.put(Code("z", np.full(3, 9.0, np.float32)))
    with pytest.raises(CodesFull):
        CodeStore(tmp_path, most_bytes=100).put(Code("z", np.full(3, 8.0, np.float32)))
