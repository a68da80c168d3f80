"""Codes on disk: under the hash of their numbers, whole or not there."""

from pathlib import Path

import numpy as np
import pytest

from wend.errors import CodeNotFound
from wend.library.codes import Code, CodeStore


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
