"""Study: a model held against its world as work in slices: its pictures, the world's, and the sums."""

from dataclasses import dataclass
from typing import Literal, cast

import torch
from torch import Tensor

from wend.generators.generator import Generator
from wend.library.card import ModelCard
from wend.measure.card_world import world_of
from wend.measure.eyes import EyeSets
from wend.measure.model_truth import ModelTruth, find_truth, slices_of_truth
from wend.measure.sample import BATCH, Eye, Sample, join, look, model_pictures, world_pictures
from wend.measure.sample_arrays import ARRAYS, sample_of, told_of
from wend.measure.sample_cache import SampleCache, SampleKey
from wend.measure.seeds import WORLD_SEED
from wend.measure.slices import Sliced

Stage = Literal["model", "world", "sum", "done"]
_SUM = 0.1
"""Share of the sums in the bar. They hardly grow with the count: 1.6 s of a core at 50 pictures of 32 px,
where looking took 3.6 s."""


@dataclass(frozen=True)
class NearnessPlan:
    """count: pictures of the model, of the world twice as many; k: neighbours of precision and recall."""

    count: int
    psi: float = 1.0
    k: int = 3
    seed: int = 0


@dataclass(frozen=True)
class Onlooker:
    """An eye, the sets it is of, and what eyes have seen of worlds before."""

    sets: EyeSets
    eye: Eye
    kept: SampleCache


class NearnessStudy:
    """What is seen of the world is kept on disk: the next measurement of it takes a third of the time."""

    def __init__(
        self,
        card: ModelCard,
        generator: Generator,
        onlooker: Onlooker,
        plan: NearnessPlan,
        device: torch.device,
        batch: int = BATCH,
    ) -> None:
        """batch: pictures of a slice. Raises: InvalidInput for a card that names no world."""
        self.card, self.world, self.plan, self.onlooker = card, world_of(card), plan, onlooker
        self._generator, self._device, self._batch = generator, device, batch
        self._key = SampleKey.of_world(
            self.world, 2 * plan.count, WORLD_SEED + plan.seed, card.resolution, onlooker.eye
        )
        self._drawn: list[Sample] = []
        self._real: list[Sample] = []
        self.model: Sample | None = None
        self.real: Sample | None = onlooker.kept.get(self._key)
        self.truth: ModelTruth | None = None
        self._looking: Sliced[Sample] | None = None
        self._summing: Sliced[ModelTruth] | None = None
        self._summed = 0

    # -- slices -----------------------------------------------------------------------------------

    @property
    def stage(self) -> Stage:
        """What the next slice is of."""
        if self.model is None:
            return "model"
        if self.real is None:
            return "world"
        return "sum" if self.truth is None else "done"

    def step(self) -> None:
        """One slice; nothing once it is done."""
        match self.stage:
            case "model":
                self.model = self._look(self._drawn)
            case "world":
                self.real = self._look(self._real)
                if self.real is not None:
                    self.onlooker.kept.put(self._key, self.real)
                    self._real.clear()
            case "sum":
                self._sum()
            case "done":
                pass

    def through(self, stage: Stage) -> Sliced[None]:
        """What is left of a stage that it is in, for who runs it at once."""
        while self.stage == stage:
            self.step()
            yield

    def _look(self, seen: list[Sample]) -> Sample | None:
        """The next batch; the whole sample after the last."""
        if self._looking is None:
            self._looking = self._open(seen)
        try:
            next(self._looking)
        except StopIteration as stop:
            self._looking = None
            whole: Sample = stop.value
            return whole
        return None

    def _open(self, seen: list[Sample]) -> Sliced[Sample]:
        plan, begun = self.plan, _count(seen)
        if seen is self._drawn:
            first = plan.seed * plan.count
            seeds = range(first + begun, first + plan.count)
            pictures = model_pictures(self._generator, seeds, plan.psi, self._batch)
        else:
            pictures = world_pictures(
                self.world, 2 * plan.count, WORLD_SEED + plan.seed, self.card.resolution, self._device,
                first=begun, batch=self._batch,
            )  # fmt: skip
        return look(pictures, self.onlooker.eye, seen)

    def _sum(self) -> None:
        assert self.real is not None
        assert self.model is not None
        if self._summing is None:
            self._summing = find_truth(self.real, self.model, self.plan.k, self.plan.seed)
        try:
            next(self._summing)
            self._summed += 1
        except StopIteration as stop:
            self.truth, self._summing = stop.value, None

    @property
    def fraction(self) -> float:
        """Share done, 0..1, never falling."""
        count = self.plan.count
        if self.truth is not None:
            return 1.0
        real = 2 * count if self.real is not None else _count(self._real)
        looked = (_count(self._drawn) + real) / (3 * count)
        return (1.0 - _SUM) * looked + _SUM * self._summed / (slices_of_truth(count) + 1)

    @property
    def label(self) -> str:
        """What is being done."""
        match self.stage:
            case "model":
                return f"Looking at {self.card.id}"
            case "world":
                return f"Looking at {self.world.name}"
            case "sum" | "done":
                return "Summing up"

    def shown(self) -> tuple[Tensor | None, Tensor | None]:
        """The first pictures of world and model so far, float32 [n, 3, S, S] in [-1, 1]; None for none."""
        real = [self.real] if self.real is not None else self._real[:BATCH]
        return _shown(real), _shown(self._drawn[:BATCH])

    # -- state ------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, object]:
        """What was seen so far; of the world nothing once it is on disk. Sums are made anew."""
        return {"batch": self._batch, "model": _kept(self._drawn), "world": _kept(self._real)}

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: KeyError for a state of something else; ValueError where batches were others."""
        if state["batch"] != self._batch:
            raise ValueError("it was begun on another device")
        self._drawn = _unkept(cast("dict[str, object] | None", state["model"]))
        self._real = _unkept(cast("dict[str, object] | None", state["world"])) if self.real is None else []
        self.model, self.truth, self._looking, self._summing, self._summed = None, None, None, None, 0


def _count(parts: list[Sample]) -> int:
    return sum(len(part) for part in parts)


def _shown(parts: list[Sample]) -> Tensor | None:
    shown = [part.shown for part in parts if len(part.shown)]
    return torch.cat(shown) if shown else None


def _kept(parts: list[Sample]) -> dict[str, object] | None:
    if not parts:
        return None
    # What was joined once is not joined again at the next checkpoint.
    parts[:] = [join(parts)]
    layout, arrays = told_of(parts[0])
    return {"layout": layout, **{name: torch.from_numpy(arrays[name]) for name in ARRAYS}}


def _unkept(state: dict[str, object] | None) -> list[Sample]:
    if state is None:
        return []
    arrays = {name: cast("Tensor", state[name]).numpy() for name in ARRAYS}
    return [sample_of(str(state["layout"]), arrays)]
