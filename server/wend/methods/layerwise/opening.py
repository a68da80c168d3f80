"""Opening: inversion by layers, as a job asks for it: the encoder once, then a search for each picture."""

from collections.abc import Callable
from dataclasses import replace

from torch import Tensor

from wend.errors import InvalidParams
from wend.generators.split import takes_corrections
from wend.library.codes import MAX_CORRECTIONS_BYTES
from wend.methods.invert.settings import LayeredPlace
from wend.methods.layerwise.inversion import Eye, LayerwiseInversion, open_layered
from wend.methods.layerwise.likeness import find_features
from wend.methods.layerwise.settings import METHODS
from wend.methods.losses import LossName
from wend.methods.workbench import Workbench

LayeredSearch = Callable[[Tensor], LayerwiseInversion]
"""Of a target float32 [1, 3, R, R] in [-1, 1], of the generator's size."""


def open_layers(
    bench: Workbench,
    place: LayeredPlace,
    loss: LossName | None = None,
    updates: int = METHODS["f"].updates,
    pixels: float = METHODS["f"].pixels,
) -> tuple[str, LayeredSearch]:
    """By what pictures are compared, and the search: method f, or d, the encoder's word alone.

    pixels: weight of their mean absolute difference.
    Raises: EncoderMissing; CardInvalid, WeightsInvalid; InvalidParams for layers of a generator whose
    pictures could not show what is added to them, or for more than a code keeps; InvalidParams,
    PerceptionNotFound for a loss whose networks are not there.
    """
    model = open_layered(bench.shelf.store, bench.model, bench.generator, "layered")
    if place == "encoder":
        alone = Eye("the encoder alone", None, is_relative=True)
        return alone.name, lambda target: LayerwiseInversion(model, target, METHODS["d"], alone)
    if not takes_corrections(bench.generator):
        why = "this kind of generator cannot show what is added behind its layers; its encoder's word it can"
        raise InvalidParams("place", why)
    if sum(4 * channels * side**2 for channels, side in model.split.shapes) > MAX_CORRECTIONS_BYTES:
        raise InvalidParams("place", f"the layers up to {model.split.layer} are too large to be kept")
    eye = Eye(*find_features(bench, loss))
    settings = replace(METHODS["f"], updates=updates, pixels=pixels)
    return eye.name, lambda target: LayerwiseInversion(model, target, settings, eye)
