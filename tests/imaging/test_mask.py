"""A mask at another size, and what masks nothing can be found in are told."""

import pytest
import torch

from wend.errors import InvalidShape
from wend.imaging.mask import MaskCover, fit_mask


def disc(size: int) -> torch.Tensor:
    axis = (torch.arange(size) + 0.5) / size - 0.5
    return (axis[:, None] ** 2 + axis[None, :] ** 2 < 0.09).float()


def test_a_mask_of_the_right_size_is_left_alone() -> None:
    mask = disc(16)
    assert fit_mask(mask, 16, 16) is mask


@pytest.mark.parametrize("size", [8, 24, 64, 256])
def test_what_a_mask_covers_stays(size: int) -> None:
    fitted = fit_mask(disc(96), size, size)
    assert fitted.shape == (size, size)
    assert float(fitted.mean()) == pytest.approx(float(disc(96).mean()), abs=0.004)
    assert float(fitted.min()) >= 0.0
    assert float(fitted.max()) <= 1.0 + 1e-6


def test_shrinking_takes_means_over_areas() -> None:
    mask = torch.tensor([[1.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0]])
    assert fit_mask(mask, 1, 2).tolist() == [[0.25, 1.0]]


def test_a_stack_of_masks_is_refused() -> None:
    with pytest.raises(InvalidShape):
        fit_mask(torch.zeros(1, 4, 4), 8, 8)


@pytest.mark.parametrize(
    ("inside", "said"),
    [(0.0, "empty"), (1.0, "single pixel"), (63.0, "whole picture"), (64.0, "whole picture"), (9.0, None)],
)
def test_a_mask_of_no_use_is_told_why(inside: float, said: str | None) -> None:
    lack = MaskCover.of((torch.arange(64) < inside).float().view(8, 8)).lack
    assert lack is None if said is None else lack is not None and said in lack
