"""Kept rows of a comparison: what is measured so far, on disk, so that hours go on where they stopped."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import torch

from wend.library.beside import write_beside
from wend.library.weights import read_weights, save_exactly
from wend.measure.recovery import Recovery
from wend.methods.layerwise.comparison import SHOWN, Row

_ROWS = "rows.jsonl"


class KeptComparison:
    """A folder of one setting: `about` tells it, and rows of another are not mixed with these."""

    def __init__(self, folder: Path, about: dict[str, object]) -> None:
        """Begins anew where what is there is of other settings."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(about, sort_keys=True)
        told = folder / "about.json"
        if not told.is_file() or told.read_text(encoding="utf-8") != text:
            (folder / _ROWS).unlink(missing_ok=True)
            write_beside(told, text.encode())

    def rows(self) -> list[Row]:
        """Those that are whole, with the pictures that are shown; a line cut off by a crash is left out."""
        path = self._folder / _ROWS
        found = []
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
            try:
                values = json.loads(line)
                row = Row(**{**values, "recovery": Recovery(**values["recovery"]), "image": None})
            except (ValueError, TypeError, KeyError):
                continue
            picture = self._picture(row)
            if row.target < SHOWN and picture.is_file():
                row = replace(row, image=read_weights(picture)["image"].to(torch.float32))
            found.append(row)
        return found

    def keep(self, row: Row) -> None:
        """A row, and its picture where the page shows it."""
        if row.target < SHOWN and row.image is not None:
            save_exactly(self._picture(row), {"image": row.image})
        values = {**asdict(replace(row, image=None)), "image": None}
        with (self._folder / _ROWS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(values) + "\n")

    def _picture(self, row: Row) -> Path:
        return self._folder / f"{row.method}-{row.target}.safetensors"
