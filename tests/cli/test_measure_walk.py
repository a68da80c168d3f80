"""`wend measure walk`: one object on stdout, files where asked for, refusals in a sentence."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.measure.blind_set import publish_blind_set
from wend.cli.measure import measure_app
from wend.errors import InvalidInput, WalkNotFound
from wend.library.publish import publish_world
from wend.worlds.portraits import Portraits

runner = CliRunner(env={"COLUMNS": "200", "OMP_NUM_THREADS": "1"})


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`models` holds portraits of 32 px; `eyes` an untrained set for that world."""
    root = tmp_path_factory.mktemp("walk")
    publish_world(root / "models" / "small", "portraits", 32)
    publish_blind_set(root / "eyes", Portraits())
    return root


@pytest.fixture(autouse=True)
def _untrained_eyes(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEND_PERCEPTION_DIR", str(folders / "eyes"))


def _arguments(folders: Path, walk: str, *more: str) -> list[str]:
    return [
        "walk", walk, "--model", "small", "--models", str(folders / "models"),
        "--data", str(folders / "data"), "--n", "20", "--steps", "4", "--quick", *more,
    ]  # fmt: skip


def test_a_walk_is_measured(folders: Path) -> None:
    page, table = folders / "out" / "page.html", folders / "out" / "table.csv"
    more = ("--json", "--factor", "luminance", "--report", str(page), "--csv", str(table))
    asked = _arguments(folders, "factors/light_level", *more)
    done = runner.invoke(measure_app, asked)
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    for key in (
        "unit", "asked", "measured", "r2_medians", "r2_all", "monotone", "reachable", "leakage",
        "device", "threads", "model", "torch", "version", "seed", "n",
    ):  # fmt: skip
        assert key in answer, key
    assert (answer["model"], answer["walk"], answer["n"]) == ("small", "factors/light_level", 20)
    # The world's own light dims and brightens the whole picture; no network had to say so.
    assert (answer["attribute"], answer["unit"]) == ("luminance", "of range")
    assert answer["monotone"] is True
    assert answer["r2_medians"] > 0.97
    assert answer["judge_r2"] is None
    told = page.read_text(encoding="utf-8")
    assert "How far light level can go" in told
    assert "Energy of the walk" in told
    assert table.read_text(encoding="utf-8").startswith("alpha,asked (alpha)")
    assert "portraits: 300 pictures" in done.stderr


def test_an_untrained_network_may_judge_nothing(folders: Path) -> None:
    refused = runner.invoke(measure_app, _arguments(folders, "factors/smile"))
    assert isinstance(refused.exception, InvalidInput)
    assert "no basis for judging" in refused.exception.sentence
    assert refused.stdout == ""


def test_no_such_walk_and_no_range(folders: Path) -> None:
    missing = runner.invoke(measure_app, _arguments(folders, "steer-shift-x-abcdef/x"))
    assert isinstance(missing.exception, WalkNotFound)
    for ends in (("--low", "1", "--high", "2"), ("--low", "0", "--high", "0")):
        refused = runner.invoke(measure_app, _arguments(folders, "factors/head_x", *ends))
        assert isinstance(refused.exception, InvalidInput)
        assert "have no 0 between them" in refused.exception.sentence
