"""Kept rows: what a comparison has measured so far, on disk: a run of hours goes on where it stopped."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from wend.library.beside import write_beside

_ROWS = "rows.jsonl"


class RowFile:
    """Rows of one setting in a folder: `about` tells it, and rows of another are not mixed with these."""

    def __init__(self, folder: Path, about: dict[str, object]) -> None:
        """Begins anew where what is there is of other settings."""
        self._path = folder / _ROWS
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(about, sort_keys=True)
        told = folder / "about.json"
        if not told.is_file() or told.read_text(encoding="utf-8") != text:
            self._path.unlink(missing_ok=True)
            write_beside(told, text.encode())

    def __iter__(self) -> Iterator[Any]:  # Any: whatever a line holds
        """Those that are whole; a line cut off by a crash is left out."""
        for line in self._path.read_text(encoding="utf-8").splitlines() if self._path.is_file() else ():
            try:
                yield json.loads(line)
            except ValueError:
                continue

    def add(self, values: Mapping[str, object]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(values) + "\n")
