"""`wend reproduce steerability`, experiment architectures: equal budgets, what is kept, what a page tells."""

import json
from pathlib import Path

import pytest

from wend.cli.reproduce.architectures import NAMES, ArchitecturesAsked, Budget, reproduce_architectures
from wend.cli.reproduce.compare import ComparePlan
from wend.errors import InvalidInput
from wend.settings import Settings

# Two tell that there are several, one of them with classes; settling a BigGAN takes as long as all else.
KEYS = ("stylegan2", "dcgan")
TINY = ArchitecturesAsked(
    Budget(32, 40, 8, ComparePlan(samples=8, held_out=1, count=2, looks=1, seeds=1, world=48)), keys=KEYS
)


def test_every_architecture_has_the_same_budget() -> None:
    recipes = [ArchitecturesAsked().recipe(key) for key in NAMES]
    told = {(r.data, r.resolution, r.total_images, r.pictures, r.seed, r.mirror, r.judge) for r in recipes}
    assert told == {("portraits-cast", 32, 24_000, 8_000, 0, False, "")}
    assert ArchitecturesAsked().folder == "architectures-24000"
    assert ArchitecturesAsked.of(True, None, 0).folder == "architectures-quick-256"


def test_all_are_trained_steered_and_kept(tmp_path: Path) -> None:
    found = reproduce_architectures(Settings(), tmp_path, TINY)
    rows = found["rows"]
    assert isinstance(rows, list)
    assert [(r["architecture"], r["edit"], r["walk"]) for r in rows] == [
        (name, edit, walk)
        for name in (NAMES[key] for key in KEYS)
        for edit in ("shift_x", "zoom")
        for walk in ("linear, z, l2", "linear, a vector per layer, l2")
    ]
    for row in rows:
        assert row["of_asked"] == pytest.approx(row["reach"] / row["asked"])
        assert row["asked"] == {"shift_x": 8.0, "zoom": 1.0}[row["edit"]]
        assert row["frechet"] > 0.0
    trained = found["trained"]
    assert isinstance(trained, list)
    assert [t["classes"] for t in trained] == [0, 24]
    assert {t["images"] for t in trained} == {32}
    page = (tmp_path / "architectures.html").read_text()
    assert all(NAMES[key] in page for key in KEYS)
    assert json.loads((tmp_path / "architectures.json").read_text())["rows"] == rows
    assert (tmp_path / "architectures.csv").read_text().count("\n") == 1 + len(rows)
    # Nothing is trained or learned twice.
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.safetensors")}
    assert len(kept) == 2 * (1 + 2 + 4)
    assert reproduce_architectures(Settings(), tmp_path, TINY)["rows"] == rows
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.safetensors")} == kept


def test_a_folder_of_other_settings_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "stylegan2"
    folder.mkdir(parents=True)
    recipe = ArchitecturesAsked(seed=1).recipe("stylegan2")
    (folder / "recipe.json").write_text(json.dumps(recipe.as_dict()))
    with pytest.raises(InvalidInput, match="begun with seed 1"):
        reproduce_architectures(Settings(), tmp_path, ArchitecturesAsked())
