"""Reports of regions become messages; their thumbnails are kept for a while, the oldest leave first."""

import hashlib

import pytest

from wend.api.regions import Thumbnails, drift_message, region_message
from wend.engine.request import DriftReport, FoundSlider, RegionReport, ViewKey
from wend.errors import AssetNotFound

KEY = ViewKey("s", 2)


def asset(text: str) -> tuple[str, bytes]:
    return hashlib.sha256(text.encode()).hexdigest(), text.encode()


def test_a_report_is_told_with_its_leakage() -> None:
    strip, heat = asset("strip"), asset("heat")
    found = FoundSlider(
        "region-0123abcd/1", "Mouth closed/open", -2.0, 3.0, "parts", "judge", (2, 6), "mouth", "factor",
        "mouth open +0.5", 20.0, 1.0, strip[0], 7, heat[0],
    )  # fmt: skip
    report = RegionReport(
        KEY, 4, "m", "region-0123abcd", (found,), (strip, heat), "Done", 1.5, 2.0, True, ("No.", "Do.")
    )
    message = region_message(report)
    assert (message.view, message.request, message.fraction, message.is_done) == (2, 4, 1.0, True)
    slider = message.sliders[0]
    assert slider.leakage == pytest.approx(0.05)
    assert (slider.layers.start, slider.layers.end) == (2, 6)
    assert message.lack is not None
    assert message.lack.hint == "Do."


def test_a_drift_is_told() -> None:
    message = drift_message(DriftReport(KEY, 9, 0.5, 4.0, 8.0, 9.0))
    assert (message.view, message.revision, message.still, message.moved_without) == (2, 9, 0.5, 9.0)


def test_the_oldest_thumbnails_leave_first() -> None:
    kept = Thumbnails(limit_bytes=8)
    first, second, third = asset("aaa"), asset("bbb"), asset("ccc")
    kept.keep([first, second])
    kept.keep([second, third])
    assert kept.get(second[0]) == b"bbb"
    assert kept.get(third[0]) == b"ccc"
    with pytest.raises(AssetNotFound):
        kept.get(first[0])
