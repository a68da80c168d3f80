"""Fitted: a drawing of any size as a square of the model's pictures."""

import torch
from torch import Tensor

from wend.perception.sizes import resize


def middle(drawing: Tensor) -> Tensor:
    """The middle square of [..., h, w]."""
    height, width = drawing.shape[-2:]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return drawing[..., top : top + side, left : left + side]


def square(drawing: Tensor, size: int) -> Tensor:
    """The middle square of drawings [N, C, h, w], its side brought to `size` without aliasing."""
    return resize(middle(drawing), size, size)


def square_of_labels(labels: Tensor, size: int, count: int) -> Tensor:
    """The middle square of labels [h, w] below `count`, as shares [count, size, size] that sum to 1.

    Label by label: all of them at once would be gigabytes of a painted map of 4096 pixels a side.
    """
    fitted = middle(labels)
    shares = [resize((fitted == label).float()[None, None], size, size)[0, 0] for label in range(count)]
    return torch.stack(shares)
