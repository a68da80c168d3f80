"""Kept rows of a comparison, with the pictures that are shown."""

from dataclasses import asdict, replace
from pathlib import Path

import torch

from wend.library.weights import read_weights, save_exactly
from wend.measure.recovery import Recovery
from wend.methods.kept_rows import RowFile
from wend.methods.layerwise.comparison import SHOWN, Row


class KeptComparison:
    """A folder of one setting: `about` tells it, and rows of another are not mixed with these."""

    def __init__(self, folder: Path, about: dict[str, object]) -> None:
        """Begins anew where what is there is of other settings."""
        self._folder = folder
        self._file = RowFile(folder, about)

    def rows(self) -> list[Row]:
        """Those that are whole, with the pictures that are shown."""
        found = []
        for values in self._file:
            try:
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
        self._file.add(values)

    def _picture(self, row: Row) -> Path:
        return self._folder / f"{row.method}-{row.target}.safetensors"
