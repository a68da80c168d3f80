"""`wend bench steer`: one JSON object; both learn the same, ours is there with fewer pictures."""

import json

import pytest
from typer.testing import CliRunner

from wend.cli.bench import bench_app


def test_both_settings_are_held_against_the_same_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEND_DEFAULT_MODEL", "analytic-disc")
    result = CliRunner().invoke(
        bench_app, ["steer", "--edit", "color", "--json", "--quick"], catch_exceptions=False
    )
    answer = json.loads(result.stdout)
    assert (answer["edit"], answer["model"]) == ("color", "analytic-disc")
    ours, theirs = answer["fast"], answer["published"]
    assert ours[0]["pictures"] == theirs[0]["pictures"] == 0
    assert ours[0]["held_out"] == pytest.approx(theirs[0]["held_out"], rel=0.2)
    assert ours[-1]["pictures"] == 240
    assert ours[-1]["held_out"] < ours[0]["held_out"]
    assert ours[-1]["seconds"] > 0.0
    assert ours[-1]["held_out"] < theirs[-1]["held_out"]
    assert answer["times_sooner"] == round(theirs[-1]["pictures"] / 240, 2)
    assert answer["is_reached"] == (theirs[-1]["held_out"] <= ours[-1]["held_out"])
    assert {"device", "threads", "torch", "version", "seed"} <= set(answer)
