"""`wend serve` as a user starts it: a URL that answers, clear refusals, a quiet end."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cli import command
from tests.engine.library import publish_tiny
from wend import __version__
from wend.cli.serve import urls
from wend.settings import Settings

PATIENCE_S = 120.0


def status_of(url: str, path: str, **headers: str) -> int:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE_S)
    with closing(connection):
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status


def wend(*arguments: str, timeout_s: float = PATIENCE_S) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "wend", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)


@contextmanager
def served(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "wend", "serve", "--port", "0", *arguments]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}
    )
    try:
        assert process.stdout is not None
        found = re.fullmatch(r"Wend serves at (\S+)\n", process.stdout.readline())
        assert found, process.communicate()
        yield process, found[1]
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    folder = tmp_path_factory.mktemp("served")
    publish_tiny(folder / "models", "tiny", 1)
    return ("--models", str(folder / "models"), "--data", str(folder / "data"), "--threads", "1")


def test_it_serves_at_the_printed_address_and_ends_quietly(folders: tuple[str, ...]) -> None:
    with served(*folders) as (process, url):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", url)
        assert status_of(url, "/api/health") == 200
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        assert process.stderr is not None
        out, err = process.stdout.read(), process.stderr.read()
        process.wait(PATIENCE_S)
    assert process.returncode in (0, -signal.SIGINT)
    assert out == "Ctrl-C stops it.\n"
    assert "Traceback" not in err


def test_an_open_server_prints_its_token(folders: tuple[str, ...]) -> None:
    with served("--host", "0.0.0.0", *folders) as (_, url):
        found = re.fullmatch(r"(http://127\.0\.0\.1:\d+/)\?token=(\S{24,})", url)
        assert found
        assert status_of(url, "/api/health", Authorization=f"Bearer {found[2]}") == 200
        assert status_of(url, "/api/health") == 401


def test_a_taken_port_is_said_in_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = wend("serve", "--port", port)
    assert ended.returncode == 1
    assert f"127.0.0.1:{port} cannot be listened on" in ended.stderr
    assert "--port 0" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("serve", "--port", "70000"), 1, "setting port"),
        (("serve", "--port", "x"), 2, "Invalid value"),
        (("serve", "--host", "no.such.host.invalid"), 1, "no address of this machine"),
        (("serve", "--host", "a" * 70 + ".example"), 1, "no address of this machine"),
        (("serve", "--memory", "inf"), 1, "setting memory"),
        (("serve", "--memory", "nan"), 1, "setting memory"),
        (("serve", "--memory", "1e308"), 1, "setting memory"),
        (("serve", "--memory", "-1"), 1, "setting memory"),
        (("serve", "--token", "short"), 1, "setting token"),
        (("serve", "--stranger"), 2, "No such option"),
        (("stranger",), 2, "No such command"),
    ],
)
def test_wrong_options_are_said_in_a_sentence(
    arguments: tuple[str, ...], status: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = command.wend(capsys, *arguments)
    assert (ended.status, ended.stdout) == (status, "")
    assert words in ended.stderr


def test_a_device_this_machine_lacks_is_said_in_a_sentence(folders: tuple[str, ...]) -> None:
    ended = wend("serve", "--port", "0", "--device", "cuda:77", *folders)
    assert ended.returncode == 1
    assert "cuda:77" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_model_that_is_not_there_is_said_in_a_sentence(folders: tuple[str, ...]) -> None:
    ended = wend("serve", "--port", "0", "--model", "typo", *folders)
    assert ended.returncode == 1
    assert "'typo'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_every_variable_named_in_the_help_is_a_setting() -> None:
    # What a console of 80 columns breaks is put together again.
    text = re.sub(r"[\s│]+", " ", wend("serve", "--help").stdout)
    named = {name.removeprefix("WEND_").lower() for name in re.findall(r"WEND_[A-Z_]+", text)}
    assert named <= set(Settings.model_fields)
    assert {"host", "port", "token", "allowed_hosts", "data_dir", "default_model", "memory_bytes"} <= named


def test_the_version() -> None:
    assert wend("version").stdout == f"{__version__}\n"


def test_the_command_line_loads_no_torch_by_itself() -> None:
    """Nor does what `wend jobs list` and `show` read with."""
    code = (
        "import sys, wend.cli, wend.jobs.catalog, wend.jobs.place; "
        "print(sorted({'torch', 'fastapi', 'uvicorn', 'PIL'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", ["http://127.0.0.1:8123/"]),
        ("::1", ["http://[::1]:8123/"]),
        (
            "0.0.0.0",
            [
                "http://127.0.0.1:8123/?token=a-token-of-mine",
                f"http://{socket.gethostname()}:8123/?token=a-token-of-mine",
            ],
        ),
    ],
)
def test_addresses_can_be_opened_as_printed(host: str, expected: list[str]) -> None:
    token = None if host != "0.0.0.0" else "a-token-of-mine"
    assert urls(Settings(host=host, token=token), 8123) == expected


def test_the_package_is_found_from_any_folder(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "wend", "version"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == __version__
