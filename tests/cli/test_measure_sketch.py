"""`wend measure sketch`: one object with the keys that scripts read; the untouched parent measures itself."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.cli.blind_portraits import publish_blind_eyes
from tests.engine.library import build_library
from tests.pictures.children import publish_child
from wend.cli.measure import measure_app
from wend.cli.measure.sketch import selection_of, taught_from
from wend.errors import InvalidInput
from wend.library.publish import publish_world

runner = CliRunner(env={"COLUMNS": "200", "OMP_NUM_THREADS": "1"})
KEYS = ("frechet", "frechet_parent", "noise_floor", "precision", "recall", "match", "factors")
SKETCHED = {
    "tilted": ("tilt",),
    "sideways": ("yaw", "smile"),
    "low": ("head_scale", "head_y"),
    "glasses": ("glasses=round or square",),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`models` holds portraits of 32 px and discs; `data` untrained networks for portraits."""
    root = tmp_path_factory.mktemp("measure")
    publish_world(root / "models" / "small", "portraits", 32)
    publish_world(root / "models" / "disc", "disc", 32)
    publish_blind_eyes(root / "data" / "perception")
    return root


def _asked(folders: Path, *more: str) -> list[str]:
    return ["sketch", *more, "--models", str(folders / "models"), "--data", str(folders / "data")]


def test_the_parent_beside_itself_has_gone_nowhere_however_often_it_is_asked(folders: Path) -> None:
    page, table = folders / "out" / "page.html", folders / "out" / "table.csv"
    asked = _asked(folders, "small", "--json", "--n", "50", "--pool", "60")
    first = runner.invoke(measure_app, [*asked, "--report", str(page), "--csv", str(table)])
    assert first.exit_code == 0, first.output
    answer = json.loads(first.stdout)
    assert set(KEYS) <= set(answer)
    assert answer["task"] in SKETCHED
    assert answer["task_by"] == "nearest"
    assert answer["frechet"] == pytest.approx(answer["frechet_parent"])
    assert answer["parent"] == "small"
    assert "selection" not in answer
    assert answer["baseline"]["pool"] == 60
    assert "Nearest samples" in page.read_text(encoding="utf-8")
    assert "frechet," in table.read_text(encoding="utf-8")
    # The task that came nearest, by its name.
    named = json.loads(runner.invoke(measure_app, [*asked, "--task", answer["task"]]).stdout)
    assert named == {**answer, "task_by": "asked"}
    assert all(named["factors"][factor]["is_sketched"] for factor in SKETCHED[answer["task"]])


def test_other_worlds_and_unknown_tasks_are_refused(folders: Path) -> None:
    disc = runner.invoke(measure_app, _asked(folders, "disc"))
    assert isinstance(disc.exception, InvalidInput)
    assert "portraits" in str(disc.exception)
    unknown = runner.invoke(measure_app, _asked(folders, "small", "--n", "50", "--task", "flying"))
    assert isinstance(unknown.exception, InvalidInput)


def test_c9_it_is_told_which_checkpoint_it_is_and_what_chose() -> None:
    for shown, start in (("best", "the best"), ("last", "the last"), ("best and last", "the last")):
        told = selection_of({"method": "sketch", "checkpoint": shown, "match_held_out": True})
        assert told.startswith(f"The model is {start} checkpoint")
        assert "held out of its own set" in told
    few = selection_of({"method": "sketch", "checkpoint": "best", "match_held_out": False})
    assert "that it learned from" in few
    assert selection_of({"method": "widen", "checkpoint": "best"}) == ""


def test_its_parent_is_found_by_weights_and_told_where_it_is_lost(tmp_path: Path) -> None:
    store, shelf = build_library(tmp_path)
    publish_child(shelf, "tiny", "left")
    child = store.get("left").card
    assert taught_from(child, store) == ("tiny", "")
    assert taught_from(store.get("tiny").card, store) == ("tiny", "")
    made_of = store.get("tiny").folder
    # Under another name it is the same; another of its name is not.
    renamed = made_of.with_name("renamed")
    made_of.rename(renamed)
    card = renamed / "card.toml"
    card.write_text(card.read_text().replace('id = "tiny"', 'id = "renamed"'))
    assert taught_from(child, store) == ("renamed", "")
    shutil.rmtree(renamed)
    name, told = taught_from(child, store)
    assert name == "left"
    assert told.startswith("tiny, which it was taught from, is not here")
