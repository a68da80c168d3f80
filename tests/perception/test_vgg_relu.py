"""VGG-16 up to relu4_2: its layers by hand, images as they are, and what is no VGG-16."""

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from wend.errors import WeightsInvalid
from wend.perception.trunk_files import TRUNKS
from wend.perception.trust import Trust
from wend.perception.vgg_relu import CONVOLUTIONS, POOLINGS, VGGRelu, find_vgg_relu

WIDTHS = (2, 2, 3, 3, 4, 4, 4, 5, 5)


def _tensors() -> dict[str, Tensor]:
    rng = torch.Generator().manual_seed(0)
    found, before = {}, 3
    for number, width in zip(CONVOLUTIONS, WIDTHS, strict=True):
        found[f"features.{number}.weight"] = torch.randn(width, before, 3, 3, generator=rng)
        found[f"features.{number}.bias"] = torch.randn(width, generator=rng)
        before = width
    return found


def test_it_is_the_first_21_layers_of_pictures_as_they_are() -> None:
    tensors = _tensors()
    images = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(1)) * 2.0 - 1.0
    (found,) = VGGRelu(tensors, "vgg").maps(images)
    x = images
    for number in range(21):
        if number in POOLINGS:
            x = F.max_pool2d(x, 2)
        elif number in CONVOLUTIONS:
            x = F.conv2d(
                x, tensors[f"features.{number}.weight"], tensors[f"features.{number}.bias"], padding=1
            )
        else:
            x = F.relu(x)
    assert found.shape == (2, 5, 4, 4)
    assert torch.allclose(found, x)
    assert torch.allclose(VGGRelu(tensors, "vgg").vector(images), x.mean(dim=(2, 3)))


def test_what_is_none_and_what_is_not_there_is_said(tmp_path: Path) -> None:
    tensors = _tensors()
    del tensors["features.12.bias"]
    with pytest.raises(WeightsInvalid, match=r"features\.12 is no convolution"):
        VGGRelu(tensors, "vgg")
    # A folder of one's own that holds something else of that name.
    (tmp_path / TRUNKS["vgg"].file).write_bytes(b"x")
    with pytest.raises(WeightsInvalid, match="397923af"):
        find_vgg_relu(Trust(trunks_dir=tmp_path))
