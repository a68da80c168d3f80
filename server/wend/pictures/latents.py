"""Latents: the ws of a picture, for other programs; found on the CPU, beside whatever draws."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from wend.documents.picture import Picture
from wend.generators.generator import Generator
from wend.library.shelf import Shelf
from wend.pictures.resolve import Resolver
from wend.pictures.still import Still


@dataclass(frozen=True)
class _Loaded:
    exact: Generator
    hash: str


@torch.no_grad()
def latent_of(shelf: Shelf, picture: Picture, still: Still | None = None) -> NDArray[np.float32]:
    """ws float32 [1, L, D] with truncation and every edit. still: who keeps regions still, where masks ask
    for it. Raises: as `Resolver.resolve`; ModelNotFound, CardInvalid, WeightsInvalid."""
    model = shelf.store.get(picture.model)
    loaded = _Loaded(shelf.store.load(picture.model, torch.device("cpu")), model.card.hash)
    ws: NDArray[np.float32] = Resolver(shelf, still).resolve(picture, loaded).ws.numpy()
    return ws
