"""What is told of regions over many faces, and that a broken-off run goes on."""

from pathlib import Path

import pytest

from wend.cli.reproduce.regions import selectivity, summarise
from wend.cli.reproduce.seed_file import SeedFile
from wend.cli.reproduce.still import summarise as summarise_still
from wend.methods.region.contest import RegionScore
from wend.methods.still.trial import StillScore


def score(seed: int, ours: float | None, theirs: float, moved: dict[str, float] | None = None) -> RegionScore:
    leakage, baseline = (ours, ours, None), (theirs, theirs, theirs)
    return RegionScore(seed, "mouth", 10, leakage, baseline, ours, 40, 38, 36, 35, 4, 4, moved)


def test_a_ratio_is_the_median_over_faces_where_both_come_so_far() -> None:
    (part,) = summarise([score(0, 0.1, 0.4), score(1, 0.2, 0.4), score(2, 0.3, 0.4), score(3, None, 0.4)])
    assert part.ratio == pytest.approx(0.5)
    assert (part.seeds, part.reached) == (4, 3)
    assert part.ratios[2] is None
    assert part.plausible == pytest.approx(35 / 40)
    assert part.first_plausible == 1.0


def test_selectivity_is_of_faces_with_a_named_slider() -> None:
    moved = {"mouth": 3.0, "eyes": 0.5, "hair": 0.5, "position": 0.5}
    found = selectivity([score(0, 0.1, 0.4, moved), score(1, 0.1, 0.4)])
    assert found["seeds"] == 1
    assert found["times"] == pytest.approx(6.0)
    assert found["times_hair"] == pytest.approx(6.0)


def test_what_is_kept_still_is_told_by_region_and_edit() -> None:
    told = [StillScore(s, "eyes", "shift", left, kept, 20.0, 2.0) for s, left, kept in
            ((0, 0.1, 0.9), (1, 0.2, 0.4), (2, 0.6, 0.8))]  # fmt: skip
    (row,) = summarise_still(told)
    assert (row.left, row.kept, row.seeds) == (0.2, 0.8, 3)
    assert row.met == pytest.approx(1 / 3)


def test_seeds_of_these_weights_are_not_measured_again(tmp_path: Path) -> None:
    path = tmp_path / "seeds.jsonl"
    SeedFile(path, "a" * 64, "1").keep(3, [{"x": 1}])
    path.write_text(path.read_text() + '{"model_hash": "aaa')  # a crash
    file = SeedFile(path, "a" * 64, "1")
    file.keep(4, [{"x": 2}])
    assert file.load() == {3: [{"x": 1}], 4: [{"x": 2}]}
    assert SeedFile(path, "b" * 64, "1").load() == {}
    assert SeedFile(path, "a" * 64, "2").load() == {}
