"""`wend measure sliders`: every slider once, and nothing the second time."""

import json
from pathlib import Path

from typer.testing import CliRunner

from wend.cli.measure import measure_app


def test_every_slider_of_the_disc_is_measured_once(tmp_path: Path) -> None:
    runner = CliRunner()
    arguments = ["sliders", "analytic-disc", "--data", str(tmp_path), "--json"]
    first = json.loads(runner.invoke(measure_app, arguments, catch_exceptions=False).stdout)
    assert first["sliders"] == first["measured"] > 0
    assert (first["model"], first["pictures"], first["device"]) == ("analytic-disc", 16, "cpu")
    assert len(list(tmp_path.glob("shelf/*/footprints/*.png"))) == first["measured"]
    again = json.loads(runner.invoke(measure_app, arguments, catch_exceptions=False).stdout)
    assert (again["sliders"], again["measured"]) == (first["sliders"], 0)
