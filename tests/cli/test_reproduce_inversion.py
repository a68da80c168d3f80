"""The six methods side by side, as a command: a table, pictures, and going on where it stopped."""

import json
from pathlib import Path

import pytest

from tests.methods.layerwise.layered import bench_with_encoders
from wend.cli.reproduce.inversion import reproduce_inversion
from wend.errors import EncoderMissing
from wend.settings import Settings


def _settings(folder: Path) -> Settings:
    bench_with_encoders("chain", folder)
    options = {
        "models_dir": folder / "generators",
        "data_dir": folder / "data",
        "device": "cpu",
        "threads": 1,
    }
    return Settings.load({}, options)


def test_a_table_and_pictures_and_nothing_is_measured_twice(tmp_path: Path) -> None:
    settings, out = _settings(tmp_path), tmp_path / "out"
    answer = reproduce_inversion(settings, out, True, 0, 1)
    methods = answer["methods"]
    assert isinstance(methods, dict)
    assert list(methods) == list("abcdef")
    assert set(methods["f"]) == {"z", "r", "pixels", "error", "updates", "seconds"}
    # From d to f is the bracket in which lies what the generator can make.
    bracket = answer["bracket"]
    assert isinstance(bracket, dict)
    assert bracket["error_d"] == methods["d"]["error"]
    assert bracket["r_f"] == methods["f"]["r"]
    assert bracket["f_is_nearest"] is (
        methods["f"]["error"] == min(each["error"] for each in methods.values())
    )
    assert "lies between errors of" in (out / "inversion.html").read_text()
    lines = (out / "inversion.csv").read_text().splitlines()
    assert lines[0].startswith("method,how,correlation z,correlation r,correlation pixels,error")
    assert len(lines) == 7
    assert "Six ways into chain" in (out / "inversion.html").read_text()
    kept = out / "kept" / "rows.jsonl"
    before = kept.read_text()
    kept.write_text(before + '{"method": "a", "tar')  # a crash
    again = reproduce_inversion(settings, out, True, 0, 1)
    assert again["methods"] == methods
    assert kept.read_text().startswith(before)
    assert [json.loads(line)["method"] for line in before.splitlines()] == list("abcdef")


def test_without_an_encoder_it_says_so(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    (tmp_path / "encoders" / "chain-layers" / "card.toml").unlink()
    with pytest.raises(EncoderMissing):
        reproduce_inversion(settings, tmp_path / "out", True, 0, 1)
