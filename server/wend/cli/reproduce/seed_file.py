"""Seed file: what was measured of each seed, a line each, so that a broken-off experiment goes on."""

import json
from pathlib import Path

Told = dict[str, object]
"""One result, as plain data."""


class SeedFile:
    """Lines of JSON, each of one seed and of the weights it was measured with. note: what else must be the
    same for a line to count, e.g. a version of the method."""

    def __init__(self, path: Path, model_hash: str, note: str) -> None:
        self._path = path
        self._stamp = {"model_hash": model_hash, "note": note}

    def load(self) -> dict[int, list[Told]]:
        """By seed, of these weights; a line that a crash has cut off is left out."""
        found: dict[int, list[Told]] = {}
        if not self._path.exists():
            return found
        for line in self._path.read_text(encoding="utf-8").splitlines():
            try:
                told = json.loads(line)
            except json.JSONDecodeError:
                continue
            if {name: told.get(name) for name in self._stamp} == self._stamp:
                found[told["seed"]] = told["scores"]
        return found

    def keep(self, seed: int, scores: list[Told]) -> None:
        """One line more, behind what a crash may have left without its end."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a+", encoding="utf-8") as file:
            file.seek(0)
            text = file.read()
            if text and not text.endswith("\n"):
                file.write("\n")
            file.write(json.dumps({**self._stamp, "seed": seed, "scores": scores}) + "\n")
