"""Golden timelines, read here and by vitest: both ends show the same picture at the same time."""

import json
from pathlib import Path
from typing import Any

import pytest

from wend.documents.sampling import frame_count, frame_time, picture_at, seconds_of
from wend.documents.sound import Sound
from wend.documents.timeline import Timeline

FILES = sorted((Path(__file__).parent / "timeline").glob("*.json"))
# Any: golden files are JSON of any shape.
CASES: list[Any] = [case for path in FILES for case in json.loads(path.read_text())]
CLOSE = 1e-9


def rounded(value: object) -> object:
    """Numbers to nine places: the last bits are nobody's promise."""
    if isinstance(value, float):
        return round(value, 9)
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return {key: rounded(item) for key, item in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_golden_timeline(case: dict[str, Any]) -> None:
    timeline = Timeline.model_validate_json(json.dumps(case["timeline"]), strict=True)
    sound = None if case["sound"] is None else Sound.model_validate_json(json.dumps(case["sound"]))
    assert seconds_of(timeline) == pytest.approx(case["seconds"], abs=CLOSE)
    for frames in case["frames"]:
        count = frame_count(timeline, frames["fps"])
        assert count == frames["count"]
        places = (0, count // 2, count - 1) if count else ()
        times = [frame_time(timeline, place, count) for place in places]
        assert times == pytest.approx(frames["times"], abs=CLOSE)
    for sample in case["samples"]:
        shown = json.loads(picture_at(timeline, sample["at"], sound).model_dump_json())
        assert rounded(shown) == rounded(sample["picture"])


def test_every_choice_has_a_golden() -> None:
    paths = {case["timeline"]["path"] for case in CASES}
    repeats = {case["timeline"]["repeat"] for case in CASES}
    easings = {keyframe["easing"] for case in CASES for keyframe in case["timeline"]["keyframes"]}
    assert paths == {"lerp", "slerp", "spline"}
    assert repeats == {"once", "loop", "ping_pong"}
    assert easings == {"linear", "ease_in", "ease_out", "ease_in_out", "hold"}
