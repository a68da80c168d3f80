"""Adversarial losses: the two sides of a discriminator's binary cross-entropy, on logits, and its penalty.

Source: Goodfellow et al., "Generative adversarial nets", NeurIPS 2014, section 3, the generator's in the
form that does not saturate.
"""

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor


def real_loss(logits: Tensor) -> Tensor:
    """BCE(logits, 1), a mean."""
    return F.softplus(-logits).mean()


def fake_loss(logits: Tensor) -> Tensor:
    """BCE(logits, 0), a mean."""
    return F.softplus(logits).mean()


def backward_of(loss: Tensor, weight: float = 1.0) -> float:
    """The gradient of weight times a loss, added to what is there; the loss itself, without the weight."""
    (weight * loss).backward()
    return loss.item()


def taught(images: Tensor, losses: Mapping[str, Callable[[Tensor], Tensor]]) -> dict[str, float]:
    """The gradient of a sum of losses of images, for all that these were made of; the losses' values.

    Each is looked at by itself and its gradient taken down to the images, so that what one judge keeps is
    gone before the next, and before the way through the generator. The same numbers as of the sum, but for
    the order of three and more.
    """
    seen = images.detach().requires_grad_(True)
    values: dict[str, float] = {}
    for name, loss_of in losses.items():
        values[name] = backward_of(loss_of(seen))
    images.backward(seen.grad)
    return values


def gradient_penalty(images: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    """R1: mean over pictures of the squared gradient of logits [N, 1] by images [N, 3, H, W].

    Source: Mescheder, Geiger and Nowozin, "Which training methods for GANs do actually converge?", ICML
    2018, equation 9, without its half of gamma.
    """
    (gradient,) = torch.autograd.grad(logits.float().sum(), images, create_graph=True)
    return gradient.square().sum(dim=(1, 2, 3)).mean()


def slope_penalty(images: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
    """Mean over pictures of (length of the gradient of scores [N, 1] by images [N, 3, H, W] - 1) squared.

    Source: Gulrajani et al., "Improved training of Wasserstein GANs", NIPS 2017, equation 3, without its
    weight; the images lie between real and drawn ones.
    """
    (gradient,) = torch.autograd.grad(scores.float().sum(), images, create_graph=True)
    lengths = (gradient.flatten(1).square().sum(dim=1) + 1e-12).sqrt()
    return (lengths - 1.0).square().mean()
