"""Encoding: a photo to the code that a model's own encoder finds for it, at once."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from wend.errors import EncoderMissing
from wend.library.codes import Code
from wend.library.models import ModelStore

_CPU = torch.device("cpu")
_ROWS = 3  # axes of one w per style row


def fit_photo(photo: Tensor, resolution: int) -> Tensor:
    """The middle square of a photo float32 [1, 3, H, W] in [-1, 1] at a model's size: [1, 3, R, R]."""
    height, width = photo.shape[-2:]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = photo[..., top : top + side, left : left + side]
    if side == resolution:
        return square
    sized = F.interpolate(square, size=(resolution, resolution), mode="bicubic", antialias=True)
    return sized.clamp(-1.0, 1.0)


@torch.no_grad()
def encode_photo(store: ModelStore, model_id: str, photo: Tensor, title: str = "") -> Code:
    """The code of a photo float32 [1, 3, H, W] in [-1, 1]: the mean of a VAE's z, or the ws of an encoder of
    style rows. On the CPU: an encoder runs once a photo, and never keeps a device from drawing.

    Raises: EncoderMissing, ModelNotFound, CardInvalid, WeightsInvalid.
    """
    card = store.get(model_id).card
    encoder = store.load_encoder(model_id, _CPU)
    if encoder is None:
        raise EncoderMissing(model_id)
    found = encoder(fit_photo(photo, card.resolution))
    mean: Tensor = found[0] if isinstance(found, tuple) else found
    values = mean[0].float().numpy().astype(np.float32)
    return Code("w+" if mean.dim() == _ROWS else "z", values, title, card.hash)
