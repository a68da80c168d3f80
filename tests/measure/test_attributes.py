"""Attributes: each reader on pictures whose measure is known."""

import numpy as np
import pytest
import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.measure.attributes import (
    concatenate,
    of_detector,
    of_factors,
    of_label_maps,
    of_labels,
    of_saliency,
)
from wend.measure.pixel_statistics import of_difference, of_pixels, random_pixels
from wend.perception.network import Attribute, Boxes, Choice, Measurement
from wend.worlds.disc import GROUND, Disc


class Eye:
    """Measures the mean of red as `level`, and of green as a hue."""

    attributes = (Attribute("level", "0..1", 0.0, 1.0), Attribute("hue", "degrees", 0.0, 360.0))
    choices = (Choice("side", ("left", "right")),)

    def measure(self, images: Tensor) -> Measurement:
        means = images.mean(dim=(2, 3))
        right = (means[:, 0] > 0).float()
        return Measurement(
            {"level": means[:, 0], "hue": 360.0 * means[:, 1]},
            {"side": torch.stack([1.0 - right, right], dim=1)},
        )


class Halves:
    """Labels the brighter half."""

    labels = ("dark", "bright")

    def logits(self, images: Tensor) -> Tensor:
        return torch.cat([-images[:, :1], images[:, :1]], dim=1)


class Corner:
    """Finds a box of known place; sure of it by the picture's mean."""

    def detect(self, images: Tensor) -> Boxes:
        box = torch.tensor([[0.5, 0.25, 1.0, 0.5]]).expand(len(images), 4)
        return Boxes(box, images.mean(dim=(1, 2, 3)))


class Bright:
    """Salient is what is bright."""

    def salience(self, images: Tensor) -> Tensor:
        return (images[:, :1] + 1.0) / 2.0


def test_factors_have_units_and_hues_come_round() -> None:
    images = torch.stack([torch.full((3, 4, 4), v) for v in (0.25, -0.5)])
    found = of_factors(Eye(), images)
    assert found["level"].unit == "0..1"
    assert found["level"].values.tolist() == [0.25, -0.5]
    assert not found["level"].is_circular
    assert found["hue"].is_circular
    assert found["hue"].period == 360.0
    assert found.choices[0].chosen.tolist() == [1, 0]
    with pytest.raises(InvalidInput, match="level, hue"):
        found["tilt"]


def test_batches_follow_one_another() -> None:
    images = torch.rand(6, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    whole = of_factors(Eye(), images)
    parts = concatenate([of_factors(Eye(), images[:1]), of_factors(Eye(), images[1:])])
    assert np.array_equal(whole["hue"].values, parts["hue"].values)
    assert np.array_equal(whole.choices[0].chances, parts.choices[0].chances)
    both = whole.beside(of_pixels(images))
    assert both.names == (
        "level", "hue", "luminance", "contrast", "red", "green", "blue", "saturation",
    )  # fmt: skip
    table = both.table()
    assert table.columns[:2] == ("picture", "level (0..1)")
    assert len(table.rows) == 6


def test_label_areas() -> None:
    labels = torch.tensor([[[0, 1], [2, 2]], [[0, 0], [0, 0]]], dtype=torch.uint8)
    found = of_label_maps(labels, ("ground", "head", "hair"))
    assert found["hair"].values.tolist() == [0.5, 0.0]
    assert found["ground"].values.tolist() == [0.25, 1.0]
    assert found["hair"].unit == "of area"
    image = torch.full((1, 3, 4, 4), -1.0)
    image[..., :1] = 1.0
    assert of_labels(Halves(), image)["bright"].values.tolist() == [0.25]


def test_boxes() -> None:
    images = torch.stack([torch.full((3, 4, 4), v) for v in (0.75, 0.125)])
    found = of_detector(Corner(), images, least_score=0.5)
    assert found["box_x"].values[0] == pytest.approx(0.25)
    assert found["box_y"].values[0] == pytest.approx(-0.125)
    assert found["box_area"].values[0] == pytest.approx(0.125)
    assert found["box_x"].missing == found["box_area"].missing == 1
    assert found["box_score"].values.tolist() == pytest.approx([0.75, 0.125])


def test_salient_centre_and_pictures_with_nothing_in_them() -> None:
    images = torch.full((2, 3, 10, 10), -1.0)
    images[0, :, 2, 6:10] = 1.0
    images[1, :, 0, 0] = 1.0  # one pixel of a hundred is too little
    found = of_saliency(Bright(), images)
    assert found["salient_x"].values[0] == pytest.approx(0.3)
    assert found["salient_y"].values[0] == pytest.approx(-0.25)
    assert found["salient_size"].values[0] == pytest.approx(0.04)
    assert np.isnan(found["salient_x"].values[1])
    assert found["salient_x"].missing == 1


def test_pixel_statistics_by_hand() -> None:
    image = torch.full((1, 3, 2, 2), -1.0)
    image[0, 0, 0] = 1.0  # the upper half is pure red
    found = of_pixels(image)
    assert found["red"].values[0] == 0.5
    assert found["green"].values[0] == 0.0
    assert found["luminance"].values[0] == pytest.approx(0.1063)
    assert found["contrast"].values[0] == pytest.approx(0.1063)
    assert found["saturation"].values[0] == 0.5
    grey = of_pixels(torch.zeros(1, 3, 2, 2))
    assert grey["saturation"].values[0] == 0.0
    assert grey["luminance"].values[0] == pytest.approx(0.5)


def test_a_disc_is_found_where_it_is() -> None:
    size = 64
    x, y, radius = torch.tensor([0.1, -0.15]), torch.tensor([-0.05, 0.1]), torch.tensor([0.1, 0.18])
    images = Disc().render({"x": x, "y": y, "size": radius}, size).images
    ground = torch.full((1, 3, size, size), 2.0 * GROUND - 1.0)
    # Half of the disc's own grey against the ground: where its soft edge crosses its outline.
    found = of_difference(images, ground, threshold=0.25)
    np.testing.assert_allclose(found["difference_x"].values, x, atol=1.0 / size)
    np.testing.assert_allclose(found["difference_y"].values, y, atol=1.0 / size)
    np.testing.assert_allclose(found["difference_area"].values, torch.pi * radius**2, rtol=0.02)
    assert np.isnan(of_difference(ground, ground)["difference_x"].values[0])


def test_random_pixels() -> None:
    image = torch.tensor([-1.0, 1.0]).view(1, 1, 1, 2).expand(2, 3, 8, 2)
    found = random_pixels(image, 1000, seed=3)
    assert found.shape == (2, 1000)
    assert set(np.unique(found)) == {0.0, 255.0}
    assert found.mean() == pytest.approx(127.5, abs=12.0)
    assert np.array_equal(found, random_pixels(image, 1000, seed=3))
    assert not np.array_equal(found[0], found[1])
