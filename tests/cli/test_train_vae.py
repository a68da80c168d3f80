"""`wend train sprites-vae` as a user runs it: published, gone on with, refused with another beta."""

from pathlib import Path

import pytest

from tests.cli.command import wend
from wend.library.models import ModelStore


def test_it_trains_goes_on_and_keeps_its_beta(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["train", "sprites-vae", "--pictures", "20", "--batch", "4", "--data-dir", str(tmp_path)]
    for images in (4, 8):
        ended = wend(capsys, *line, "--beta", "10", "--images", str(images))
        assert ended.status == 0, ended.stderr
    card = ModelStore([tmp_path / "models"]).get("my-sprites-vae-b10").card
    assert card.training is not None
    assert (card.training.images_seen, card.training.recipe["beta"]) == (8, 10.0)
    run = tmp_path / "runs" / "my-sprites-vae-b10"
    refused = wend(capsys, *line, "--beta", "4", "--run", str(run))
    assert refused.status == 1
    assert "begun with beta 10" in " ".join(refused.stderr.split())
