"""`wend measure factor`: one JSON object, a page and a table; what nobody sees is not judged."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.methods.factors_by_hand import disc_bench
from wend.cli.measure import measure_app
from wend.errors import InvalidInput


def measure(folder: Path, factor: str, *words: str) -> str:
    command = ["factor", factor, "--model", "analytic-disc", "--data", str(folder), "--n", "20", *words]
    done = CliRunner().invoke(measure_app, command, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_it_tells_open_loop_and_set(tmp_path: Path) -> None:
    disc_bench(tmp_path)
    page, table = tmp_path / "page.html", tmp_path / "table.csv"
    told = json.loads(measure(tmp_path, "light", "--json", "--report", str(page), "--csv", str(table)))
    assert told["set"]["r2"] > told["open_loop"]["r2"]
    assert told["set"].keys() == {"r2", "mae", "mae_of_reach", "sd_ratio", "bias"}
    assert told["ks"].keys() == {"predicted", "open_loop", "set", "without", "seen", "seen_without"}
    # Of light the pixels tell: the loop sees what the judge sees.
    assert (told["ks"]["seen"], told["ks"]["seen_without"]) == (told["ks"]["set"], told["ks"]["without"])
    assert (told["in_loop"], told["judge"], told["seeds"]) == ("pixels", "pixels", 20)
    assert "Measured against asked for" in page.read_text()
    assert len(table.read_text().splitlines()) == 21


def test_another_law(tmp_path: Path) -> None:
    disc_bench(tmp_path)
    told = json.loads(measure(tmp_path, "light", "--json", "--law", "uniform(-0.56,-0.5)"))
    assert told["asked"] == pytest.approx([-0.56, -0.5])
    with pytest.raises(InvalidInput, match="is none"):
        measure(tmp_path, "light", "--law", "bumps(0.3:0.1,0.4:-1)")


def test_what_nothing_measures_is_not_judged(tmp_path: Path) -> None:
    disc_bench(tmp_path)
    with pytest.raises(InvalidInput, match="Nothing here measures shift_x"):
        measure(tmp_path, "x")
