"""`wend perception`: a user's own network is checked with its reasons, and added whole or not at all."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from typer.testing import CliRunner

from wend.cli import app
from wend.errors import CardInvalid

CARD = """
id = "{id}"
title = "Mine"
summary = "Lines of my own."
licence = "MIT"

[[networks]]
name = "contours"
role = "lines"
kind = "edges"
"""
BROKEN = """
[[networks]]
name = "sketch"
role = "lines"
kind = "photosketch"
file = "net.pth"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "card.toml").write_text(CARD.format(id="mine"))
    return folder


def test_kinds_are_listed_with_their_roles() -> None:
    answer = CliRunner().invoke(app, ["perception", "kinds"])
    assert answer.exit_code == 0
    assert "inception-fid" in answer.stdout
    assert "factors, classes, landmarks" in answer.stdout


def test_a_usable_folder_is_added_and_listed(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    answer = CliRunner().invoke(app, ["perception", "add", str(folder), "--data", str(data)])
    assert answer.exit_code == 0, answer.output
    assert "usable contours: lines by edges" in answer.stdout
    assert (data / "perception" / "mine" / "card.toml").read_text() == (folder / "card.toml").read_text()
    listed = CliRunner().invoke(app, ["perception", "list", "--data", str(data), "--json"])
    assert "mine" in [found["id"] for found in json.loads(listed.stdout)["sets"]]
    again = CliRunner().invoke(app, ["perception", "add", str(folder), "--data", str(data)])
    assert isinstance(again.exception, CardInvalid)
    assert "there is a set 'mine' already" in str(again.exception)


def test_what_cannot_be_used_is_named_and_not_added(folder: Path, tmp_path: Path) -> None:
    with (folder / "card.toml").open("a") as card:
        card.write(BROKEN)
    save_file({"x": torch.ones(1)}, folder / "net.pth")
    data = tmp_path / "data"
    answer = CliRunner().invoke(app, ["perception", "add", str(folder), "--data", str(data)])
    assert answer.exit_code == 1
    words = " ".join(answer.stdout.split())
    assert "usable contours" in words
    assert "refused sketch: The weights mine/net.pth cannot be used: model.1.weight is missing" in words
    assert not data.exists()
    assert CliRunner().invoke(app, ["perception", "check", str(folder)]).exit_code == 1


def test_a_link_is_not_copied(folder: Path, tmp_path: Path) -> None:
    (folder / "notes.txt").symlink_to("/etc/hostname")
    answer = CliRunner().invoke(app, ["perception", "add", str(folder), "--data", str(tmp_path / "data")])
    assert isinstance(answer.exception, CardInvalid)
    assert not (tmp_path / "data" / "perception").exists()


def test_a_card_of_another_name_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "card.toml").write_text(CARD.format(id="mine"))
    answer = CliRunner().invoke(app, ["perception", "check", str(folder)])
    assert isinstance(answer.exception, CardInvalid)
    assert "its id 'mine' is not the name of its folder" in str(answer.exception)
