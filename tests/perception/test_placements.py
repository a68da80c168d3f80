"""Placements: boxes, salience and points as factors, each exact on pictures made by hand."""

from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from tests.perception.plugging import gradient_of, some_images
from wend.perception.network import Attribute, Boxes, Choice, Measurement
from wend.perception.placements import BoxFactors, PointFactors, SalienceFactors, SideBySide, centre_of


class Halves:
    """The left half of every picture, surer of the bright ones."""

    def detect(self, images: Tensor) -> Boxes:
        corners = images.new_tensor([0.0, 0.0, 0.5, 1.0]).repeat(len(images), 1)
        return Boxes(corners, (images.mean(dim=(1, 2, 3)) + 1.0) / 2.0)


class Bright:
    """What is bright is salient."""

    def salience(self, images: Tensor) -> Tensor:
        return (images.mean(dim=1, keepdim=True) + 1.0) / 2.0


class Corners:
    """Two points: the left top, and the brightness of the picture along its diagonal."""

    points = ("left top", "nose")

    def locate(self, images: Tensor) -> Tensor:
        share = (images.mean(dim=(1, 2, 3)) + 1.0) / 2.0
        return torch.stack([torch.zeros(len(images), 2), share[:, None].expand(-1, 2)], dim=1)


@dataclass(frozen=True)
class Saying:
    """One number, and one choice, whatever it is shown."""

    attributes: tuple[Attribute, ...]
    choices: tuple[Choice, ...]
    value: float

    def measure(self, images: Tensor) -> Measurement:
        values = {a.name: torch.full((len(images),), self.value) for a in self.attributes}
        return Measurement(values, {c.name: torch.full((len(images), 2), 0.5) for c in self.choices})


def test_a_box_by_hand_and_one_nobody_believes() -> None:
    images = torch.ones(2, 3, 8, 8)
    images[1] = -0.6  # score 0.2
    found = BoxFactors(Halves(), least_score=0.5)
    values = found.measure(images).values
    assert list(values) == [a.name for a in found.attributes]
    said = [float(value[0]) for value in values.values()]
    assert said == pytest.approx([-0.25, 0.0, 0.5, 1.0, 0.5, 1.0])
    assert all(torch.isnan(values[name][1]) for name in values if name != "box_score")
    assert float(values["box_score"][1]) == pytest.approx(0.2)


def test_salience_by_hand_with_a_gradient() -> None:
    images = torch.full((2, 3, 10, 10), -1.0)
    images[0, :, 2, 6:10] = 1.0
    values = SalienceFactors(Bright()).measure(images).values
    assert [float(value[0]) for value in values.values()] == pytest.approx([0.3, -0.25, 0.04])
    assert all(torch.isnan(value[1]) for value in values.values())
    pictures = some_images(1).requires_grad_()
    assert gradient_of(SalienceFactors(Bright()).measure(pictures).values["salient_x"], pictures) > 0.0


def test_points_are_counted_from_the_middle_and_named() -> None:
    images = torch.stack([torch.ones(3, 8, 8), torch.zeros(3, 8, 8)])
    found = PointFactors(Corners())
    values = found.measure(images).values
    assert list(values) == ["left_top_x", "left_top_y", "nose_x", "nose_y"]
    assert [value.tolist() for value in values.values()] == [
        [-0.5, -0.5],
        [-0.5, -0.5],
        [0.5, 0.0],
        [0.5, 0.0],
    ]
    assert [a.name for a in found.attributes] == list(values)


def test_side_by_side_the_first_that_tells_a_thing_counts() -> None:
    level, other, hat = (
        Attribute("level", "0..1", 0, 1),
        Attribute("other", "x", 0, 2),
        Choice("hat", ("a", "b")),
    )
    both = SideBySide((Saying((level,), (hat,), 1.0), Saying((other, level), (hat,), 2.0)))
    assert [a.name for a in both.attributes] == ["level", "other"]
    assert both.attributes[0] is level
    assert both.choices == (hat,)
    found = both.measure(torch.zeros(3, 3, 8, 8))
    assert {name: value.tolist() for name, value in found.values.items()} == {
        "level": [1.0] * 3,
        "other": [2.0] * 3,
    }
    assert list(found.chances) == ["hat"]


def test_the_centre_of_nothing_is_nowhere() -> None:
    x, y = centre_of(torch.zeros(1, 4, 4))
    assert torch.isnan(x).all()
    assert torch.isnan(y).all()
