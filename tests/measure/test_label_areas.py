"""Label areas: exact shares and outlines of small maps."""

import pytest
import torch

from wend.errors import InvalidShape
from wend.measure.area_tally import percent_of
from wend.measure.attributes import of_label_maps
from wend.measure.label_areas import areas_of_maps


def test_two_classes_give_exact_fractions_and_outlines() -> None:
    labels = torch.zeros(2, 4, 4, dtype=torch.uint8)
    labels[0, 1:3, 1:3] = 2  # four pixels, eight edges
    labels[1, :, :2] = 1  # half, one edge of four
    areas = areas_of_maps(labels, 3)
    assert areas.shares.tolist() == [[0.75, 0.0, 0.25], [0.5, 0.5, 0.0]]
    assert areas.outlines.tolist() == [[2.0, 0.0, 2.0], [1.0, 1.0, 0.0]]


def test_every_row_sums_to_one_and_is_percent_once() -> None:
    labels = torch.randint(0, 7, (5, 12, 20), generator=torch.Generator().manual_seed(0))
    areas = areas_of_maps(labels, 9)
    assert areas.shares.sum(axis=1) == pytest.approx(1.0)
    assert percent_of(areas).sum(axis=1) == pytest.approx(100.0)
    # The shares that everything else of this package is told of are these.
    names = tuple("abcdefghi")
    told = of_label_maps(labels, names)
    assert [column.values.tolist() for column in told.columns] == areas.shares.T.tolist()


def test_what_is_no_label_map() -> None:
    with pytest.raises(InvalidShape, match="labels"):
        areas_of_maps(torch.zeros(4, 4), 2)
