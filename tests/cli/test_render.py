"""`wend render`: the picture of a file, without a server, in the very bytes that a server gives."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.engine.library import publish_tiny
from wend.app import create_app
from wend.settings import Settings

PICTURE = {"model": "tiny", "latent": {"kind": "seed", "seed": 5}, "psi": 0.7}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rendered")
    publish_tiny(folder / "models", "tiny", 1)
    return folder


def wend_render(folder: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "wend", "render", *arguments]
    command += ["--models", str(folder / "models"), "--data", str(folder / "data"), "--threads", "1"]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False)


def test_file_pipe_and_server_give_the_same_bytes(folder: Path) -> None:
    (folder / "picture.json").write_text(json.dumps(PICTURE))
    out = folder / "out.png"
    ended = wend_render(folder, str(folder / "picture.json"), str(out))
    assert ended.returncode == 0, ended.stderr
    piped = wend_render(folder, "-", "-", stdin=json.dumps({"version": 1, "picture": PICTURE}).encode())
    assert piped.returncode == 0, piped.stderr
    settings = Settings(models_dir=folder / "models", data_dir=folder / "data", threads=1)
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as client:
        answer = client.post("/api/render", json={"picture": PICTURE})
    assert out.read_bytes() == piped.stdout == answer.content
    assert answer.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("stdin", "out", "words"),
    [
        (b"{", "-", "cannot be read"),
        (b'{"version": 3, "picture": {}}', "-", "newer Wend (version 3)"),
        (json.dumps({**PICTURE, "psi": "high"}).encode(), "-", "psi"),
        (json.dumps({**PICTURE, "model": "none"}).encode(), "-", "no model called 'none'"),
        (json.dumps(PICTURE).encode(), "picture.bmp", "ends in none of"),
        (json.dumps(PICTURE).encode(), "/nowhere/picture.png", "cannot be written"),
        (b" " * 2_000_000, "-", "larger than"),
    ],
)
def test_what_cannot_be_rendered_is_said_in_a_sentence(
    folder: Path, stdin: bytes, out: str, words: str
) -> None:
    ended = wend_render(folder, "-", out, stdin=stdin)
    assert ended.returncode == 1
    assert words in ended.stderr.decode()
    assert b"Traceback" not in ended.stderr
    assert ended.stdout == b""


def test_a_missing_file_is_said_in_a_sentence(folder: Path) -> None:
    ended = wend_render(folder, "no-such.json", "-")
    assert ended.returncode == 1
    assert b"no-such.json" in ended.stderr
