"""`wend measure latents` as a user runs it: the shipped VAEs, a page, models without such an encoder."""

import json
from pathlib import Path

import pytest

from tests.cli.command import wend


def test_a_shipped_vae(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, table = tmp_path / "l.html", tmp_path / "l.csv"
    words = ["measure", "latents", "sprites-vae-b20", "--n", "64", "--json"]
    ended = wend(capsys, *words, "--report", str(page), "--csv", str(table))
    assert ended.status == 0
    found = json.loads(ended.stdout)
    assert (len(found["kl"]), found["used"], found["world"], found["n"]) == (10, 3, "sprites", 64)
    # Orientation comes round and shape is a choice: no straight line follows either.
    assert set(found["followed"]) == {"scale", "x", "y"}
    assert found["dropped"] == []
    assert "KL by latent" in page.read_text()
    assert table.read_text().startswith("latent,KL (nats)\n0,")


def test_models_without_such_an_encoder_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    ended = wend(capsys, "measure", "latents", "analytic-disc")
    assert ended.status == 1
    assert "encoder" in ended.stderr
