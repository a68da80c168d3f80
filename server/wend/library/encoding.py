"""Encoding: a photo to the code that a model's own encoder finds for it, at once."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.errors import EncoderMissing
from wend.formats.limits import machine_memory
from wend.library.card import ModelCard
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


class PhotoEncoders:
    """Models' own encoders, kept in memory for the next photo: the least recently used leaves first.

    On the CPU: an encoder runs once a photo, and never keeps a device from drawing. One is loaded anew when
    its model has changed on disk, and one of more than the whole budget is not kept. Thread-safe.
    """

    def __init__(self, store: ModelStore, budget_bytes: int | None = None) -> None:
        """budget_bytes: of all that are kept, None: an eighth of the machine's memory."""
        self._store = store
        self._budget_bytes = machine_memory() // 8 if budget_bytes is None else budget_bytes
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def kept(self) -> tuple[str, ...]:
        """Models whose encoders are in memory, the least recently used first."""
        return tuple(self._kept)

    @torch.no_grad()
    def encode(self, model_id: str, photo: Tensor, title: str = "") -> Code:
        """The code of a photo float32 [1, 3, H, W] in [-1, 1]: the mean of a VAE's z, or the ws of an encoder
        of style rows.

        Raises: EncoderMissing, ModelNotFound, CardInvalid, WeightsInvalid.
        """
        card = self._store.get(model_id).card
        found = self._encoder(model_id)(fit_photo(photo, card.resolution))
        mean: Tensor = found[0] if isinstance(found, tuple) else found
        values = mean[0].float().numpy().astype(np.float32)
        return Code("w+" if mean.dim() == _ROWS else "z", values, title, card.hash)

    def _encoder(self, model_id: str) -> nn.Module:
        with self._lock:
            model = self._store.get(model_id)
            state = model.card, model.encoder_stamp
            old = self._kept.pop(model_id, None)
            if old is not None and old.state == state:
                self._kept[model_id] = old
                return old.encoder
            encoder = self._store.load_encoder(model_id, _CPU)
            if encoder is None:
                raise EncoderMissing(model_id)
            size_bytes = sum(t.nbytes for t in (*encoder.parameters(), *encoder.buffers()))
            if size_bytes > self._budget_bytes:
                return encoder
            self._kept[model_id] = _Kept(state, encoder, size_bytes)
            while sum(each.size_bytes for each in self._kept.values()) > self._budget_bytes:
                self._kept.popitem(last=False)
            return encoder


@dataclass(frozen=True)
class _Kept:
    """An encoder in memory, and what its model was when it was loaded."""

    state: tuple[ModelCard, tuple[int, int] | None]
    encoder: nn.Module
    size_bytes: int
