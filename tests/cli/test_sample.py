"""`wend sample`: a name stands for the newest factor of an edit, and files end where they were asked for."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.methods.factors_by_hand import disc_bench
from wend.cli import app
from wend.errors import FactorNotFound, InvalidParams


def sample(data: Path, *words: str) -> str:
    done = CliRunner().invoke(
        app,
        ["sample", "analytic-disc", *words, "--data", str(data), "--threads", "1"],
        catch_exceptions=False,
    )
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_sheet_a_zip_and_a_table_lie_where_they_were_asked_for(tmp_path: Path) -> None:
    disc_bench(tmp_path)
    out = tmp_path / "out"
    words = [str(out), "--factor", "x=uniform(-0.1,0.1)", "--factor", "light=bumps(-0.53:0.005)", "-n", "6"]
    told = json.loads(sample(tmp_path, *words, "--json"))
    assert [each["walk"] for each in told["targets"]] == ["factor-byhand/shift_x", "factor-byhand/light"]
    names = {path.name for path in out.iterdir()}
    assert names == {"sheet.jpg", "samples.zip", "values.csv", "distribution.json"}
    rows = list(csv.DictReader((out / "values.csv").read_text().splitlines()))
    assert all(-0.1 <= float(row["shift_x predicted"]) <= 0.1 for row in rows)


def test_a_factor_nobody_found_is_answered_with_the_command_that_finds_it(tmp_path: Path) -> None:
    with pytest.raises(FactorNotFound, match="`wend factor analytic-disc hue` finds one"):
        sample(tmp_path, str(tmp_path), "--factor", "hue=uniform(0,1)")


def test_a_law_that_cannot_be_read_is_answered_with_an_example(tmp_path: Path) -> None:
    with pytest.raises(InvalidParams, match=r"x=uniform"):
        sample(tmp_path, str(tmp_path), "--factor", "x=0.3")
