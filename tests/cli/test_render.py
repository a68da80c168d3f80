"""`wend render`: the picture of a file, without a server, in the very bytes that a server gives."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.cli.command import Ended, wend
from tests.engine.library import publish_tiny
from wend.app import create_app
from wend.settings import Settings

PATIENCE_S = 120.0
PICTURE = {"model": "tiny", "latent": {"kind": "seed", "seed": 5}, "psi": 0.7}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rendered")
    publish_tiny(folder / "models", "tiny", 1)
    return folder


def words(folder: Path, *arguments: str) -> list[str]:
    where = ["--models", str(folder / "models"), "--data", str(folder / "data"), "--threads", "1"]
    return ["render", *arguments, *where]


def wend_render(capsys: pytest.CaptureFixture[str], folder: Path, picture: bytes, out: str) -> Ended:
    (folder / "picture.json").write_bytes(picture)
    return wend(capsys, *words(folder, str(folder / "picture.json"), out))


def test_file_pipe_and_server_give_the_same_bytes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "out.png"
    ended = wend_render(capsys, folder, json.dumps(PICTURE).encode(), str(out))
    assert ended.status == 0, ended.stderr
    # A process of its own, whose pipes are a user's.
    piped = subprocess.run(
        [sys.executable, "-m", "wend", *words(folder, "-", "-")],
        input=json.dumps({"version": 1, "picture": PICTURE}).encode(),
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert piped.returncode == 0, piped.stderr
    settings = Settings(models_dir=folder / "models", data_dir=folder / "data", threads=1)
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as client:
        answer = client.post("/api/render", json={"picture": PICTURE})
    assert out.read_bytes() == piped.stdout == answer.content
    assert answer.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("picture", "out", "said"),
    [
        (b"{", "-", "cannot be read"),
        (b'{"version": 5, "picture": {}}', "-", "newer Wend (version 5)"),
        (json.dumps({**PICTURE, "psi": "high"}).encode(), "-", "psi"),
        (json.dumps({**PICTURE, "model": "none"}).encode(), "-", "no model called 'none'"),
        (json.dumps(PICTURE).encode(), "picture.bmp", "ends in none of"),
        (json.dumps(PICTURE).encode(), "/nowhere/picture.png", "cannot be written"),
        (b" " * 2_000_000, "-", "too large"),
    ],
)
def test_what_cannot_be_rendered_is_said_in_a_sentence(
    folder: Path, picture: bytes, out: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = wend_render(capsys, folder, picture, out)
    assert ended.status == 1
    assert said in ended.stderr
    assert ended.stdout == ""


def test_a_missing_file_is_said_in_a_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = wend(capsys, *words(folder, "no-such.json", "-"))
    assert ended.status == 1
    assert "no-such.json cannot be read: no such file or directory." in ended.stderr
