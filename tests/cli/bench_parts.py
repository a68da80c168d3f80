"""Parts for the tests of `wend bench big`, in a file that imports next to nothing: each has a process."""

import os
import time
from pathlib import Path

from wend.cli.bench.big_process import Row, Telling


def counts(_folder: Path, telling: Telling) -> Row:
    """Tells once, and ends."""
    telling.tell({"seen": 1})
    return {"seen": 2}


def grows(_folder: Path, telling: Telling) -> Row:
    """Takes more and more memory, up to 2 GB."""
    telling.tell({"seen": 1})
    held = []
    for _ in range(20):
        held.append(b"1" * 100_000_000)
        time.sleep(0.1)
    return {"seen": len(held)}


def dies(_folder: Path, _telling: Telling) -> Row:
    """Is gone without a word."""
    os._exit(3)
