"""One writer: results as strict JSON and as CSV that reads back."""

import csv
import io
import json
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from wend.measure.export import Table, flatten, to_csv, to_dict, to_json, to_plain


@dataclass(frozen=True)
class _Inner:
    values: tuple[float, ...]


@dataclass(frozen=True)
class _Outer:
    name: str
    inner: _Inner
    shares: dict[str, float]


OUTER = _Outer("a, b", _Inner((1.0, float("nan"))), {"left": 0.5})


def test_results_become_plain_data() -> None:
    assert to_dict(OUTER) == {"name": "a, b", "inner": {"values": [1.0, None]}, "shares": {"left": 0.5}}
    assert to_plain(np.array([[1, 2], [3, 4]])) == [[1, 2], [3, 4]]
    assert to_plain(torch.tensor([0.5])) == [0.5]
    assert to_plain((np.float32(0.25), np.bool_(True), None)) == [0.25, True, None]


def test_json_is_strict() -> None:
    assert json.loads(to_json(OUTER))["inner"]["values"] == [1.0, None]
    assert to_json(float("inf")) == "null"


def test_other_things_are_refused() -> None:
    with pytest.raises(TypeError, match="is no plain data"):
        to_plain(object())


def test_any_result_is_a_table_of_its_leaves() -> None:
    assert flatten(OUTER).rows == (
        ("name", "a, b"), ("inner.values.0", 1.0), ("inner.values.1", None), ("shares.left", 0.5),
    )  # fmt: skip


def test_csv_reads_back() -> None:
    rows = list(csv.reader(io.StringIO(to_csv(OUTER))))
    assert rows == [
        ["key", "value"], ["name", "a, b"], ["inner.values.0", "1.0"], ["inner.values.1", ""],
        ["shares.left", "0.5"],
    ]  # fmt: skip
    assert to_csv(Table(("x", "y"), ((1, 2.5),))) == "x,y\n1,2.5\n"
