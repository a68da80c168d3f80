"""Edit loss: how far pictures are from the edited ones, where the edit says what is to be seen.

Source: Jahanian, Chai and Isola 2020, section on joint training, in the form of the authors' released code.
"""

from torch import Tensor


def edit_loss(images: Tensor, target: Tensor, mask: Tensor, whole: Tensor | None = None) -> Tensor:
    """Masked squared error in picture values of 0..1: sum(m e^2) / count(m) of images in [-1, 1].

    whole: count(m) of a batch that the images are a part of; the losses of its parts add up to its own.
    """
    count = mask.sum() if whole is None else whole
    return 0.25 * (mask * (images - target).square()).sum() / count.clamp_min(1.0)


def masked_errors(images: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """The same for each picture by itself, divided by its own mask's count: float32 [N]."""
    squares = (mask * (images - target).square()).sum(dim=(1, 2, 3))
    return 0.25 * squares / mask.sum(dim=(1, 2, 3)).clamp_min(1.0)
