"""`wend measure pictures`: of files of every kind, of worlds and models, by the networks that are named."""

import csv
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from wend.cli import app
from wend.errors import PerceptionNotFound

SALIENT = """
id = "mine"
title = "Mine"
summary = "Contours of my own."
licence = "MIT"

[[networks]]
name = "contours"
role = "lines"
kind = "edges"
"""


def measure(*options: str) -> dict[str, Any]:  # Any: plain JSON
    answer = CliRunner().invoke(app, ["measure", "pictures", *options, "--json"])
    assert answer.exit_code == 0, (answer.output, answer.exception)
    told: dict[str, Any] = json.loads(answer.stdout)
    return told


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Two plain pictures, and a file that is none."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for name, color in (("red", (255, 0, 0)), ("white", (255, 255, 255))):
        Image.new("RGB", (50, 40), color).save(folder / f"{name}.png")
    (folder / "broken.png").write_bytes(b"no picture")
    return folder


def test_files_one_by_one_and_what_cannot_be_read(photos: Path, tmp_path: Path) -> None:
    rows, page = tmp_path / "rows.csv", tmp_path / "page.html"
    told = measure(str(photos), "--csv", str(rows), "--report", str(page), "--data", str(tmp_path))
    assert (told["n"], told["side"], told["looked_with"]) == (2, 128, {})
    assert list(told["skipped"]) == ["broken.png"]
    assert told["attributes"]["red"]["mean"] == 1.0
    assert told["attributes"]["green"]["mean"] == 0.5
    with rows.open(encoding="utf-8") as file:
        by_name = {row["picture"]: row for row in csv.DictReader(file)}
    assert {name: float(row["blue (0..1)"]) for name, row in by_name.items()} == {
        "red.png": 0.0,
        "white.png": 1.0,
    }
    assert "pixels alone" in page.read_text(encoding="utf-8")


def test_an_idx_file(tmp_path: Path) -> None:
    pixels = np.zeros((3, 28, 28), np.uint8)
    pixels[1] = 255
    file = tmp_path / "t10k-images-idx3-ubyte"
    file.write_bytes(struct.pack(">4I", 0x803, *pixels.shape) + pixels.tobytes())
    told = measure(str(file), "--size", "28")
    assert told["n"] == 3
    assert told["attributes"]["luminance"]["mean"] == pytest.approx(1 / 3)


def test_of_a_large_array_only_what_is_asked_for_is_read(tmp_path: Path) -> None:
    file = tmp_path / "t10k-images-idx3-ubyte"
    # Its header says 60 000: 16 GB at this side. Two are there.
    file.write_bytes(struct.pack(">4I", 0x803, 60_000, 28, 28) + bytes(2 * 28 * 28))
    told = measure(str(file), "--size", "512", "--n", "2")
    assert (told["n"], told["attributes"]["luminance"]["mean"]) == (2, 0.0)
    assert "psi" not in told
    assert "seed" not in told


def test_a_world_by_its_own_networks(tmp_path: Path) -> None:
    told = measure("portraits:glasses=none", "--n", "6", "--data", str(tmp_path))
    assert told["looked_with"] == {"factors": "portraits", "labels": "portraits"}
    assert told["attributes"]["head_x"]["unit"] == "of width"
    assert told["labels"]["face"]["present"] == 1.0
    assert sum(told["choices"]["glasses"].values()) == pytest.approx(1.0)


def test_a_set_that_tells_nothing_of_these(photos: Path, tmp_path: Path) -> None:
    own = tmp_path / "perception" / "mine"
    own.mkdir(parents=True)
    (own / "card.toml").write_text(SALIENT)
    answer = CliRunner().invoke(
        app, ["measure", "pictures", str(photos), "--perception", "mine", "--data", str(tmp_path)]
    )
    assert isinstance(answer.exception, PerceptionNotFound)
    assert "labels" in answer.exception.sentence
