"""Winograd's convolution beside the direct one."""

import pytest
import torch
import torch.nn.functional as F

from wend.generators.winograd import convolve, transformed


def _random(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape)))


@pytest.mark.parametrize(("height", "width"), [(2, 2), (4, 6), (10, 8)])
def test_equals_the_direct_sum(height: int, width: int) -> None:
    x, weight, bias = _random(3, 5, height, width), _random(7, 5, 3, 3), _random(7)
    found = convolve(x, transformed(weight), bias)
    assert found.shape == (3, 7, height, width)
    assert torch.allclose(found, F.conv2d(x, weight, bias, padding=1), atol=1e-5)
    assert torch.allclose(convolve(x, transformed(weight)), F.conv2d(x, weight, padding=1), atol=1e-5)


@pytest.mark.parametrize("strip", [1, 400, 2000])
def test_large_pictures_go_strip_by_strip(strip: int) -> None:
    x, weight = _random(3, 4, 10, 6), _random(3, 4, 3, 3)
    whole = convolve(x, transformed(weight))
    assert torch.allclose(convolve(x, transformed(weight), strip=strip), whole, atol=1e-5)


def test_what_is_read_stays_as_it_is() -> None:
    x = _random(1, 4, 4, 4)
    kept = x.clone()
    convolve(x, transformed(_random(4, 4, 3, 3)))
    assert torch.equal(x, kept)
