"""`wend measure world`: the answer of the distance to a known shift, as JSON, CSV and a page."""

import json
from pathlib import Path

from typer.testing import CliRunner

from tests.measure.blind_set import publish_blind_set
from wend.cli.measure import measure_app
from wend.errors import InvalidFactor
from wend.worlds.portraits import Portraits

runner = CliRunner(env={"OMP_NUM_THREADS": "1"})


def test_a_shift_is_answered(tmp_path: Path) -> None:
    publish_blind_set(tmp_path / "perception", Portraits())
    page, table = tmp_path / "page.html", tmp_path / "table.csv"
    arguments = [
        "world", "portraits", "--shift", "light_level", "--json", "--n", "50", "--by", "0", "--by", "2",
        "--size", "32", "--data", str(tmp_path), "--report", str(page), "--csv", str(table),
    ]  # fmt: skip
    run = runner.invoke(measure_app, arguments)
    assert run.exit_code == 0, run.output
    answer = json.loads(run.stdout)
    assert [step["sd"] for step in answer["steps"]] == [0.0, 2.0]
    # Even untrained networks tell a bright picture from a dim one.
    assert answer["steps"][-1]["frechet"] > answer["floor"]["high"]
    for key in ("device", "threads", "model", "torch", "version", "seed"):
        assert key in answer
    assert table.read_text(encoding="utf-8").startswith("sd,amount (x),frechet,measured\n0.0,")
    assert "portraits against itself" in page.read_text(encoding="utf-8")


def test_a_choice_cannot_be_shifted(tmp_path: Path) -> None:
    refused = runner.invoke(measure_app, ["world", "portraits", "--shift", "hat", "--data", str(tmp_path)])
    assert isinstance(refused.exception, InvalidFactor)
