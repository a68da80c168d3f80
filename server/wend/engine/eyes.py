"""Eyes: the networks that look at a model's pictures, on the engine's device."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Generic, Literal, TypeVar

import torch

from wend.engine.request import Overlay, WatchRequest
from wend.errors import FileInvalid
from wend.imaging.label_map import label_colors
from wend.library.models import ModelStore
from wend.library.perception import NUMBER_ROLES, NumberRole, PerceptionStore
from wend.library.perception_card import NetworkSection
from wend.library.seeing import Lookout
from wend.measure.slices import Sliced
from wend.perception.network import FactorNetwork, LabelNetwork, LineNetwork, Role
from wend.perception.placements import SideBySide

Network = TypeVar("Network")

_NETWORK_OVERLAYS: tuple[Literal["labels", "lines"], ...] = ("labels", "lines")
_NOTHING_ELSE: tuple[Overlay, ...] = ("difference",)
MAX_LABELS = 256
"""Of a map of 8 bits. Of more, the first 255 are told apart, and the others are one."""
OTHERS = "anything else"
RETRY_S = 10.0
"""A network that could not be read is tried again after so long, while others look."""


@dataclass(frozen=True)
class Vision:
    """What looks at one model's pictures now. title: of the sets; lack: why less than was asked for, and
    a hint."""

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
        names = self.labels.labels
        if len(names) > MAX_LABELS:
            names = (*names[: MAX_LABELS - 1], OTHERS)
        colors = (label_colors(len(names)) + 1.0).mul(127.5).round().to(torch.int64).tolist()
        return tuple((name, f"#{r:02x}{g:02x}{b:02x}") for name, (r, g, b) in zip(names, colors, strict=True))


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


@dataclass(frozen=True)
class _Broken:
    """Why a network could not be read, and when it is tried again, as `time.monotonic` counts."""

    lack: tuple[str, str]
    until_s: float


class Eyes:
    """Finds the sets that look at a model's pictures (`library.seeing`), and loads of them what is asked for.

    One network of each role is kept: a page watches one model. Used by the engine's thread alone.
    """

    def __init__(self, models: ModelStore, sets: PerceptionStore, device: torch.device) -> None:
        self._models = models
        self._sets = sets
        self._device = device
        self._numbers: dict[Role, _Kept[FactorNetwork]] = {
            role: _Kept(partial(_numbers, sets, role)) for role in NUMBER_ROLES
        }
        self._broken: dict[tuple[Role, str], _Broken] = {}
        self._beside: SideBySide | None = None
        self._labels = _Kept(sets.labels)
        self._lines = _Kept(sets.lines)

    def open(self, model_id: str, watch: WatchRequest) -> Sliced[Vision]:
        """What this watch needs of the networks for a model, one loaded a slice.

        Of several that tell numbers those that can be read do; `lack` says why one cannot.
        Raises: ModelNotFound, CardInvalid, WeightsInvalid.
        """
        card = self._models.get(model_id).card
        lookout = Lookout(self._sets.list(), card)
        overlays = [overlay for overlay in _NETWORK_OVERLAYS if lookout.find(overlay) is not None]
        labels = lines = broken = None
        titles: list[str] = []
        tellers: list[FactorNetwork] = []
        # Of any role: the one that cannot be read may come first.
        has_others = self._has_others(lookout) if watch.factors else False
        for role in _asked(watch):
            found = lookout.find(role)
            if found is None:
                continue
            set_id, sections = found.card.id, found.of_role(role)
            if role == "labels":
                titles.append(found.card.title)
                labels = self._labels.get(set_id, sections, self._device)
            elif role == "lines":
                titles.append(found.card.title)
                lines = self._lines.get(set_id, sections, self._device)
            else:
                # One that cannot be read takes no other's numbers away, and is not read for every picture.
                tried = self._broken.get((role, set_id))
                if tried is not None and has_others and time.monotonic() < tried.until_s:
                    broken = broken or tried.lack
                    continue
                try:
                    tellers.append(self._numbers[role].get(set_id, sections, self._device))
                    titles.append(found.card.title)
                    self._broken.pop((role, set_id), None)
                except FileInvalid as error:
                    tried = _Broken((error.sentence, error.hint), time.monotonic() + RETRY_S)
                    self._broken[role, set_id] = tried
                    broken = broken or tried.lack
            yield
        lack = broken
        if watch.factors and not tellers:
            lack = broken or _no_network(lookout, "factors")
        elif (watch.overlay == "labels" and labels is None) or (watch.overlay == "lines" and lines is None):
            lack = _no_network(lookout, watch.overlay)
        factors = self._as_one(tuple(tellers))
        title = "; ".join(dict.fromkeys(titles)) or None
        return Vision(title, factors, labels, lines, (*overlays, *_NOTHING_ELSE), lack)

    def _has_others(self, lookout: Lookout) -> bool:
        """Whether a network that tells numbers was not found broken."""
        found = [(role, lookout.find(role)) for role in NUMBER_ROLES]
        return any(one is not None and (role, one.card.id) not in self._broken for role, one in found)

    def _as_one(self, tellers: tuple[FactorNetwork, ...]) -> FactorNetwork | None:
        """The same networks are the same one, look after look: what it measured of a start stays good."""
        if len(tellers) < 2:
            return tellers[0] if tellers else None
        kept = () if self._beside is None else self._beside.networks
        if len(kept) != len(tellers) or any(a is not b for a, b in zip(kept, tellers, strict=True)):
            self._beside = SideBySide(tellers)
        return self._beside

    def clear(self) -> None:
        """Give the device's memory back."""
        self._beside = None
        for kept in self._numbers.values():
            kept.clear()
        self._labels.clear()
        self._lines.clear()


def _numbers(sets: PerceptionStore, role: NumberRole, set_id: str, device: torch.device) -> FactorNetwork:
    return sets.numbers(set_id, role, device)


def _asked(watch: WatchRequest) -> tuple[Role, ...]:
    roles: list[Role] = [*NUMBER_ROLES] if watch.factors else []
    if watch.overlay in ("labels", "lines"):
        roles.append(watch.overlay)
    return tuple(roles)


def _no_network(lookout: Lookout, role: Role) -> tuple[str, str]:
    card = lookout.card
    what = "knows" if lookout.find() is None else f"tells the {role} of"
    sentence = f"No looking network here {what} the pictures of {card.title}."
    hint = f"Put networks with a card that names the model, models = [{card.id!r}], into data/perception"
    hint += "." if card.world is None else f", or ones trained on {card.world.name!r}."
    # Whoever brought networks that cannot be used looks for the reason here.
    refused = [f"{one.id}: {one.error.sentence}" for one in lookout.listing.refused]
    return sentence, f"{hint} Not used: {' '.join(refused)}" if refused else hint
