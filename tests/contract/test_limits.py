"""Limits that the page keeps by itself: the page's numbers are the server's."""

import re
from pathlib import Path

import pytest

from wend.documents import controls, picture, timeline
from wend.protocol import regions

WIRE = Path(__file__).parents[2] / "frontend" / "src" / "protocol" / "wire.ts"


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        *((name, getattr(picture, name)) for name in ("MAX_EDITS", "MAX_MIXED", "MAX_PARTS", "MAX_MASKS")),
        ("MAX_CONTROLS", controls.MAX_CONTROLS),
        ("MAX_KEYFRAMES", timeline.MAX_KEYFRAMES),
        ("MAX_KEYFRAME_PARTS", timeline.MAX_KEYFRAME_PARTS),
        ("MAX_MEASURED_AGAIN", regions.MAX_MEASURED_AGAIN),
        ("MAX_FAMILIES", regions.MAX_FAMILIES),
    ],
)
def test_a_limit_is_the_same_at_both_ends(name: str, limit: int) -> None:
    told = re.search(rf"^export const {name} = (\d+);$", WIRE.read_text(), re.MULTILINE)
    assert told is not None
    assert int(told[1]) == limit
