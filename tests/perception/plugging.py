"""Plug-ins of tests: files of random weights, and the card's side of them."""

from pathlib import Path

import torch
from torch import Tensor, nn

from wend.perception.network import Role
from wend.perception.plug_in import PlugIn, Scalar
from wend.perception.preprocess import Preprocess
from wend.perception.trust import Trust

Config = dict[str, Scalar | list[Scalar]]


def plug(
    path: Path,
    role: Role,
    kind: str,
    config: Config | None = None,
    names: tuple[str, ...] = (),
    preprocess: Preprocess | None = None,
    trust: Trust | None = None,
    sha256: str | None = None,
) -> PlugIn:
    return PlugIn("mine", role, kind, path, sha256, config or {}, preprocess, names, trust or Trust())


def randomized(network: nn.Module, seed: int = 0) -> nn.Module:
    """Every tensor drawn from its own generator: norms with plausible statistics, small weights."""
    source = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if name.endswith("running_var"):
                tensor.copy_(torch.rand(tensor.shape, generator=source) + 0.5)
            elif tensor.is_floating_point():
                fan_in = max(1, tensor[0].numel()) if tensor.ndim > 1 else 1
                scale = (2.0 / fan_in) ** 0.5 if tensor.ndim > 1 else 0.1
                tensor.copy_(torch.randn(tensor.shape, generator=source) * scale)
                if tensor.ndim == 1 and name.endswith("weight"):
                    tensor.add_(1.0)
            else:
                tensor.zero_()
    return network.eval()


def some_images(count: int = 2, side: int = 64, seed: int = 1) -> Tensor:
    return torch.rand(count, 3, side, side, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def gradient_of(value: Tensor, images: Tensor) -> float:
    """Size of the gradient that reached the pictures."""
    (gradient,) = torch.autograd.grad(value.sum(), images)
    assert torch.isfinite(gradient).all()
    return float(gradient.abs().sum())
