"""The projection discriminator: shapes, what the class adds, gradient."""

import torch
from torch.nn import functional as F

from wend.generators.biggan import BigGANConfig
from wend.generators.build import build_discriminator, build_generator
from wend.generators.projection_discriminator import ProjectionDiscriminator

CONFIG = {
    "widths": "4,2,1", "channel_width": 8, "z_dim": 6, "embed_dim": 3, "c_dim": 5,
    "attention_resolution": 8, "reduction": 2, "discriminator_width": 16,
}  # fmt: skip


def _judge() -> ProjectionDiscriminator:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        judge = build_discriminator(build_generator("biggan", CONFIG))
    assert isinstance(judge, ProjectionDiscriminator)
    return judge


def test_a_logit_per_picture_and_widths_of_its_own() -> None:
    judge = _judge()
    assert judge(torch.randn(3, 3, 16, 16), torch.eye(5)[:3]).shape == (3, 1)
    assert isinstance(judge.config, BigGANConfig)
    # Half the side and four times the colours come in; 16 is twice the generator's width.
    assert judge.conv_from_rgb.weight.shape == (32, 12, 3, 3)


def test_the_class_adds_the_projection_of_its_own_embedding() -> None:
    # Miyato and Koyama 2018, equation 6: logits of two classes differ by <V (c - c'), features>.
    judge = _judge().requires_grad_(False)
    images = torch.randn(2, 3, 16, 16)
    c, other = torch.eye(5)[[0, 1]], torch.eye(5)[[3, 3]]
    heard: list[torch.Tensor] = []
    judge.linear.register_forward_pre_hook(lambda _module, inputs: heard.append(inputs[0]))
    difference = judge(images, c) - judge(images, other)
    expected = ((judge.embed(c) - judge.embed(other)) * heard[0]).sum(dim=1, keepdim=True)
    assert torch.allclose(difference, expected, atol=1e-4)
    assert float(difference.abs().min()) > 0.0


def test_a_picture_is_judged_by_itself() -> None:
    judge = _judge().requires_grad_(False)
    images = torch.randn(4, 3, 16, 16)
    c = F.one_hot(torch.tensor([0, 1, 2, 3]), 5).float()
    assert torch.allclose(judge(images, c)[2:3], judge(images[2:3], c[2:3]), atol=1e-4)


def test_in_pairs_it_hears_how_far_two_of_a_class_are_apart() -> None:
    judge = _judge().requires_grad_(False)
    images = torch.randn(4, 3, 16, 16)
    c = torch.eye(5)[[2, 2, 4, 4]]
    alone = judge(images, c)
    paired = judge(images, c, in_pairs=True)
    heard = paired - alone
    # Both of a pair are told the same; two equal pictures say nothing.
    assert torch.allclose(heard[0::2], heard[1::2], atol=1e-4)
    assert float(heard.abs().min()) > 1e-4
    twins = images[[0, 0, 2, 2]]
    assert torch.allclose(judge(twins, c, in_pairs=True), judge(twins, c), atol=1e-4)
    # Which of the two comes first is no matter.
    swapped = judge(images[[1, 0, 3, 2]], c, in_pairs=True)
    assert torch.allclose(swapped[[1, 0, 3, 2]], paired, atol=1e-4)


def test_gradient_reaches_every_weight_and_the_picture() -> None:
    judge = _judge()
    images = torch.randn(2, 3, 16, 16, requires_grad=True)
    judge(images, torch.eye(5)[[1, 1]], in_pairs=True).sum().backward()
    assert images.grad is not None
    assert float(images.grad.abs().max()) > 0.0
    # gamma is 0 at the start, so what is behind it hears nothing yet; gamma itself does.
    quiet = {name for name, p in judge.named_parameters() if p.grad is None or not bool(p.grad.abs().any())}
    assert all("snconv1x1" in name for name in quiet), quiet
