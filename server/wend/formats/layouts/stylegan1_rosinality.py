"""StyleGAN, the first, in the names of rosinality's style-based-gan-pytorch.

Against the published network, every layer here has the gain sqrt(2), that of styles, noise and the picture,
too; AdaIN's gain is whole, not what differs from 1; a doubling's bias comes before its blur; and the mapping
learns as fast as the rest.
Source: docs/formats.md, section 2.
"""

import math
import re
from collections.abc import Mapping

import numpy as np

from wend.errors import FormatUnsupported
from wend.formats.found import Converted, Found
from wend.formats.layouts.genforce_names import is_usual_filter, squeezed
from wend.formats.layouts.parts import StoredTensors, demand, pair, scaled
from wend.formats.layouts.rosinality import LICENCE
from wend.formats.layouts.stylegan1_shapes import MAPPING_LR, SAMPLES_FOR_AVERAGE, StyleGAN1Shapes, mean_of_w
from wend.formats.layouts.stylegan2_shapes import Shapes, drawable
from wend.formats.limits import Limits
from wend.formats.modules import state_dict, taken
from wend.formats.tensors import Array, StoredTensor

_KEY = "generator.progression.0.conv1.input"
_WRAPPERS = ("g_running", "generator")
_MAX_SIDES = 11
_MAX_MAPPING_LAYERS = 64
_EPSILON = 1e-5  # torch's own for instance normalisation
_GAIN = math.sqrt(2.0)
_CONV, _STYLE = "conv.weight_orig", "style.linear.weight_orig"


def convert(found: Found, limits: Limits) -> Converted | None:
    """rosinality's StyleGAN, with its discriminator where it has one; None for anything else."""
    value: Mapping[object, object] = found.value if isinstance(found.value, Mapping) else {}
    chosen = next((key for key in _WRAPPERS if _KEY in state_dict(found.name, value.get(key))), None)
    tensors = state_dict(found.name, value if chosen is None else value[chosen])
    if _KEY not in tensors:
        return None
    name = found.name
    tensors = _without_blurs(name, tensors)
    shapes, trained = _shapes(name, tensors)
    theirs = _theirs(shapes)
    wanted = {key: _stored_shape(ours, key, shapes) for ours, key in theirs.items()}
    beyond = [key for key in tensors if key not in wanted and _side_of(key) is not None]
    demand(name, "generator", {k: t for k, t in tensors.items() if k not in beyond}, wanted)
    arrays = taken(name, {key: tensors[key] for key in wanted}, limits)
    generator = _unscaled({ours: arrays[key] for ours, key in theirs.items()}, shapes, theirs)
    generator["mapping.w_avg"] = mean_of_w(generator, shapes)
    judge, about = _discriminator(name, state_dict(name, value.get("discriminator")), shapes, limits)
    ignored = [str(key) for key in value if chosen and key not in (chosen, "discriminator")]
    side = max(shapes.channels)
    notes = [
        f"it has no average of w: that of {SAMPLES_FOR_AVERAGE} random codes was taken",
        "it has no constant noise of its own",
    ]
    if trained:
        notes.append(f"its sides above {side} px were never trained: it draws {side} px")
    return Converted(
        layout="rosinality StyleGAN",
        kind="stylegan1",
        config=shapes.config(name),
        generator=generator,
        discriminator=judge,
        ignored=(*(f"{key}: not needed beside {chosen}" for key in ignored), *about),
        notes=tuple(notes),
        licence=LICENCE,
    )


_BLUR = re.compile(r"\.conv1\.[12]\.weight(_flip)?$")


def _without_blurs(name: str, tensors: Mapping[str, StoredTensor]) -> StoredTensors:
    """All but the constant filters of the blocks. Raises: FormatUnsupported for filters but 1, 2, 1."""
    kept: StoredTensors = {}
    for key, tensor in tensors.items():
        if _BLUR.search(key) is None:
            kept[key] = tensor
        elif not is_usual_filter(tensor):
            raise FormatUnsupported(name, f"{key} is another filter than 1, 2, 1")
    return kept


def _side_of(key: str) -> int | None:
    """Which block a tensor belongs to; None for what belongs to no block."""
    match = re.match(r"generator\.(?:progression|to_rgb)\.(\d{1,2})\.", key)
    return int(match[1]) if match else None


def _shapes(name: str, tensors: Mapping[str, StoredTensor]) -> tuple[StyleGAN1Shapes, int]:
    """Of the blocks that were trained, and how many were not: noise of strength 0 and biases of 0.

    Raises: FormatUnsupported, FormatTooLarge.
    """
    blocks = layers = 0
    while f"generator.progression.{blocks}.conv2.{_CONV}" in tensors and blocks <= _MAX_SIDES:
        blocks += 1
    while f"style.{2 * layers + 1}.linear.weight_orig" in tensors and layers <= _MAX_MAPPING_LAYERS:
        layers += 1
    if not 0 < layers <= _MAX_MAPPING_LAYERS or not 2 <= blocks <= _MAX_SIDES:
        raise FormatUnsupported(name, f"its mapping has {layers} layers, its synthesis {blocks} sides")
    if f"generator.progression.1.conv1.{_CONV}" in tensors:
        raise FormatUnsupported(name, "its program's first version, which blurs nothing, wrote it")
    used = blocks
    while used > 2 and _is_untrained(tensors, used - 1):
        used -= 1
    channels = {
        4 * 2**k: pair(name, tensors, f"generator.progression.{k}.conv2.{_CONV}")[0] for k in range(used)
    }
    drawable(name, ((width, side) for side, width in channels.items()))
    w_dim, _ = pair(name, tensors, f"style.{2 * layers - 1}.linear.weight_orig")
    z_dim = pair(name, tensors, "style.1.linear.weight_orig")[1]
    shapes = StyleGAN1Shapes(
        z_dim, w_dim, 0, layers, channels, _EPSILON, is_bias_blurred=True, judge="rosinality"
    )
    return shapes, blocks - used


def _is_untrained(tensors: Mapping[str, StoredTensor], block: int) -> bool:
    at = f"generator.progression.{block}"
    names = (f"{at}.noise1.weight_orig", f"{at}.noise2.weight_orig", f"{at}.conv2.conv.bias")
    return all(key in tensors and not tensors[key].array().any() for key in names)


def _theirs(shapes: StyleGAN1Shapes) -> dict[str, str]:
    """Our names to theirs, of all that is stored in their files."""
    found: dict[str, str] = {}
    for index in range(shapes.mapping_layers):
        at = f"style.{2 * index + 1}.linear"
        found |= {
            f"mapping.dense{index}.weight": f"{at}.weight_orig",
            f"mapping.dense{index}.bias": f"{at}.bias",
        }
    for row in range(2 * len(shapes.channels)):
        block, part = f"generator.progression.{row // 2}", row % 2 + 1
        ours, side = f"synthesis.layer{row}", shapes.sides[row // 2]
        if row == 0:
            found[f"{ours}.const"] = _KEY
        elif part == 2:
            found |= {f"{ours}.weight": f"{block}.conv2.{_CONV}", f"{ours}.bias": f"{block}.conv2.conv.bias"}
        elif side >= 128:
            found |= {f"{ours}.weight": f"{block}.conv1.0.weight", f"{ours}.bias": f"{block}.conv1.0.bias"}
        else:
            found[f"{ours}.weight"] = f"{block}.conv1.1.{_CONV}"
            found[f"{ours}.bias"] = f"{block}.conv1.1.conv.bias"
        found[f"{ours}.noise_strength"] = f"{block}.noise{part}.weight_orig"
        found[f"{ours}.style.weight"] = f"{block}.adain{part}.{_STYLE}"
        found[f"{ours}.style.bias"] = f"{block}.adain{part}.style.linear.bias"
    last = f"generator.to_rgb.{len(shapes.channels) - 1}.conv"
    return found | {"synthesis.output.weight": f"{last}.weight_orig", "synthesis.output.bias": f"{last}.bias"}


def _stored_shape(ours: str, theirs: str, shapes: StyleGAN1Shapes) -> tuple[int, ...]:
    shape = shapes.generator()[ours]
    if ours.endswith(".const"):
        return (1, *shape)
    if ours.endswith(".noise_strength"):
        return (1, *shape, 1, 1)
    # A transposed convolution's kernel is [Ci, Co, 3, 3].
    return (shape[1], shape[0], *shape[2:]) if theirs.endswith("conv1.0.weight") else shape


def _unscaled(
    arrays: Mapping[str, Array], shapes: StyleGAN1Shapes, theirs: Mapping[str, str]
) -> dict[str, Array]:
    """In our shapes and at our scales."""
    wanted = shapes.generator()
    found: dict[str, Array] = {
        key: np.zeros(shape, np.float32) for key, shape in wanted.items() if key not in arrays
    }
    for key, array in arrays.items():
        part = key.rpartition("synthesis.")[2]
        if key.startswith("mapping."):
            found[key] = scaled(array, 1.0 / MAPPING_LR)
        elif part.endswith(".style.weight") or part == "output.weight":
            found[key] = scaled(array, _GAIN)
        elif part.endswith(".style.bias"):
            found[key] = array - np.repeat(np.array([1.0, 0.0], np.float32), len(array) // 2)
        elif part.endswith(".noise_strength"):
            found[key] = scaled(squeezed(array, wanted[key]), _GAIN / math.sqrt(wanted[key][0]))
        elif theirs[key].endswith("conv1.0.weight"):
            # Theirs doubles with a quarter of the gain; a transposed kernel lies turned.
            found[key] = scaled(np.ascontiguousarray(array.transpose(1, 0, 2, 3)[:, :, ::-1, ::-1]), 0.25)
        else:
            found[key] = squeezed(array, wanted[key])
    return {key: found[key] for key in wanted}


def _discriminator(
    name: str, own: StoredTensors, shapes: StyleGAN1Shapes, limits: Limits
) -> tuple[dict[str, Array] | None, tuple[str, ...]]:
    """Theirs in our names, or the reason why it was left out."""
    if not own:
        return None, ()
    blocks = 0
    while f"from_rgb.{blocks}.conv.weight_orig" in own:
        blocks += 1
    wanted: Shapes = shapes.discriminator(name)
    theirs: dict[str, str] = {}
    for key in wanted:
        layer, _, part = key.rpartition(".")
        root, is_plain = _judge_root(layer, shapes, blocks, own)
        theirs[key] = f"{root}.{part if part == 'bias' or is_plain else 'weight_orig'}"
    first = shapes.channels[4]
    stored = {**wanted, "dense.weight": (first, first, 4, 4)}
    used = {key: own[theirs[key]] for key in wanted if theirs[key] in own}
    try:
        demand(name, "discriminator", used, stored)
    except FormatUnsupported as error:
        return None, (f"discriminator: {error.values['why']}",)
    arrays = taken(name, used, limits)
    found = {key: squeezed(arrays[key], shape) for key, shape in wanted.items()}
    found["output.weight"] = scaled(found["output.weight"], _GAIN)
    return found, ("discriminator: it judged whole batches, and judges groups of 4 here",)


def _judge_root(layer: str, shapes: StyleGAN1Shapes, blocks: int, own: StoredTensors) -> tuple[str, bool]:
    """Where a layer of our discriminator lies in theirs, and whether its weight is called so."""
    ends = {
        "output": "linear.linear",
        "input": f"from_rgb.{blocks - len(shapes.channels)}.conv",
        "conv": f"progression.{blocks - 1}.conv1.0.conv",
        "dense": f"progression.{blocks - 1}.conv2.0.conv",
    }
    if layer in ends:
        return ends[layer], False
    side, _, number = layer.removeprefix("b").partition("_")
    root = f"progression.{blocks - 1 - shapes.sides.index(int(side))}.conv{int(number) + 1}"
    if number == "0":
        return f"{root}.0.conv", False
    return (f"{root}.1", True) if f"{root}.1.bias" in own else (f"{root}.1.conv", False)
