"""Our discriminator: minibatch standard deviation, residual blocks, projection, names."""

import math

import pytest
import torch

from tests.generators.conftest import SMALL, disturb
from wend.generators.discriminator import Discriminator, minibatch_std
from wend.generators.stylegan2 import StyleGAN2Config


def _random(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape)))


def test_minibatch_std_known_value() -> None:
    # Two groups of two (group size 2 of 4 samples): samples k and k + 2 share a group.
    x = torch.zeros(4, 1, 2, 2)
    x[0], x[2] = 1.0, 5.0
    x[1], x[3] = 3.0, 3.0
    y = minibatch_std(x, 2)
    assert y.shape == (4, 2, 2, 2)
    assert torch.equal(y[:, :1], x)
    assert y[:, 1, 0, 0].tolist() == pytest.approx([2.0, 1e-4, 2.0, 1e-4], abs=1e-5)


def test_minibatch_std_fits_any_batch() -> None:
    assert minibatch_std(_random(6, 3, 4, 4), 4).shape == (6, 4, 4, 4)


def test_logits_and_residual_blocks(judge: Discriminator) -> None:
    images = _random(4, 3, 16, 16)
    x = judge.block(16).fromrgb(images)
    for resolution in (16, 8):
        block = judge.block(resolution)
        x = (block.conv1(block.conv0(x)) + block.skip(x)) * math.sqrt(0.5)
    assert x.shape == (4, 8, 4, 4)
    assert torch.allclose(judge(images), judge.b4(x), atol=1e-5)
    assert judge(images).shape == (4, 1)


def test_memory_layout_changes_nothing(judge: Discriminator) -> None:
    images = _random(4, 3, 16, 16)
    plain = judge(images)
    assert torch.allclose(judge(images.contiguous(memory_format=torch.channels_last)), plain, atol=1e-4)


def test_names_are_the_checkpoints(judge: Discriminator) -> None:
    names = set(judge.state_dict())
    expected = {"b16.fromrgb.weight", "b16.conv0.bias", "b8.conv1.weight", "b8.skip.weight"}
    expected |= {"b4.conv.weight", "b4.fc.weight", "b4.out.bias"}
    assert expected <= names
    assert "b8.skip.bias" not in names
    assert "b8.fromrgb.weight" not in names
    assert judge.state_dict()["b4.conv.weight"].shape == (8, 9, 3, 3)
    assert judge.config is SMALL


def test_projection_of_the_class() -> None:
    config = StyleGAN2Config(resolution=8, c_dim=3, channel_base=32, channel_max=4)
    judge = Discriminator(config)
    disturb(judge)
    images, c = _random(4, 3, 8, 8), torch.eye(3)[[0, 1, 2, 0]]
    features = judge.b4(judge.block(8)(judge.block(8).fromrgb(images)))
    assert features.shape == (4, 4)
    # Miyato and Koyama 2018: the inner product of features and class vector, here over sqrt(C).
    expected = (features * judge.mapping(c)).sum(dim=1, keepdim=True) / 2.0
    assert torch.allclose(judge(images, c), expected, atol=1e-5)
    with pytest.raises(ValueError, match="needs c"):
        judge(images)


def test_r1_needs_second_derivatives(judge: Discriminator) -> None:
    judge.requires_grad_(True)
    images = _random(2, 3, 16, 16).requires_grad_(True)
    (gradient,) = torch.autograd.grad(judge(images).sum(), images, create_graph=True)
    gradient.square().sum().backward()
    weight = judge.block(8).skip.weight
    assert weight.grad is not None
    assert float(weight.grad.abs().max()) > 0.0
