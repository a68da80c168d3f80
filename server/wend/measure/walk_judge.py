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
from wend.measure.attributes import AttributeColumn, Attributes, of_factors
from wend.measure.card_world import has_matched_moments
from wend.measure.pixel_statistics import of_pixels
from wend.perception.distance import PerceptualDistance
from wend.perception.network import Distance, FactorNetwork, FeatureNetwork
from wend.perception.panel import with_mirror
from wend.worlds.world import World

HUE = "picture_hue"
PIXELS = ("luminance", "red", "green", "blue", HUE)
"""Attributes read off the pixels themselves: in image units, -1 (black) to 1; the hue in degrees."""
OF_RANGE = "of range"
_LEAST_CHROMA = 0.02
"""Of a mean colour, as a share of the range from black to white: below it a hue is a matter of chance."""


@dataclass(frozen=True)
class Judge:
    """Who looks: what is measured, what pictures are compared by, and how far apart two of them look."""

    factors: FactorNetwork
    features: FeatureNetwork
    distance: Distance


@dataclass(frozen=True)
class Seat:
    """Which network of a set judges a walk. index: among its factor networks, in the card's order.

    is_apart: it shares no weights with a network that took part in training the model or the walk;
    features_apart: nor do the features that pictures are compared by - Frechet distances, step lengths and
    the zone where a walk stands still rest on them.
    """

    set_id: str
    index: int
    name: str
    is_apart: bool
    features_apart: bool


def choose_seat(
    store: PerceptionStore, world: World, card: ModelCard, settings: Mapping[str, object]
) -> Seat:
    """The first factor network that took no part in training; the first one where all did.

    What took part: the label network of a model's judge (its card says which set); the second factor
    network of that set where moments were matched as it reads them; the feature network where the walk's
    settings name a perceptual loss; and the eye (`PerceptionStore.eye`) where they say that values of a
    factor were read. Networks that share a file share weights.
    Raises: PerceptionNotFound where no set sees this world.
    """
    found = set_seeing(store, world.name, "factors", "features")
    used = _used_files(found, card, settings)
    sections = found.of_role("factors")
    features_apart = found.of_role("features")[0].file not in used
    for index, section in enumerate(sections):
        if section.file not in used:
            return Seat(found.card.id, index, section.name, True, features_apart)
    return Seat(found.card.id, 0, sections[0].name, False, features_apart)


def choose_second(store: PerceptionStore, world: World, card: ModelCard) -> Seat:
    """Who judges what a loop has set: the second factor network, which no loop is closed by.

    Raises: PerceptionNotFound where no set sees this world; InvalidInput where it has one network alone.
    """
    found = set_seeing(store, world.name, "factors")
    sections = found.of_role("factors")
    if len(sections) < 2:
        raise InvalidInput(f"{found.card.title} has one factor network: none is left to judge.")
    used, features = _used_files(found, card, {}), found.of_role("features")
    features_apart = bool(features) and features[0].file not in used
    return Seat(found.card.id, 1, sections[1].name, sections[1].file not in used, features_apart)


def _used_files(found: PerceptionSet, card: ModelCard, settings: Mapping[str, object]) -> set[str | None]:
    used: set[str | None] = set()
    if card.training is not None and card.training.recipe.get("judge") == found.card.id:
        used |= {section.file for section in found.of_role("labels")}
        if has_matched_moments(card):
            used |= {section.file for section in found.of_role("factors")[1:2]}
    if settings.get("loss") == "perceptual":
        used.add(found.of_role("features")[0].file)
    if "read_rms" in settings:  # the eye told where this factor's values begin: all but the second
        sections = found.of_role("factors")
        used |= {section.file for section in (*sections[:1], *sections[2:])}
    return used


def open_second(
    store: PerceptionStore, seat: Seat, device: torch.device
) -> tuple[FactorNetwork, FactorNetwork]:
    """The eye that closes a loop, and the network of `choose_second` that judges it, of heads by their mirror
    images, too. Raises: as `PerceptionStore.load`."""
    judge = with_mirror(store.factors(seat.set_id, device, seat.index))
    return store.eye(seat.set_id, device), judge


def open_judge(store: PerceptionStore, seat: Seat, device: torch.device) -> Judge:
    """Load what sits there. Raises: as `PerceptionStore.load`."""
    features = store.features(seat.set_id, device)
    return Judge(store.factors(seat.set_id, device, seat.index), features, PerceptualDistance(features))


def look_at(judge: Judge, images: torch.Tensor) -> Attributes:
    """What the judge measures of images [N, 3, H, W] in [-1, 1], and beside it what pixels tell."""
    return Attributes(of_factors(judge.factors, images).columns).beside(pixels_of(images))


def pixels_of(images: torch.Tensor) -> Attributes:
    """PIXELS of images [N, 3, H, W] in [-1, 1], in image units.

    Luminance is the unweighted mean of red, green and blue. Source: Jahanian, Chai and Isola, 2020,
    released code. The hue is that of the mean colour, its angle about the axis of greys, 0 red and 120 green,
    which the edit `hue` turns by what it says; not found where the mean is all but grey.
    """
    of = of_pixels(images)
    rgb = np.stack([2.0 * of[name].values - 1.0 for name in ("red", "green", "blue")])
    light = rgb.mean(axis=0)
    columns = [
        AttributeColumn(name, OF_RANGE, values)
        for name, values in zip(PIXELS[:4], (light, *rgb), strict=True)
    ]
    return Attributes((*columns, AttributeColumn(HUE, "degrees", _hue(rgb), 360.0)))


def _hue(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Hues [N] in 0..360 of mean colours [3, N] in [-1, 1], NaN of greys."""
    x = (2.0 * rgb[0] - rgb[1] - rgb[2]) / np.sqrt(6.0)
    y = (rgb[1] - rgb[2]) / np.sqrt(2.0)
    hue = np.mod(np.degrees(np.arctan2(y, x)), 360.0)
    found: NDArray[np.float64] = np.where(np.hypot(x, y) / 2.0 < _LEAST_CHROMA, np.nan, hue)
    return found


Columns = list[tuple[str, str, float | None]]
"""Name, unit and period of each attribute, as a checkpoint can hold them."""


def columns_of(seen: Attributes) -> Columns:
    """What the columns are, without their values."""
    return [(c.name, c.unit, c.period) for c in seen.columns]


def rows_of(seen: Attributes) -> torch.Tensor:
    """Their values, float64 [N, C]."""
    return torch.from_numpy(np.stack([c.values for c in seen.columns], axis=1))


def from_rows(columns: Columns, rows: list[torch.Tensor]) -> Attributes:
    """Attributes of batches [n, C] one after another."""
    values = torch.cat(rows).numpy()
    told = enumerate(columns)
    return Attributes(tuple(AttributeColumn(name, unit, values[:, i], p) for i, (name, unit, p) in told))
