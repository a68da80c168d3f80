"""Latents: the ws of a picture, for other programs; found on the CPU, beside whatever draws."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from wend.documents.picture import Picture
from wend.generators.generator import Generator
from wend.library.shelf import Shelf
from wend.pictures.behind import Behind
from wend.pictures.mixture import Mixture
from wend.pictures.recent import Recent
from wend.pictures.resolve import Loaded, Resolver
from wend.pictures.still import Still


@dataclass(frozen=True)
class _Loaded:
    exact: Generator
    hash: str


class LatentFinder:
    """Finds latents of pictures one after another, and keeps the generator used last in memory. For one
    thread at a time."""

    def __init__(self, shelf: Shelf, still: Callable[[], Still | None] = lambda: None) -> None:
        """still: makes who keeps regions still, where masks ask for it; anew each time, as one keeps the
        generators it has seen."""
        self._shelf, self._still = shelf, still
        self._loaded: Recent[str, _Loaded] = Recent(2)
        self._behind = Behind(shelf.store)  # it reads whole files of weights, once

    @torch.no_grad()
    def latent(self, picture: Picture) -> NDArray[np.float32]:
        """ws float32 [1, L, D] with truncation and every edit, of what lies between two models, too.

        Raises: as `Resolver.resolve`; ModelNotFound, BlendUnfit, CardInvalid, WeightsInvalid.
        """
        store = self._shelf.store
        blend = picture.model_blend
        wanted = {
            store.get(name).card.hash for name in (picture.model, blend.model if blend else picture.model)
        }

        def load(name: str) -> Loaded:
            generator_hash = store.get(name).card.hash
            # Never more of them than are asked for at once.
            self._loaded.drop(lambda kept, _: kept not in wanted)
            return self._loaded.get(
                generator_hash, lambda: _Loaded(store.load(name, torch.device("cpu")), generator_hash)
            )

        resolver = Resolver(self._shelf, self._still(), self._behind)
        ws: NDArray[np.float32] = resolver.resolve(picture, Mixture(store).of(picture, load)).ws.numpy()
        return ws


def latent_of(shelf: Shelf, picture: Picture, still: Still | None = None) -> NDArray[np.float32]:
    """The same of one picture. Raises: as `LatentFinder.latent`."""
    return LatentFinder(shelf, lambda: still).latent(picture)
