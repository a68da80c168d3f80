"""`wend train encoder` as a user runs it: on the shelf, gone on with, refused; and `wend invert` with it."""

from pathlib import Path

import pytest
import torch

from tests.cli.command import wend
from tests.methods.layerwise.layered import bench_with_encoders
from wend.imaging.codec import encode
from wend.library.encoders import EncoderStore


def test_it_trains_goes_on_and_opens_a_photo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench_with_encoders("styled", tmp_path)
    models, data = tmp_path / "generators", tmp_path / "data"
    line = ["train", "encoder", "styled", "--apart", "1", "--batch", "4", "--trunk", "4", "--device", "cpu"]
    line += ["--models", str(models), "--data-dir", str(data)]
    for joint in (1, 2):
        ended = wend(capsys, *line, "--joint", str(joint))
        assert ended.status == 0, ended.stderr
    (found,) = EncoderStore([data / "encoders"]).list()
    assert (found.card.id, found.card.model) == ("styled-layers", "styled")
    assert found.card.training is not None
    assert found.card.training.images_seen == 12
    assert {"correlation_w", "correlation_r", "error_of_255"} <= set(found.card.measured)
    unnamed = wend(capsys, *line, "--name", "two words")
    assert unnamed.status == 1
    assert not (data / "runs" / "two words").exists()
    refused = wend(capsys, *line, "--seed", "3")
    assert refused.status == 1
    assert "begun with seed 0" in " ".join(refused.stderr.split())
    photo = tmp_path / "me.png"
    photo.write_bytes(encode(torch.zeros(16, 16, 3, dtype=torch.uint8).numpy(), "png"))
    opened = wend(
        capsys, "invert", "styled", str(photo), "--place", "encoder",
        "--models", str(models), "--data", str(data),
    )  # fmt: skip
    assert opened.status == 0, opened.stderr
    assert len(list((data / "shelf" / "codes").iterdir())) == 1
