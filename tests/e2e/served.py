"""A real `wend serve` in a process of its own, which a test may kill and start again on the same port."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

PATIENCE_S = 120.0
PROGRAM = (sys.executable, "-m", "wend")
_TOLD = re.compile(r"Wend serves at http://127\.0\.0\.1:(\d+)/")


class Served:
    """One server: its folder of data, its port, and its process while it runs.

    The first start takes any free port, and later ones the same: `url` is known from the first on.
    options: more of `wend serve`; program: the `wend` that serves, where it is not the clone's, then started
    in the folder of data, out of sight of the clone.
    """

    def __init__(
        self,
        data: Path,
        model: str | None = None,
        token: str | None = None,
        options: Sequence[str] = (),
        program: Sequence[str] = PROGRAM,
        measures_walks: bool = False,
    ) -> None:
        self.data = data
        self.model = model
        self.token = token
        self.options = tuple(options)
        self.program = tuple(program)
        self.measures_walks = measures_walks
        self.log = data / "server.log"
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        assert self.port != 0, "it was never started"
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Returns once it answers."""
        command = [*self.program, "serve", f"--port={self.port}", f"--data={self.data}", *self.options]
        if self.model is not None:
            command.append(f"--model={self.model}")
        if self.token is not None:
            command.append(f"--token={self.token}")
        is_clone = self.program == PROGRAM
        environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith("WEND_") and (is_clone or key != "PYTHONPATH")
        }
        # Tests count what a page asks for: news of sliders measured meanwhile would be counted, too.
        # Each is drawn, and looked at by a network, before the board is told all.
        environment["WEND_NEAREST_SAMPLES"] = "16"
        environment["WEND_MEASURE_WALKS"] = str(self.measures_walks).lower()
        folder = None if is_clone else self.data
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=folder)
        deadline = time.monotonic() + PATIENCE_S
        while not self._answers():
            assert self._process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, "the server did not start in time\n" + self.log.read_text()
            time.sleep(0.1)

    def kill(self) -> None:
        """As a crash would: it says goodbye to nobody."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None

    def _answers(self) -> bool:
        told = _TOLD.search(self.log.read_text())
        if told is None:
            return False
        self.port = int(told[1])
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        request = Request(f"{self.url}api/health", headers=headers)  # noqa: S310 - our own address
        try:
            with urlopen(request, timeout=2) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except (URLError, ConnectionError, TimeoutError):
            return False
