"""Spectral norm: a layer's weights divided by their largest singular value while a network trains.

Source: Miyato, Kataoka, Koyama, Yoshida, "Spectral Normalization for Generative Adversarial Networks",
ICLR 2018, algorithm 1, by torch's parametrisation. What is published has it folded in: the quotient
is the weight.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

# Power iterations that find the largest singular value of weights that came from elsewhere.
_ITERATIONS = 15


def add_spectral_norm(network: nn.Module) -> None:
    """Give every convolution and linear layer of a network the norm, except class embeddings."""
    for name, module in list(network.named_modules()):
        if isinstance(module, nn.Conv2d | nn.Linear) and not name.endswith("embeddings"):
            spectral_norm(module)


def folded_weights(network: nn.Module) -> dict[str, Tensor]:
    """Every parameter under its plain name, detached, as the network multiplies by it now.

    Buffers are left out: they are standing statistics, which training does not have.
    """
    was_training = network.training
    network.eval()  # in training, looking at a weight would advance its power iteration
    weights: dict[str, Tensor] = {}
    for path, module in network.named_modules():
        if ".parametrizations" in f".{path}":
            continue
        for name in ("weight", "bias", "gamma"):
            value = getattr(module, name, None)
            if isinstance(value, Tensor):
                weights[f"{path}.{name}" if path else name] = value.detach()
    network.train(was_training)
    return weights


@torch.no_grad()
def load_folded(network: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Put plain weights, as `folded_weights` gives them, into a network with or without the norm."""
    names = folded_weights(network)
    network.train()
    for full in names:
        path, _, name = full.rpartition(".")
        module = network.get_submodule(path)
        if nn.utils.parametrize.is_parametrized(module, name):
            setattr(module, name, weights[full])
            for _ in range(_ITERATIONS):
                getattr(module, name)  # each look advances the power iteration
        else:
            getattr(module, name).copy_(weights[full])
