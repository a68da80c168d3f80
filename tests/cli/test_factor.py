"""`wend factor`: a factor by command."""

import json
from pathlib import Path

from typer.testing import CliRunner

from wend.cli import app


def test_a_factor_is_found_and_told(tmp_path: Path) -> None:
    words = [
        "factor", "analytic-disc", "shift_x", "--psi", "1", "--reach", "0.1", "--starts", "4",
        "--updates", "3", "--along", "2", "--fit-updates", "10", "--data", str(tmp_path), "--json",
    ]  # fmt: skip
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    answer = json.loads(result.stdout)
    assert answer["done"]
    (walk,) = answer["walks"]
    assert walk.startswith("factor-shift-x-")
    assert answer["facts"]["lives in"] == "whitened w"
    names = {path.name for path in (Path(answer["folder"]) / "artifacts").iterdir()}
    assert names >= {"trajectories.csv", "trajectories.safetensors"}
