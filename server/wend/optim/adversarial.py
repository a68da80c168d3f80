"""Adversarial losses: the two sides of a discriminator's binary cross-entropy, on logits.

Source: Goodfellow et al., "Generative adversarial nets", NeurIPS 2014, section 3, the generator's in the
form that does not saturate.
"""

import torch.nn.functional as F
from torch import Tensor


def real_loss(logits: Tensor) -> Tensor:
    """BCE(logits, 1), a mean."""
    return F.softplus(-logits).mean()


def fake_loss(logits: Tensor) -> Tensor:
    """BCE(logits, 0), a mean."""
    return F.softplus(logits).mean()
