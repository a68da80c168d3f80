"""Mixture: a generator between two siblings, for pictures on the way from one model to the other."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from wend.documents.picture import Picture
from wend.generators.generator import Generator
from wend.library.models import ModelStore
from wend.pictures.resolve import Loaded


@dataclass(frozen=True)
class Mixed:
    """See `pictures.resolve.Loaded`; the hash tells which weights, and how much of each."""

    exact: Generator
    hash: str


class Mixture:
    """One twin, whose weights become those of the picture that is drawn next.

    Siblings have one kind, one configuration and the same classes - a model and one trained on from it.
    Between strangers there is no generator: of those the picture's own model is used alone.
    Source: Wang et al., "Deep network interpolation for continuous imagery effect transition", CVPR 2019.
    """

    def __init__(self, store: ModelStore) -> None:
        self._store = store
        self._twin: Generator | None = None
        self._of = ""  # hash of the own model: its twin has its shapes
        self._hash = ""

    def of(self, picture: Picture, load: Callable[[str], Loaded]) -> Loaded:
        """What draws this picture. Its generator is overwritten by the next call.

        Raises: ModelNotFound, CardInvalid, and what `load` does.
        """
        own = load(picture.model)
        blend = picture.model_blend
        if blend is None or blend.weight == 0.0 or not self._are_siblings(picture.model, blend.model):
            return own
        other = load(blend.model)
        first, second = own.exact, other.exact
        if not isinstance(first, nn.Module) or not isinstance(second, nn.Module):
            return own
        if self._twin is None or self._of != own.hash:
            self.clear()
            self._twin, self._of = copy.deepcopy(first), own.hash
        assert isinstance(self._twin, nn.Module)
        key = f"{own.hash}+{other.hash}*{blend.weight!r}"
        if key != self._hash:
            _blend(self._twin, first, second, blend.weight)
            self._hash = key
        return Mixed(self._twin, key)

    def clear(self) -> None:
        """Give the memory back."""
        self._twin, self._of, self._hash = None, "", ""

    def _are_siblings(self, one: str, other: str) -> bool:
        cards = [self._store.get(model).card for model in (one, other)]
        kinds = [(card.kind, card.config, card.classes, card.resolution) for card in cards]
        return one != other and kinds[0] == kinds[1]


def _blend(into: nn.Module, first: nn.Module, second: nn.Module, weight: float) -> None:
    """Every tensor of `into` becomes (1 - weight) of the first's and weight of the second's."""
    others = dict((*second.named_parameters(), *second.named_buffers()))
    owns = dict((*first.named_parameters(), *first.named_buffers()))
    with torch.no_grad():
        for name, tensor in (*into.named_parameters(), *into.named_buffers()):
            if tensor.is_floating_point():
                tensor.copy_(torch.lerp(owns[name], others[name], weight))
