"""Pictures measured: summaries, rows and the page agree, and are exact on pictures made by hand."""

import csv
import io
from typing import Any

import pytest
import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.measure.pictures import Named, Onlookers, PicturesSeen, measure_pictures
from wend.measure.report.page import render_report
from wend.measure.slices import finish
from wend.perception.network import Attribute, Choice, Measurement


class Eye:
    """The mean of red, as a level that dark pictures do not have, and as one of two options."""

    attributes = (Attribute("level", "0..1", 0.0, 1.0), Attribute("hue", "degrees", 0.0, 360.0))
    choices = (Choice("lit", ("no", "yes")),)

    def measure(self, images: Tensor) -> Measurement:
        assert min(images.shape[2:]) >= 32
        red = images[:, 0].mean(dim=(1, 2))
        level = red.masked_fill(red < -0.9, torch.nan)
        lit = (red > 0.0).float()
        hue = torch.where(red > 0.0, 350.0, 10.0)
        return Measurement({"level": level, "hue": hue}, {"lit": torch.stack([1.0 - lit, lit], dim=1)})


class Bright:
    """Bright pixels, and all others."""

    labels = ("dark", "bright", "never")

    def logits(self, images: Tensor) -> Tensor:
        light = images.mean(dim=1)
        return torch.stack([-light, light, torch.full_like(light, -9.0)], dim=1)


def batches() -> list[Named]:
    """Three plain pictures of 8 px, of -1, 0.5 and 1, and one batch of which nothing could be read."""
    levels = torch.tensor([-1.0, 0.5, 1.0])
    images = levels[:, None, None, None].expand(-1, 3, 8, 8).contiguous()
    return [(("a", "b"), images[:2]), ((), images[:0]), (("c",), images[2:])]


@pytest.fixture(scope="module")
def seen() -> PicturesSeen:
    return finish(measure_pictures(iter(batches()), Onlookers(Eye(), Bright())))


def test_summaries_by_hand(seen: PicturesSeen) -> None:
    told: Any = seen.as_dict()  # Any: plain JSON
    assert told["n"] == 3
    attributes = told["attributes"]
    assert attributes["level"] == {
        "unit": "0..1",
        "missing": 1,
        "mean": pytest.approx(0.75),
        "sd": pytest.approx(0.25),
        "quantiles": pytest.approx([0.525, 0.625, 0.75, 0.875, 0.975]),
    }
    # 10, 350 and 350 degrees lie about 356.6, not about 237.
    hue = attributes["hue"]
    assert hue["mean"] == pytest.approx(356.66, abs=0.05)
    assert hue["quantiles"] is None
    assert told["choices"] == {"lit": {"no": pytest.approx(1 / 3), "yes": pytest.approx(2 / 3)}}
    labels = told["labels"]
    assert labels["dark"] == {"mean_area": pytest.approx(1 / 3), "present": pytest.approx(1 / 3)}
    assert labels["bright"] == {"mean_area": pytest.approx(2 / 3), "present": pytest.approx(2 / 3)}
    assert labels["never"] == {"mean_area": 0.0, "present": 0.0}
    assert attributes["luminance"]["mean"] == pytest.approx((0.0 + 0.75 + 1.0) / 3)


def test_a_row_for_each_picture(seen: PicturesSeen) -> None:
    rows = list(csv.DictReader(io.StringIO(seen.table().to_csv())))
    assert [row["picture"] for row in rows] == ["a", "b", "c"]
    assert [row["level (0..1)"] for row in rows] == ["", "0.5", "1.0"]
    assert [row["lit"] for row in rows] == ["no", "yes", "yes"]
    assert [row["bright (of area)"] for row in rows] == ["0.0", "1.0", "1.0"]


def test_the_page_shows_each_attribute_and_fetches_nothing(seen: PicturesSeen) -> None:
    page = render_report(seen.report("Mine", {"side": 8}, "Told by hand."))
    for name in ("luminance", "level", "hue", "lit yes", "bright"):
        assert f"{name}" in page
    assert "not found in 1" in page
    assert "never" not in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in page


def test_pixels_alone_and_nothing_at_all() -> None:
    plain = finish(measure_pictures(iter(batches()), Onlookers()))
    assert plain.numbers.names == ("luminance", "contrast", "red", "green", "blue", "saturation")
    assert plain.as_dict()["labels"] == {}
    assert "Things" not in render_report(plain.report("Mine", {}, ""))
    with pytest.raises(InvalidInput, match="no picture"):
        finish(measure_pictures(iter(batches()[1:2]), Onlookers()))
