"""Import process: a checkpoint is made into a model by a niced process, away from the device thread."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from wend.library.inbox import Refusal

_TIMEOUT_S = 900.0
_NICENESS = 10
_BROKEN = Refusal(
    code="format_reader_died",
    sentence="The process that imports this file ended without a word.",
    hint="Try `wend models add FILE`, which shows what it says.",
)


def import_in_process(path: Path, data_dir: Path) -> Refusal | None:
    """Run `wend models add` for a file; None when the model is there."""
    command = [sys.executable, "-m", "wend", "models", "add", str(path), "--data", str(data_dir), "--json"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    with process:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICENESS)
        try:
            answer, _ = process.communicate(timeout=_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            return _BROKEN.model_copy(update={"sentence": "Importing this file takes too long."})
    if process.returncode == 0:
        return None
    try:
        return Refusal.model_validate(json.loads(answer))
    except (ValueError, ValidationError):
        return _BROKEN
