"""Survey eye: the segmenter that tells labels, and what tells how alike two pictures are."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import InvalidInput, PerceptionNotFound
from wend.library.card import ModelCard
from wend.library.perception import PerceptionStore
from wend.library.seeing import set_naming, set_seeing
from wend.measure.label_areas import LabelAreas, see_areas
from wend.measure.likeness import picture_statistics
from wend.perception.network import FeatureNetwork, LabelNetwork
from wend.perception.sizes import MIN_SIDE, resize

PIXELS = "colours and grain of the pixels"


@dataclass(frozen=True)
class SurveyEye:
    """names: of the set and network that tell labels, and of what tells likeness. features: None for plain
    pixels. digest: of the weights of both, "" where their cards tell none.
    """

    labels: LabelNetwork
    features: FeatureNetwork | None
    segmenter: str
    likeness: str
    digest: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return self.labels.labels

    def areas(self, images: Tensor) -> LabelAreas:
        """Of images float32 [N, 3, H, W] in [-1, 1]; small ones are enlarged to what networks take."""
        return see_areas(self.labels, _large_enough(images))

    def vectors(self, images: Tensor) -> NDArray[np.float32]:
        """What pictures look like, float32 [N, F]."""
        with torch.no_grad():
            if self.features is None:
                return picture_statistics(images).float().numpy()
            found: NDArray[np.float32] = self.features.vector(_large_enough(images)).float().cpu().numpy()
            return found


def open_eye(
    store: PerceptionStore,
    segmenter: str,
    world: str | None,
    device: torch.device,
    card: ModelCard | None = None,
) -> SurveyEye:
    """segmenter: SET, SET/NETWORK, or empty for the set that names the model of this card, else the one that
    sees the world's pictures.

    Raises: PerceptionNotFound, CardInvalid, WeightsInvalid; InvalidInput where nothing says which set to
    take.
    """
    set_id, _, name = segmenter.partition("/")
    if not set_id:
        named = None if card is None else set_naming(store, card, "labels")
        if named is None and world is None:
            raise InvalidInput(
                "Nothing says which segmenter tells what is on these pictures: neither side names a world. "
                "Name a perception set as the segmenter, or the model in its card."
            )
        set_id = (named or set_seeing(store, world or "", "labels")).card.id
    found = store.get(set_id)
    sections = found.of_role("labels")
    if name:
        sections = tuple(section for section in sections if section.name == name)
    if not sections:
        able = [f"{set_id}/{section.name}" for section in found.of_role("labels")]
        raise PerceptionNotFound(f"{set_id}/{name}" if name else set_id, "labels", able)
    labels = cast("LabelNetwork", store.load(set_id, sections[0].name, device))
    seeing = _features(store, set_id, world, card)
    features = None if seeing is None else store.features(seeing, device)
    of_features = () if seeing is None else store.get(seeing).of_role("features")
    weights = (sections[0].sha256, *(section.sha256 for section in of_features))
    return SurveyEye(
        labels,
        features,
        f"{set_id}/{sections[0].name}",
        PIXELS if seeing is None else f"{seeing}, features",
        ",".join(each or "" for each in weights),
    )


def _features(store: PerceptionStore, set_id: str, world: str | None, card: ModelCard | None) -> str | None:
    """The set whose features tell likeness: the segmenter's own, else one that names the model, else the
    world's; None for none of them."""
    if store.get(set_id).of_role("features"):
        return set_id
    named = None if card is None else set_naming(store, card, "features")
    if named is not None:
        return named.card.id
    try:
        return None if world is None else set_seeing(store, world, "features").card.id
    except PerceptionNotFound:
        return None


def _large_enough(images: Tensor) -> Tensor:
    side = max(MIN_SIDE, *images.shape[2:])
    return resize(images, side, side) if min(images.shape[2:]) < MIN_SIDE else images
