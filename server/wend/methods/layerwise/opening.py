"""Opening: a photo's inversion by layers, as a job asks for it."""

from dataclasses import replace

from torch import Tensor

from wend.methods.invert.params import InvertParams
from wend.methods.layerwise.inversion import Eye, LayerwiseInversion, open_layered
from wend.methods.layerwise.likeness import find_features
from wend.methods.layerwise.settings import METHODS
from wend.methods.workbench import Workbench


def open_layers(params: InvertParams, bench: Workbench, target: Tensor) -> tuple[str, LayerwiseInversion]:
    """By what pictures are compared, and the inversion: method f, or d, the encoder's word alone.

    target: float32 [1, 3, R, R] in [-1, 1], of the generator's size.
    Raises: EncoderMissing; CardInvalid, WeightsInvalid; InvalidParams, PerceptionNotFound for a loss whose
    networks are not there.
    """
    model = open_layered(bench.shelf.store, bench.model, bench.generator, "layered")
    if params.place == "encoder":
        eye = Eye("the encoder alone", None, is_relative=True)
        return eye.name, LayerwiseInversion(model, target, METHODS["d"], eye)
    eye = Eye(*find_features(bench, params.loss))
    settings = replace(METHODS["f"], updates=params.updates, pixels=params.pixels)
    return eye.name, LayerwiseInversion(model, target, settings, eye)
