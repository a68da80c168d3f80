"""`wend export`: an animation from the command line, or a sentence."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.command import Ended, wend
from tests.engine.library import publish_tiny

PICTURES = [{"model": "tiny", "latent": {"seed": seed}} for seed in (1, 2)]
KEYFRAMES = [{"picture": picture, "duration": 0.5} for picture in PICTURES]
DOCUMENT = {"version": 2, "picture": PICTURES[0], "timeline": {"keyframes": KEYFRAMES}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    publish_tiny(folder / "models", "tiny", 1)
    return folder


def wend_export(
    capsys: pytest.CaptureFixture[str], folder: Path, of: object, out: str, *options: str
) -> Ended:
    (folder / "document.json").write_text(json.dumps(of))
    where = ["--models", str(folder / "models"), "--data", str(folder / "data"), "--threads", "1"]
    return wend(capsys, "export", str(folder / "document.json"), str(folder / out), *where, *options)


def test_a_document_becomes_a_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = wend_export(capsys, folder, DOCUMENT, "out.zip", "--fps", "10", "--compare")
    assert ended.status == 0, ended.stderr
    assert "5 pictures" in ended.stdout
    with zipfile.ZipFile(folder / "out.zip") as archive:
        assert len(archive.namelist()) == 5


@pytest.mark.parametrize(
    ("of", "out", "words"),
    [
        (PICTURES[0], "out.mp4", "a part of it is missing, at version"),
        ({"version": 1, "picture": PICTURES[0]}, "out.mp4", "no timeline"),
        (DOCUMENT, "out.avi", "ends in none of"),
        ({**DOCUMENT, "version": 9}, "out.mp4", "newer Wend"),
    ],
)
def test_what_cannot_be_exported_is_said_in_a_sentence(
    folder: Path, of: dict[str, object], out: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = wend_export(capsys, folder, of, out)
    assert ended.status == 1
    assert words in ended.stderr
    # Nobody at a terminal has sent a message, or knows of routes.
    assert not any(word in ended.stderr for word in ("message", "schema", "/docs", "/api"))
    assert not (folder / out).exists()
