"""Layers that run again in the backward pass: the same numbers, and less kept."""

import pytest
import torch
from torch import Tensor, nn

from wend.generators.discriminator import Discriminator, DiscriminatorBlock
from wend.generators.generator import synthesize
from wend.generators.lean import MOST_KEPT, lean
from wend.generators.modulated import SynthesisLayer
from wend.generators.stylegan2 import StyleGAN2Generator
from wend.optim.adversarial import gradient_penalty


class Counted(nn.Module):
    """Twice the cube of x, and how often it was worked out."""

    def __init__(self) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(2.0), requires_grad=False)
        self.runs = 0

    def run(self, x: Tensor, _w: Tensor | None, _noise: Tensor | None) -> Tensor:
        self.runs += 1
        return self.factor * x * x * x


@pytest.mark.parametrize(("kept_bytes", "runs"), [(100, 1), (101, 2)])
def test_runs_again_only_beyond_the_bound(kept_bytes: int, runs: int) -> None:
    counted = Counted()
    x = torch.tensor([1.0, 3.0], requires_grad=True)
    lean(counted, counted.run, kept_bytes, 100, x).sum().backward()
    assert counted.runs == runs
    assert x.grad is not None
    assert x.grad.tolist() == [6.0, 54.0]


def test_runs_once_where_no_gradient_passes() -> None:
    counted = Counted()
    lean(counted, counted.run, 101, 100, torch.ones(2))
    with torch.no_grad():
        lean(counted, counted.run, 101, 100, torch.ones(2, requires_grad=True))
    assert counted.runs == 2
    counted.factor.requires_grad_(True)
    lean(counted, counted.run, 101, 100, torch.ones(2)).sum().backward()
    assert counted.runs == 4
    assert counted.factor.grad is not None


def _set(network: nn.Module, most: int) -> int:
    found = 0
    for module in network.modules():
        if isinstance(module, SynthesisLayer | DiscriminatorBlock):
            module.most_kept = most
            found += 1
    return found


def test_a_generator_has_the_same_gradients(small: StyleGAN2Generator) -> None:
    ws = torch.randn(2, 6, 5, generator=torch.Generator().manual_seed(0))
    small.requires_grad_(True)
    found: list[list[Tensor]] = []
    for most in (MOST_KEPT, 0):
        assert _set(small, most) == 5
        moved = ws.clone().requires_grad_(True)
        synthesize(small, moved, small.constant_noise()).square().sum().backward()
        gradients = [moved.grad, *(p.grad for p in small.synthesis.parameters())]
        found.append([g for g in gradients if g is not None])
        small.zero_grad(set_to_none=True)
    assert len(found[0]) == len(found[1]) > 10
    assert all(torch.equal(a, b) for a, b in zip(*found, strict=True))


def test_a_discriminator_has_the_same_penalty(judge: Discriminator) -> None:
    """Through a gradient of its gradient."""
    images = torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    judge.requires_grad_(True)
    found: list[list[Tensor]] = []
    for most in (MOST_KEPT, 0):
        assert _set(judge, most) == 2
        seen = images.clone().requires_grad_(True)
        logits = judge(seen)
        (gradient_penalty(seen, logits) + logits.sum()).backward()
        found.append([p.grad for p in judge.parameters() if p.grad is not None])
        judge.zero_grad(set_to_none=True)
    assert len(found[0]) > 10
    assert all(torch.allclose(a, b, rtol=1e-5, atol=1e-7) for a, b in zip(*found, strict=True))
