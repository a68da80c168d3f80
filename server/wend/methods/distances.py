"""Distances by name: how far two pictures are from one another, for a method and the model it works on."""

from typing import assert_never

from wend.errors import InvalidParams, NotFound, PerceptionNotFound, WeightsInvalid
from wend.library.seeing import set_looking_at
from wend.methods.losses import LossName
from wend.methods.workbench import Workbench
from wend.perception.distance import PerceptualDistance, PixelDistance
from wend.perception.lpips_distance import find_lpips
from wend.perception.network import Distance, FeatureNetwork
from wend.perception.sizes import MIN_SIDE


def named_distance(loss: LossName, bench: Workbench) -> Distance:
    """Raises: InvalidParams for a perceptual one where the card names no world and no set names the model;
    PerceptionNotFound, WeightsInvalid for a distance whose networks are not there."""
    match loss:
        case "l2":
            return PixelDistance()
        case "perceptual":
            return PerceptualDistance(model_features(bench))
        case "lpips":
            return find_lpips("alex", bench.perception.trust).to(bench.device)
    assert_never(loss)


def model_features(bench: Workbench) -> FeatureNetwork:
    """What pictures of the bench's model are compared by. Raises: as `named_distance`, perceptual."""
    card = bench.shelf.store.get(bench.model).card
    try:
        found = set_looking_at(bench.perception, card, "features")
    except PerceptionNotFound as error:
        if card.world is not None:
            raise
        raise InvalidParams(
            "loss", "the model's card names no world whose networks could look, and no set names the model"
        ) from error
    return bench.perception.features(found.card.id, bench.device)


def chosen_distance(loss: LossName | None, bench: Workbench) -> tuple[LossName, Distance]:
    """The one asked for, else the best there is. Raises: as `named_distance`."""
    return best_distance(bench) if loss is None else (loss, named_distance(loss, bench))


def best_distance(bench: Workbench) -> tuple[LossName, Distance]:
    """The first that is there of: networks of the model's world, lpips, pixels. Small pictures, which no
    network looks at, are held against each other by pixels."""
    if bench.generator.spec.resolution < MIN_SIDE:
        return "l2", PixelDistance()
    for name in ("perceptual", "lpips"):
        loss: LossName = "perceptual" if name == "perceptual" else "lpips"
        try:
            return loss, named_distance(loss, bench)
        except (InvalidParams, NotFound, WeightsInvalid):
            continue
    return "l2", PixelDistance()
