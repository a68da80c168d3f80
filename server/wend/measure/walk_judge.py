"""Walk judge: the networks that say what a walk does, and how far each of their answers can be believed."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from wend.errors import InvalidInput
from wend.library.card import ModelCard
from wend.library.perception import PerceptionSet, PerceptionStore
from wend.library.seeing import set_seeing
from wend.measure.agreement import r_squared
from wend.measure.attributes import AttributeColumn, Attributes, concatenate, of_factors
from wend.measure.pixel_statistics import of_pixels
from wend.measure.slices import Sliced
from wend.perception.distance import PerceptualDistance
from wend.perception.network import Distance, FactorNetwork, FeatureNetwork
from wend.worlds.world import World, sample_factors

LEAST_R2 = 0.8
"""Factors told worse than this, in pictures of the world at the model's own size, judge nothing."""
PIXELS = ("luminance", "red", "green", "blue")
"""Attributes read off the pixels themselves: in image units, -1 (black) to 1."""
OF_RANGE = "of range"


@dataclass(frozen=True)
class Judge:
    """Who looks: what is measured, what pictures are compared by, and how far apart two of them look."""

    factors: FactorNetwork
    features: FeatureNetwork
    distance: Distance


@dataclass(frozen=True)
class Seat:
    """Which network of a set judges a walk. index: among its factor networks, in the card's order.

    is_apart: it shares no weights with a network that took part in training the model or the walk.
    """

    set_id: str
    index: int
    name: str
    is_apart: bool


def choose_seat(
    store: PerceptionStore, world: World, card: ModelCard, settings: Mapping[str, object]
) -> Seat:
    """The first factor network that took no part in training; the first one where all did.

    What took part: the label network of a model's judge (its card says which set), and the feature
    network where the walk's settings name a perceptual loss. Networks that share a file share weights.
    Raises: PerceptionNotFound where no set sees this world.
    """
    found = set_seeing(store, world.name, "factors", "features")
    used = _used_files(found, card, settings)
    sections = found.of_role("factors")
    for index, section in enumerate(sections):
        if section.file not in used:
            return Seat(found.card.id, index, section.name, is_apart=True)
    return Seat(found.card.id, 0, sections[0].name, is_apart=False)


def _used_files(found: PerceptionSet, card: ModelCard, settings: Mapping[str, object]) -> set[str | None]:
    used: set[str | None] = set()
    if card.training is not None and card.training.recipe.get("judge") == found.card.id:
        used |= {section.file for section in found.of_role("labels")}
    if settings.get("loss") == "perceptual":
        used.add(found.of_role("features")[0].file)
    return used


def open_judge(store: PerceptionStore, seat: Seat, device: torch.device) -> Judge:
    """Load what sits there. Raises: as `PerceptionStore.load`."""
    features = store.features(seat.set_id, device)
    return Judge(store.factors(seat.set_id, device, seat.index), features, PerceptualDistance(features))


def look_at(judge: Judge, images: torch.Tensor) -> Attributes:
    """What the judge measures of images [N, 3, H, W] in [-1, 1], and beside it PIXELS in image units.

    Luminance is the unweighted mean of red, green and blue. Source: Jahanian, Chai and Isola, 2020,
    released code.
    """
    measured = Attributes(of_factors(judge.factors, images).columns)
    of = of_pixels(images)
    channels = {name: 2.0 * of[name].values - 1.0 for name in PIXELS[1:]}
    channels["luminance"] = np.mean(list(channels.values()), axis=0)
    return measured.beside(
        Attributes(tuple(AttributeColumn(name, OF_RANGE, channels[name]) for name in PIXELS))
    )


@dataclass(frozen=True)
class WorldSight:
    """Pictures of the world as the judge sees them.

    trust: factor -> R^2 of what the judge says against the truth, over all pictures, whether they show
    it or not; attributes without a true value (those read off pixels) are not in it.
    """

    seen: Attributes
    trust: dict[str, float]

    @property
    def weak(self) -> tuple[str, ...]:
        """Factors this judge tells too badly to judge by."""
        return tuple(name for name, r2 in self.trust.items() if r2 < LEAST_R2)

    def require(self, name: str) -> None:
        """Raises: InvalidInput for a factor that is not measured, or too badly."""
        self.seen[name]
        if name in self.weak:
            raise InvalidInput(
                f"{name} is told with an R² of {self.trust[name]:.2f} here, less than {LEAST_R2:g}: "
                "no basis for judging."
            )


def world_part(world: World, judge: Judge, count: int, seed: int, size: int, part: slice) -> Attributes:
    """Some of `count` pictures of a world by seed, looked at; picture k depends on (seed, k) alone."""
    values = {name: value[part] for name, value in sample_factors(world, count, seed).items()}
    with torch.no_grad():
        return look_at(judge, world.render(values, size).images)


def world_sight(world: World, seen: Attributes, seed: int) -> WorldSight:
    """What was seen of the pictures of that seed, held against what they truly are."""
    count = len(seen.columns[0].values)
    truth = sample_factors(world, count, seed)
    trust: dict[str, float] = {}
    for column in seen.columns:
        if column.name in truth:
            r2 = r_squared(_array(truth[column.name]), column.values, column.period)
            if r2 is not None:
                trust[column.name] = r2
    return WorldSight(seen, trust)


def look_at_world(
    world: World, judge: Judge, count: int, seed: int, size: int, batch: int = 16
) -> Sliced[WorldSight]:
    """All at once, a slice per batch: -(-count // batch) of them."""
    parts: list[Attributes] = []
    for start in range(0, count, batch):
        parts.append(world_part(world, judge, count, seed, size, slice(start, start + batch)))
        yield
    return world_sight(world, concatenate(parts), seed)


def _array(values: torch.Tensor) -> NDArray[np.float64]:
    array: NDArray[np.float64] = values.double().cpu().numpy()
    return array
