"""`wend measure smoothness`: one object on stdout, by the distance that was asked for."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from wend.cli.measure import measure_app
from wend.errors import PerceptionNotFound
from wend.library.publish import publish_world

runner = CliRunner(env={"COLUMNS": "200", "OMP_NUM_THREADS": "1"})


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("smoothness")
    publish_world(root / "models" / "small", "disc", 32)
    return root


def arguments(root: Path, *more: str) -> list[str]:
    where = ["--models", str(root / "models"), "--data", str(root / "data"), "--n", "4", "--json"]
    return ["smoothness", "small", *where, *more]


def test_paths_are_measured_by_pixels(root: Path) -> None:
    page, table = root / "page.html", root / "steps.csv"
    files = ("--report", str(page), "--csv", str(table))
    answer = runner.invoke(measure_app, arguments(root, "--by", "blurred-l2", "--steps", "5", *files))
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert (told["distance"], told["told_by"], told["space"], told["n"]) == ("blurred-l2", "pixels", "w", 4)
    assert told["path_length"]["mean"] > 0.0
    assert len(told["steps"]["lengths"]) == 5
    assert table.read_text(encoding="utf-8").startswith("step,length,sd\n1,")
    assert "Paths of" in page.read_text(encoding="utf-8")
    # The same pairs blurred look nearer than they are sharp.
    sharp = json.loads(runner.invoke(measure_app, arguments(root, "--by", "l2")).stdout)
    assert told["path_length"]["mean"] < sharp["path_length"]["mean"]


def test_nothing_that_looks(root: Path) -> None:
    answer = runner.invoke(measure_app, arguments(root))
    assert isinstance(answer.exception, PerceptionNotFound)
