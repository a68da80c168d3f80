"""Golden documents of every version, read here and by vitest: both ends open and refuse the same."""

import json
from pathlib import Path
from typing import Any

import pytest

from wend.documents.document import VERSION, parse_document
from wend.errors import InvalidMessage

# Any: golden files are JSON of any shape.
CASES: list[Any] = json.loads((Path(__file__).parent / "documents.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_golden_document(case: dict[str, Any]) -> None:
    text = json.dumps(case["written"])
    if case["opened"] is None:
        with pytest.raises(InvalidMessage):
            parse_document(text)
    else:
        assert json.loads(parse_document(text).model_dump_json()) == case["opened"]


def test_every_version_has_a_golden() -> None:
    opened = [case["written"]["version"] for case in CASES if case["opened"] is not None]
    assert opened == list(range(1, VERSION + 1))
