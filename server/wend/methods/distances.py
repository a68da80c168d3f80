"""Distances by name: how far two pictures are from one another, for a method and the model it works on."""

from typing import assert_never

from wend.errors import InvalidParams, NotFound, WeightsInvalid
from wend.library.seeing import set_seeing
from wend.methods.losses import LossName
from wend.methods.workbench import Workbench
from wend.perception.distance import PerceptualDistance, PixelDistance
from wend.perception.lpips_distance import find_lpips
from wend.perception.network import Distance
from wend.perception.sizes import MIN_SIDE


def named_distance(loss: LossName, bench: Workbench) -> Distance:
    """Raises: InvalidParams where the model's card names no world; PerceptionNotFound, WeightsInvalid for a
    distance whose networks are not there."""
    match loss:
        case "l2":
            return PixelDistance()
        case "perceptual":
            card = bench.shelf.store.get(bench.model).card
            if card.world is None:
                raise InvalidParams("loss", "the model's card names no world whose networks could look")
            found = set_seeing(bench.perception, card.world.name, "features")
            return PerceptualDistance(bench.perception.features(found.card.id, bench.device))
        case "lpips":
            return find_lpips("alex", bench.perception.trust).to(bench.device)
    assert_never(loss)


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
