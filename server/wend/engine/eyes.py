"""Eyes: the networks that look at a model's pictures, on the engine's device."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

import torch

from wend.engine.request import Overlay, WatchRequest
from wend.errors import PerceptionNotFound
from wend.imaging.label_map import label_colors
from wend.library.card import ModelCard
from wend.library.models import ModelStore
from wend.library.perception import PerceptionSet, PerceptionStore
from wend.library.perception_card import NetworkSection
from wend.library.seeing import set_seeing
from wend.measure.slices import Sliced
from wend.perception.network import FactorNetwork, LabelNetwork, LineNetwork, Role

Network = TypeVar("Network")

_NETWORK_OVERLAYS: tuple[Literal["labels", "lines"], ...] = ("labels", "lines")
_NOTHING_ELSE: tuple[Overlay, ...] = ("difference",)


@dataclass(frozen=True)
class Vision:
    """What looks at one model's pictures now. lack: why less than was asked for, and a hint."""

    title: str | None
    factors: FactorNetwork | None
    labels: LabelNetwork | None
    lines: LineNetwork | None
    overlays: tuple[Overlay, ...]
    lack: tuple[str, str] | None

    @property
    def colored_labels(self) -> tuple[tuple[str, str], ...]:
        """(name, '#rrggbb') of every label, if labels are looked for."""
        if self.labels is None:
            return ()
        colors = (label_colors(len(self.labels.labels)) + 1.0).mul(127.5).round().to(torch.int64).tolist()
        return tuple(
            (name, f"#{r:02x}{g:02x}{b:02x}")
            for name, (r, g, b) in zip(self.labels.labels, colors, strict=True)
        )


class _Kept(Generic[Network]):
    """The network of one role used last, and what it was loaded from."""

    def __init__(self, load: Callable[[str, torch.device], Network]) -> None:
        self._load = load
        self._network: Network | None = None
        self._source: tuple[str, tuple[NetworkSection, ...]] | None = None

    def get(self, set_id: str, sections: tuple[NetworkSection, ...], device: torch.device) -> Network:
        """Raises: CardInvalid, WeightsInvalid."""
        if self._network is None or self._source != (set_id, sections):
            self._network, self._source = self._load(set_id, device), (set_id, sections)
        return self._network

    def clear(self) -> None:
        self._network = self._source = None


class Eyes:
    """Finds the set that was trained on a model's kind of picture, and loads of it what is asked for.

    One network of each role is kept: a page watches one model. Used by the engine's thread alone.
    """

    def __init__(self, models: ModelStore, sets: PerceptionStore, device: torch.device) -> None:
        self._models = models
        self._sets = sets
        self._device = device
        self._factors = _Kept(sets.eye)
        self._labels = _Kept(sets.labels)
        self._lines = _Kept(sets.lines)

    def open(self, model_id: str, watch: WatchRequest) -> Sliced[Vision]:
        """What this watch needs of the networks for a model, one loaded a slice.

        Raises: ModelNotFound, CardInvalid, WeightsInvalid.
        """
        card = self._models.get(model_id).card
        overlays = [overlay for overlay in _NETWORK_OVERLAYS if self._find(card, overlay) is not None]
        factors = labels = lines = title = lack = None
        for role in _asked(watch):
            found = self._find(card, role)
            if found is None:
                lack = lack or _no_network(card, role, is_blind=self._find(card) is None)
                continue
            title = title or found.card.title
            set_id, sections = found.card.id, found.of_role(role)
            if role == "factors":
                factors = self._factors.get(set_id, sections, self._device)
            elif role == "labels":
                labels = self._labels.get(set_id, sections, self._device)
            else:
                lines = self._lines.get(set_id, sections, self._device)
            yield
        return Vision(title, factors, labels, lines, (*overlays, *_NOTHING_ELSE), lack)

    def clear(self) -> None:
        """Give the device's memory back."""
        for kept in (self._factors, self._labels, self._lines):
            kept.clear()

    def _find(self, card: ModelCard, role: Role | None = None) -> PerceptionSet | None:
        """The set, with a network of this role, that sees the model's world; see `library.seeing`."""
        if card.world is None:
            return None
        try:
            return set_seeing(self._sets, card.world.name, *(() if role is None else (role,)))
        except PerceptionNotFound:
            return None


def _asked(watch: WatchRequest) -> tuple[Role, ...]:
    roles: list[Role] = ["factors"] if watch.factors else []
    if watch.overlay in ("labels", "lines"):
        roles.append(watch.overlay)
    return tuple(roles)


def _no_network(card: ModelCard, role: Role, is_blind: bool) -> tuple[str, str]:
    what = "knows" if is_blind else f"tells the {role} of"
    sentence = f"No looking network here {what} the pictures of {card.title}."
    if card.world is None:
        return sentence, "Its card names no world: choose a model of the portraits, or add [world] to it."
    return sentence, (
        f"Choose a model of the portraits, or put networks trained on {card.world.name!r} "
        "into the folder data/perception."
    )
