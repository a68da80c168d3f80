"""A real server for a bench: the default command, on a free port, in a process of its own."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START_TIMEOUT_S = 90.0


@dataclass(frozen=True)
class RunningServer:
    """Where the server answers, e.g. http://127.0.0.1:41234."""

    url: str

    def get(self, path: str) -> Any:  # noqa: ANN401 - the JSON of any route
        """The JSON answer of a GET route."""
        with urllib.request.urlopen(self.url + path, timeout=30) as response:  # noqa: S310 - our own URL
            return json.load(response)

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://").rsplit(":", 1)[0]

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    @property
    def socket_url(self) -> str:
        return self.url.replace("http", "ws", 1) + "/ws"


@contextlib.contextmanager
def running_server(models: Path | None = None, data: Path | None = None) -> Iterator[RunningServer]:
    """Start `wend serve`, wait until it answers, stop it at the end. data: its folder, None: a fresh one."""
    with tempfile.TemporaryDirectory(prefix="wend-bench-") as fresh:
        command = [sys.executable, "-m", "wend", "serve", "--port", "0", "--data", str(data or fresh)]
        if models is not None:
            command += ["--models", str(models)]
        log = Path(fresh) / "server.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, stdout=output, stderr=subprocess.STDOUT, env=os.environ.copy()
            )
            try:
                yield RunningServer(_wait_for_url(process, log))
            finally:
                process.send_signal(signal.SIGINT)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(15)
                process.kill()
                process.wait()


def _wait_for_url(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        text = log.read_text(errors="replace")
        found = re.search(r"http://[\d.]+:\d+", text)
        if found:
            return found.group(0)
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-2000:]}")
