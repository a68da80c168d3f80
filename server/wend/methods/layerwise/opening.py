"""Opening: a photo's inversion by layers, as a job asks for it."""

from dataclasses import replace

from torch import Tensor

from wend.errors import InvalidParams
from wend.generators.split import takes_corrections
from wend.library.codes import MAX_CORRECTIONS_BYTES
from wend.methods.invert.params import InvertParams
from wend.methods.layerwise.inversion import Eye, LayerwiseInversion, open_layered
from wend.methods.layerwise.likeness import find_features
from wend.methods.layerwise.settings import METHODS
from wend.methods.workbench import Workbench


def open_layers(params: InvertParams, bench: Workbench, target: Tensor) -> tuple[str, LayerwiseInversion]:
    """By what pictures are compared, and the inversion: method f, or d, the encoder's word alone.

    target: float32 [1, 3, R, R] in [-1, 1], of the generator's size.
    Raises: EncoderMissing; CardInvalid, WeightsInvalid; InvalidParams for layers of a generator whose
    pictures could not show what is added to them, or for more than a code keeps; InvalidParams,
    PerceptionNotFound for a loss whose networks are not there.
    """
    model = open_layered(bench.shelf.store, bench.model, bench.generator, "layered")
    if params.place == "encoder":
        eye = Eye("the encoder alone", None, is_relative=True)
        return eye.name, LayerwiseInversion(model, target, METHODS["d"], eye)
    if not takes_corrections(bench.generator):
        why = "this kind of generator cannot show what is added behind its layers; its encoder's word it can"
        raise InvalidParams("place", why)
    if sum(4 * channels * side**2 for channels, side in model.split.shapes) > MAX_CORRECTIONS_BYTES:
        raise InvalidParams("place", f"the layers up to {model.split.layer} are too large to be kept")
    eye = Eye(*find_features(bench, params.loss))
    settings = replace(METHODS["f"], updates=params.updates, pixels=params.pixels)
    return eye.name, LayerwiseInversion(model, target, settings, eye)
