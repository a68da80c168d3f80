"""Masks of parts: what a label network sees, grown a little and soft at the edge."""

import pytest
import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.measure.part_mask import bounds, part_mask


class Painted:
    """Labels by colour: what is red is lips, what is green an eye."""

    labels = ("background", "lips", "eye")

    def logits(self, images: Tensor) -> Tensor:
        return torch.stack([torch.zeros_like(images[:, 0]), images[:, 0], images[:, 1]], dim=1)


def _face() -> Tensor:
    image = -torch.ones(1, 3, 64, 64)
    image[0, 0, 40:44, 20:30] = 1.0
    return image


def test_a_part_is_grown_and_soft() -> None:
    mask = part_mask(Painted(), _face(), "mouth")
    assert mask.shape == (64, 64)
    assert float(mask[39:45, 19:31].min()) == 1.0
    assert float(mask[:37].max()) == 0.0
    assert 0.0 < float(mask[37, 25]) < 1.0
    assert bounds(mask) == (38, 46, 18, 32)


def test_a_part_that_is_not_there_or_has_no_name_is_told() -> None:
    with pytest.raises(InvalidInput, match="no eyes"):
        part_mask(Painted(), _face(), "eyes")
    with pytest.raises(InvalidInput, match="no hair"):
        part_mask(Painted(), _face(), "hair")
    with pytest.raises(InvalidInput, match="'tail'"):
        part_mask(Painted(), _face(), "tail")
