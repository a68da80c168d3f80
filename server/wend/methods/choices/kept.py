"""Kept rows: what a trial has measured so far, on disk, so that a run of hours goes on where it stopped."""

import json
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor

from wend.library.beside import write_beside
from wend.library.weights import read_weights, save_exactly
from wend.methods.choices.trial import SHOWN, Row

_ROWS, _PICTURES = "rows.jsonl", "pictures"


class KeptRows:
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
        """Those that are whole; a line cut off by a crash is left out."""
        path = self._folder / _ROWS
        found = []
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
            try:
                found.append(Row(**json.loads(line)))
            except (ValueError, TypeError):
                continue
        return found

    def keep(self, row: Row, image: Tensor) -> None:
        """A row, and its picture where the page shows it."""
        if row.picture < SHOWN:
            save_exactly(self._image(row.choice, row.picture), {"image": image})
        with (self._folder / _ROWS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(row)) + "\n")

    def images(self, rows: list[Row]) -> dict[tuple[str, int], Tensor]:
        """The kept pictures of these rows."""
        found = {}
        for row in rows:
            path = self._image(row.choice, row.picture)
            if row.picture < SHOWN and path.is_file():
                found[row.choice, row.picture] = read_weights(path)["image"].to(torch.float32)
        return found

    def _image(self, choice: str, picture: int) -> Path:
        name = choice.replace("+", "plus")
        return self._folder / f"{_PICTURES}-{name}-{picture}.safetensors"
