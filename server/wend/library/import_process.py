"""Import process: a checkpoint is made into a model by a niced process, away from the device thread.

What comes this way was sent, dropped or laid in the inbox by anybody: no program in it is ever run.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ValidationError

from wend.library.inbox import Refusal
from wend.library.programs import SWITCH
from wend.settings import ENVIRONMENT_PREFIX

_TIMEOUT_S = 900.0
_GRACE_S = 10.0
_LOOK_S = 0.2
_NICENESS = 10
_BROKEN = Refusal(
    code="format_reader_died",
    sentence="The process that imports this file ended without a word.",
    hint="Try `wend models add FILE`, which shows what it says.",
)
_STOPPED = Refusal(code="format_refused", sentence="Importing this file was stopped.", hint="Send it again.")


class _Imported(BaseModel):
    """What is read of the answer of `wend models add --json`."""

    id: str


def import_in_process(path: Path, data_dir: Path) -> Refusal | None:
    """Run `wend models add` for a file; None when the model is there."""
    made = import_as(path, data_dir)
    return made if isinstance(made, Refusal) else None


def import_as(
    path: Path,
    data_dir: Path,
    called: str | None = None,
    scratch: Path | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> str | Refusal:
    """The same; the model's id when it is there.

    called: the file's name where it comes from; None: its own. scratch: folder for what it writes on the
    way; is_stopped: asked a few times a second, ends it.
    """
    command = [
        sys.executable,
        "-P",
        "-m",
        "wend",
        "models",
        "add",
        str(path),
        "--data",
        str(data_dir),
        "--json",
    ]
    command.append("--never-run")
    if called is not None:
        command += [f"--called={called}"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    environment.pop(f"{ENVIRONMENT_PREFIX}{SWITCH.upper()}", None)
    if scratch is not None:
        environment["TMPDIR"] = str(scratch)
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    with process:
        with suppress(OSError, AttributeError):  # Windows has no such call
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICENESS)
        deadline = time.monotonic() + _TIMEOUT_S
        answer: bytes | None = None
        while answer is None:
            try:
                answer, _ = process.communicate(timeout=_LOOK_S)
            except subprocess.TimeoutExpired:
                if is_stopped():
                    _end(process)
                    return _STOPPED
                if time.monotonic() > deadline:
                    _end(process)
                    return _BROKEN.model_copy(update={"sentence": "Importing this file takes too long."})
    try:
        if process.returncode == 0:
            return _Imported.model_validate(json.loads(answer)).id
        return Refusal.model_validate(json.loads(answer))
    except (ValueError, ValidationError):
        return _BROKEN


def _end(process: subprocess.Popen[bytes]) -> None:
    """An interrupt lets it take away what it has half written; then it is killed."""
    if os.name == "nt":  # where no process can be sent an interrupt of its own
        process.terminate()
    else:
        process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=_GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
