"""Encoders of pSp and e4e, as they lie beside rosinality's generator.

Source: docs/formats.md, section 2; the shapes of published checkpoints.
"""

from collections.abc import Mapping

import numpy as np

from wend.formats.inert import Record
from wend.formats.layouts.parts import StoredTensors, norm, uncounted
from wend.formats.layouts.stylegan2_shapes import Shapes, StyleGAN2Shapes, difference
from wend.formats.limits import Limits
from wend.formats.modules import taken
from wend.formats.tensors import Array

_UNITS = (3, 4, 14, 3)
_SQUEEZE = 16
_COARSE, _MIDDLE = 3, 7
_OF_EACH_ROW = ("GradualStyleEncoder", "Encoder4Editing")
_FROM_FIRST = _OF_EACH_ROW[1]


def encoder_of(
    name: str,
    own: StoredTensors,
    options: object,
    average: Array | None,
    shapes: StyleGAN2Shapes,
    limits: Limits,
) -> tuple[dict[str, Array] | None, tuple[str, ...], tuple[str, ...]]:
    """The encoder in our names, or None; what is left out of the file, with the reason; notes.

    average: what the file has of w, [w_dim] or [num_ws, w_dim]. Raises: FormatDamaged, FormatTooLarge.
    """
    if not own:
        return None, (), ()
    tensors, rows = uncounted(own), 2 * len(shapes.resolutions)
    stated = _stated(options)
    kind = stated.get("encoder_type")
    if kind is not None and kind not in _OF_EACH_ROW:
        return None, (f"encoder: of the kind {str(kind)[:60]}, which is not read here",), ()
    if shapes.w_dim % (8 * _SQUEEZE):
        return None, (f"encoder: none is known that ends in {shapes.w_dim} numbers",), ()
    if why := difference(tensors, encoder_shapes(shapes.w_dim, rows)):
        return None, (f"encoder: it is another one than the published: {why}",), ()
    added = np.zeros((rows, shapes.w_dim), np.float32)
    if stated.get("start_from_latent_avg", True):
        if average is None or average.reshape(-1, shapes.w_dim).shape[0] not in (1, rows):
            return None, ("encoder: it begins at an average of each row that the file lacks",), ()
        added += average.reshape(-1, shapes.w_dim)
    share = np.zeros(rows, np.float32)
    if kind == _FROM_FIRST:
        share[1:] = 1.0
    found = {**taken(name, tensors, limits), "latent_avg": added, "base_share": share}
    guess = "the encoder's kind is not in the file; each row is taken for its own, as with pSp"
    return found, (), () if kind else (guess,)


def _stated(options: object) -> Mapping[object, object]:
    state = options.state if isinstance(options, Record) else options
    return state if isinstance(state, Mapping) else {}


def encoder_shapes(w_dim: int, rows: int) -> Shapes:
    """Names and shapes of all tensors but the counters."""
    width = w_dim // 8
    found: Shapes = {"input_layer.0.weight": (width, 3, 3, 3), "input_layer.2.weight": (width,)}
    found |= norm("input_layer.1", width)
    before, unit = width, 0
    for stage, count in enumerate(_UNITS):
        after = width << stage
        for _ in range(count):
            found |= _unit(f"body.{unit}", before, after)
            before, unit = after, unit + 1
    for row in range(rows):
        halvings = 4 if row < _COARSE else 5 if row < _MIDDLE else 6
        for index in range(halvings):
            found |= _biased(f"styles.{row}.convs.{2 * index}", w_dim, w_dim, 3, 3)
        found |= _biased(f"styles.{row}.linear", w_dim, w_dim)
    found |= _biased("latlayer1", w_dim, 4 * width, 1, 1)
    return found | _biased("latlayer2", w_dim, 2 * width, 1, 1)


def _unit(name: str, before: int, after: int) -> Shapes:
    inner = f"{name}.res_layer"
    found: Shapes = {
        f"{inner}.1.weight": (after, before, 3, 3), f"{inner}.2.weight": (after,),
        f"{inner}.3.weight": (after, after, 3, 3), f"{inner}.5.fc1.weight": (after // _SQUEEZE, after, 1, 1),
        f"{inner}.5.fc2.weight": (after, after // _SQUEEZE, 1, 1),
        **norm(f"{inner}.0", before), **norm(f"{inner}.4", after),
    }  # fmt: skip
    if before != after:
        shortcut = f"{name}.shortcut_layer"
        found |= {f"{shortcut}.0.weight": (after, before, 1, 1), **norm(f"{shortcut}.1", after)}
    return found


def _biased(name: str, *shape: int) -> Shapes:
    return {f"{name}.weight": shape, f"{name}.bias": shape[:1]}
