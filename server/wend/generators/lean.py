"""Lean: parts of a network that run again in the backward pass, so that what they would keep is not held.

Source: Chen et al., "Training deep nets with sublinear memory cost", 2016, section 3.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

MOST_KEPT = 2**28
"""Bytes that one layer may keep for its backward pass: no layer of a network up to 256 px keeps more for one
picture. At 1024 px one picture's gradient then takes 2 GiB instead of 4, and a third more time."""


def lean(
    module: nn.Module,
    part: Callable[[Tensor, Tensor | None, Tensor | None], Tensor],
    kept_bytes: int,
    most_bytes: int,
    x: Tensor,
    w: Tensor | None = None,
    noise: Tensor | None = None,
) -> Tensor:
    """part(x, w, noise), a forward pass of `module`. Where a gradient will pass and it would keep more than
    `most_bytes` for that, it keeps its inputs alone and runs again when the gradient comes.

    The numbers are the same, bit for bit, since it draws nothing at random. kept_bytes: estimated.
    """
    if kept_bytes <= most_bytes or not torch.is_grad_enabled():
        return part(x, w, noise)
    inputs = (x, *(t for t in (w, noise) if t is not None))
    if not any(t.requires_grad for t in (*inputs, *module.parameters())):
        return part(x, w, noise)
    made: Tensor = checkpoint(part, x, w, noise, use_reentrant=False, preserve_rng_state=False)
    return made
