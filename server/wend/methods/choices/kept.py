"""Kept rows of a trial, with the pictures that are shown."""

from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor

from wend.library.weights import read_weights, save_exactly
from wend.methods.choices.trial import SHOWN, Row
from wend.methods.kept_rows import RowFile

_PICTURES = "pictures"


class KeptRows:
    """A folder of one setting: `about` tells it, and rows of another are not mixed with these."""

    def __init__(self, folder: Path, about: dict[str, object]) -> None:
        """Begins anew where what is there is of other settings."""
        self._folder = folder
        self._file = RowFile(folder, about)

    def rows(self) -> list[Row]:
        """Those that are whole."""
        found = []
        for values in self._file:
            try:
                found.append(Row(**values))
            except (ValueError, TypeError):
                continue
        return found

    def keep(self, row: Row, image: Tensor) -> None:
        """A row, and its picture where the page shows it."""
        if row.picture < SHOWN:
            save_exactly(self._image(row.choice, row.picture), {"image": image})
        self._file.add(asdict(row))

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
