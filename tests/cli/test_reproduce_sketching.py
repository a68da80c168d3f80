"""`wend reproduce sketching`: what is learnt and measured is kept, and what is kept is not made again."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import typer

from tests.cli.blind_portraits import publish_blind_eyes, publish_tiny_portraits
from wend.cli.reproduce.sketch_room import Asked, Room
from wend.cli.reproduce.sketching import Sketching, run_sketching
from wend.cli.reproduce.taught import Lesson, lookalikes_of, teach
from wend.errors import InvalidInput
from wend.settings import Settings

ASKED = Asked(
    quick=True, seed=0, seeds=1, model="tiny", task="low", minutes=None, iterations=1, count=8, pool=12
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Of a folder with a tiny generator and networks that see little."""
    root = tmp_path_factory.mktemp("sketching")
    publish_blind_eyes(root / "data" / "perception")
    publish_tiny_portraits(root / "models" / "tiny")
    told = {"models_dir": root / "models", "data_dir": root / "data", "device": "cpu", "threads": 1}
    return Settings.load(os.environ, told)


def test_an_experiment_writes_its_tables_and_is_not_run_twice(settings: Settings, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    first = run_sketching(Sketching.TRAINABLE, settings, ASKED, tmp_path / "one", kept)
    times = {path: path.stat().st_mtime_ns for path in kept.rglob("*.*")}
    again = run_sketching(Sketching.TRAINABLE, settings, ASKED, tmp_path / "two", kept)
    assert again == first
    assert {path: path.stat().st_mtime_ns for path in kept.rglob("*.*")} == times
    lines = (tmp_path / "one" / "trainable.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[3] for line in lines[1:]] == ["parent", "nearest samples", *["best", "last"] * 3]
    assert "Bui et al." in (tmp_path / "one" / "trainable.html").read_text(encoding="utf-8")
    assert (tmp_path / "one" / "published.csv").is_file()


def test_a_painted_map_and_a_pose_are_taught_as_lines_are(settings: Settings, tmp_path: Path) -> None:
    run_sketching(Sketching.EXTRACTORS, settings, ASKED, tmp_path / "one", tmp_path / "kept")
    lines = (tmp_path / "one" / "extractors.csv").read_text(encoding="utf-8").splitlines()
    names = [line.split(",")[0] for line in lines[1:]]
    assert names[2:] == [name for name in ("lines", "painted labels", "poses") for _ in ("best", "last")]
    assert len(list((tmp_path / "kept").glob("*.png"))) == 3, "a sheet of each"


def test_a_lesson_that_was_stopped_ends_as_one_that_was_not(settings: Settings, tmp_path: Path) -> None:
    room = Room.open(settings, replace(ASKED, iterations=2), tmp_path)
    params = room.params(seed=1)
    drawings = torch.ones(3, 1, 32, 32)
    drawings[:, :, 8:24, 10:12] = -1.0
    lesson = Lesson(params, drawings, {"of": "a test"}, room.card.hash)
    pictures = lookalikes_of(room.card, 16, tmp_path)
    whole = teach(lesson, room.bench, pictures, tmp_path / "whole", "whole", lambda: False)
    with pytest.raises(typer.Exit):
        teach(lesson, room.bench, pictures, tmp_path / "cut", "cut", lambda: True)
    cut = teach(lesson, room.bench, pictures, tmp_path / "cut", "cut", lambda: False)
    assert cut.update == whole.update == 2
    for name, tensor in whole.pupil.weights().items():
        assert torch.equal(tensor, cut.pupil.weights()[name]), name


def test_unknown_tasks_are_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="flying"):
        run_sketching(Sketching.TASKS, settings, replace(ASKED, task="flying"), tmp_path, tmp_path / "kept")
