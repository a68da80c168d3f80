"""Residency: generators in device memory, bounded by bytes; the least recently used leaves first."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch

from wend.documents.picture import Picture
from wend.engine.precision import LiveMode, check_alike, choose_live, owned_bytes
from wend.errors import FileInvalid
from wend.generators.generator import Generator
from wend.library.card import ModelCard
from wend.library.models import Model, ModelStore
from wend.pictures.mixture import Mixed, Mixture


@dataclass(frozen=True)
class Resident:
    """A model in memory: `exact` (float32) for final frames and measures, `live` for live ones.

    `live` is `exact` itself or a copy in half precision that shares all but its convolution weights.
    """

    model: str
    hash: str
    exact: Generator
    live: Generator
    mode: LiveMode
    size_bytes: int


@dataclass(frozen=True)
class _Refusal:
    """Files that cannot be loaded, as they were then: a drag must not read them for every picture."""

    state: tuple[ModelCard, tuple[int, int] | None]
    error: FileInvalid


class Residency:
    """Loads what is asked for and keeps what was used last, on one device."""

    def __init__(self, store: ModelStore, device: torch.device, budget_bytes: int) -> None:
        self._store = store
        self._device = device
        self._budget_bytes = budget_bytes
        self._residents: OrderedDict[str, Resident] = OrderedDict()
        self._pins: dict[str, int] = {}
        self._refusals: dict[str, _Refusal] = {}
        self.evicted = 0
        self._mixture = Mixture(store)
        self.on_evicted: Callable[[str], None] = _nobody
        """Told the hash of weights that have left memory: who else holds them lets them go."""

    def of(self, picture: Picture) -> Resident:
        """What draws a picture: its model, or a mixture of that with a sibling; where both have one synthesis
        network, live as its model is, else in float32.

        A mixture is another at the next call, and is not counted as memory. Raises: as `get`; BlendUnfit.
        """
        if picture.model_blend is None:
            return self.get(picture.model)
        own = self.get(picture.model)
        self.pin(own.model)
        try:
            mixed = self._mixture.of(picture, self.get)
        finally:
            self.unpin(own.model)
        if isinstance(mixed, Resident):
            return mixed
        assert isinstance(mixed, Mixed)
        if mixed.has_own_synthesis:
            return Resident(own.model, mixed.hash, mixed.exact, own.live, own.mode, own.size_bytes)
        mode = replace(own.mode, precision="float32", max_error=0.0)
        return Resident(own.model, mixed.hash, mixed.exact, mixed.exact, mode, own.size_bytes)

    @property
    def residents(self) -> tuple[Resident, ...]:
        """The least recently used first."""
        return tuple(self._residents.values())

    @property
    def size_bytes(self) -> int:
        return sum(resident.size_bytes for resident in self._residents.values())

    def get(self, model_id: str) -> Resident:
        """A model, loaded if it is not here or has changed on disk.

        One larger than the whole budget is kept alone. Raises: ModelNotFound, CardInvalid, WeightsInvalid.
        """
        model = self._store.get(model_id)
        resident = self._residents.get(model_id)
        if resident is None or resident.hash != model.card.hash:
            old = self._residents.pop(model_id, None)
            if old is not None:
                self._let_go(old.hash)
            resident = self._load(model)
            self._residents[model_id] = resident
            self._shrink(spare=model_id)
        self._residents.move_to_end(model_id)
        return resident

    def pin(self, model_id: str) -> None:
        """Keep a model that work between renders holds on to: evicting it would free nothing."""
        self._pins[model_id] = self._pins.get(model_id, 0) + 1

    def unpin(self, model_id: str) -> None:
        self._pins[model_id] -= 1
        if self._pins[model_id] == 0:
            del self._pins[model_id]

    def evict_others(self, model_id: str) -> None:
        """Put every model but this and the pinned ones out of memory."""
        for name in [n for n in self._residents if n != model_id and n not in self._pins]:
            self._evict(name)
        self._mixture.clear()
        self._empty_cache()

    def clear(self) -> None:
        """Forget everything, pinned or not: the device has lost its memory."""
        self._residents.clear()
        self._pins.clear()
        self._mixture.clear()

    def _load(self, model: Model) -> Resident:
        name, state = model.card.id, (model.card, model.weights_stamp)
        refusal = self._refusals.get(name)
        if refusal is not None and refusal.state == state:
            raise refusal.error.with_traceback(None)
        self._refusals.pop(name, None)
        try:
            exact = self._store.load(name, self._device)
        except FileInvalid as error:
            self._refusals[name] = _Refusal(state, error)
            raise
        if self._device.type == "mps":
            check_alike(exact, self._store.load(name, torch.device("cpu")))
        live, mode = choose_live(exact)
        size_bytes = exact.size_bytes + owned_bytes(live, exact)
        return Resident(name, model.card.hash, exact, live, mode, size_bytes)

    def _shrink(self, spare: str) -> None:
        for name in [n for n in self._residents if n != spare and n not in self._pins]:
            if self.size_bytes <= self._budget_bytes:
                return
            self._evict(name)

    def _evict(self, name: str) -> None:
        gone = self._residents.pop(name)
        self.evicted += 1
        self._let_go(gone.hash)

    def _let_go(self, generator_hash: str) -> None:
        self._mixture.let_go(generator_hash)
        self.on_evicted(generator_hash)

    def _empty_cache(self) -> None:
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        elif self._device.type == "mps":
            torch.mps.empty_cache()


def _nobody(generator_hash: str) -> None:
    """Who holds weights besides."""
