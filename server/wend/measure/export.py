"""Export: every measure's result as plain data, JSON and CSV; one writer for all of them."""

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass

import numpy as np
from torch import Tensor

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
"""What JSON can hold."""

Cell = None | bool | int | float | str


@dataclass(frozen=True)
class Table:
    """Named columns and the rows under them, for CSV and for reading a chart without seeing it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def to_csv(self) -> str:
        """Comma-separated text with a header line; empty cells for what is missing."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return text.getvalue()


def to_plain(value: object) -> Plain:
    """Dataclasses, mappings, sequences, arrays and numbers as JSON can hold them.

    What is not finite becomes None, since JSON knows no such number. Raises: TypeError for anything else.
    """
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, np.generic | np.ndarray | Tensor):
        return to_plain(value.tolist())
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [to_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} is no plain data")


def to_dict(value: object) -> dict[str, Plain]:
    """A dataclass or mapping as plain data, for `as_dict` of every result."""
    plain = to_plain(value)
    assert isinstance(plain, dict), type(value)
    return plain


def to_json(value: object) -> str:
    """One JSON object, strict: no NaN, no infinity."""
    return json.dumps(to_plain(value), allow_nan=False, ensure_ascii=False)


def flatten(value: object) -> Table:
    """Any result as a table of two columns: the dotted way to each number, and the number."""
    return Table(("key", "value"), tuple(_leaves(to_plain(value), "")))


def to_csv(value: object) -> str:
    """Any result as CSV: a table as it is, all else as keys and values."""
    return value.to_csv() if isinstance(value, Table) else flatten(value).to_csv()


def _leaves(plain: Plain, path: str) -> list[tuple[Cell, ...]]:
    if isinstance(plain, dict):
        named = list(plain.items())
    elif isinstance(plain, list):
        named = [(str(index), item) for index, item in enumerate(plain)]
    else:
        return [(path, plain)]
    return [leaf for key, item in named for leaf in _leaves(item, f"{path}.{key}" if path else key)]
