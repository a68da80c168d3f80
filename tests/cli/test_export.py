"""`wend export`: an animation from the command line, or a sentence."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.engine.library import publish_tiny

PICTURES = [{"model": "tiny", "latent": {"seed": seed}} for seed in (1, 2)]
KEYFRAMES = [{"picture": picture, "duration": 0.5} for picture in PICTURES]
DOCUMENT = {"version": 2, "picture": PICTURES[0], "timeline": {"keyframes": KEYFRAMES}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    publish_tiny(folder / "models", "tiny", 1)
    return folder


def wend_export(folder: Path, of: object, out: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "document.json").write_text(json.dumps(of))
    command = [sys.executable, "-m", "wend", "export", str(folder / "document.json"), str(folder / out)]
    command += ["--models", str(folder / "models"), "--data", str(folder / "data"), "--threads", "1"]
    return subprocess.run([*command, *options], capture_output=True, text=True, timeout=60, check=False)


def test_a_document_becomes_a_file(folder: Path) -> None:
    ended = wend_export(folder, DOCUMENT, "out.zip", "--fps", "10", "--compare")
    assert ended.returncode == 0, ended.stderr
    assert "5 pictures" in ended.stdout
    with zipfile.ZipFile(folder / "out.zip") as archive:
        assert len(archive.namelist()) == 5


@pytest.mark.parametrize(
    ("of", "out", "words"),
    [
        (PICTURES[0], "out.mp4", "cannot be read"),
        ({"version": 1, "picture": PICTURES[0]}, "out.mp4", "no timeline"),
        (DOCUMENT, "out.avi", "ends in none of"),
        ({**DOCUMENT, "version": 9}, "out.mp4", "newer Wend"),
    ],
)
def test_what_cannot_be_exported_is_said_in_a_sentence(
    folder: Path, of: dict[str, object], out: str, words: str
) -> None:
    ended = wend_export(folder, of, out)
    assert ended.returncode == 1
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (folder / out).exists()
