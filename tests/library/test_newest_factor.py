"""Newest factor: a short name, an edit or an id, and what is said where there is none."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.methods.factors_by_hand import DISC, X, disc_bench
from wend.errors import FactorNotFound, WalkNotFound
from wend.library.newest_factor import find_factor


def test_names_stand_for_the_newest_of_an_edit(tmp_path: Path) -> None:
    shelf = disc_bench(tmp_path).shelf
    assert find_factor(shelf, DISC, "x").id == find_factor(shelf, DISC, "shift_x").id == X.id
    own = shelf.store.get(DISC).card.hash
    for family, age_s in (("factor-aaa", 10.0), ("factor-zzz", 5000.0)):
        shelf.save(own, family, [replace(X, id=f"{family}/shift_x", generator_hash=own)])
        path = shelf.folder / own / f"{family}.safetensors"
        now = path.stat().st_mtime
        os.utime(path, (now + 3600.0 - age_s, now + 3600.0 - age_s))
    assert find_factor(shelf, DISC, "x").id == "factor-aaa/shift_x"
    assert find_factor(shelf, DISC, "factor-zzz/shift_x").id == "factor-zzz/shift_x"


def test_none_is_answered_with_the_command_that_finds_one(tmp_path: Path) -> None:
    shelf = disc_bench(tmp_path).shelf
    with pytest.raises(FactorNotFound, match="`wend factor analytic-disc scale` finds one"):
        find_factor(shelf, DISC, "scale")
    with pytest.raises(WalkNotFound):
        find_factor(shelf, DISC, "factor-gone/x")
