"""StyleGAN, the first, in genforce's names. Source: docs/formats.md, section 2.

A chain of doublings in this network convolves after it has doubled. Theirs, from 128 px on, does both in one
transposed convolution, whose kernel therefore lies turned in the file.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from wend.errors import FormatUnsupported
from wend.formats.found import Converted, Found
from wend.formats.layouts.genforce_names import LICENCE, parts_of, sides_unused, squeezed, without_kernels
from wend.formats.layouts.parts import StoredTensors, demand, pair
from wend.formats.layouts.stylegan1_shapes import StyleGAN1Shapes
from wend.formats.layouts.stylegan2_shapes import Shapes, drawable
from wend.formats.limits import Limits
from wend.formats.modules import taken
from wend.formats.tensors import Array, StoredTensor

FUSED_FROM = 128
_KEY = "synthesis.layer0.const"
_LOD = "synthesis.lod"
_MAX_SIDES = 11
_MAX_MAPPING_LAYERS = 64
TRUNCATED_ROWS = "its makers truncate the first 8 style rows alone"
_FUSED = f"kernels of {FUSED_FROM} px and more are read as fused with the doubling, as its program has them"


def convert(found: Found, limits: Limits) -> Converted | None:
    """genforce's StyleGAN, with its discriminator where it has one; None for anything else."""
    own, judge, ignored = parts_of(found)
    if _KEY not in own:
        return None
    made = converted_from(found.name, without_kernels(found.name, own), judge, limits)
    return replace(made, ignored=(*ignored, *made.ignored))


def converted_from(
    name: str, tensors: Mapping[str, StoredTensor], judge: StoredTensors, limits: Limits
) -> Converted:
    """What tensors in genforce's names make. Raises: FormatUnsupported, FormatDamaged, FormatTooLarge."""
    unused = sides_unused(name, tensors, _LOD)
    own = {key: tensor for key, tensor in tensors.items() if key != _LOD}
    shapes = _shapes(name, own, unused)
    needed = {_theirs(key, shapes): key for key in shapes.generator()}
    wanted = {theirs: _theirs_shape(key, shapes) for theirs, key in needed.items()}
    beyond = [key for key in own if key not in wanted and _is_of_another_side(key, shapes, unused)]
    demand(name, "generator", {k: t for k, t in own.items() if k not in beyond}, wanted)
    arrays = taken(name, {key: own[key] for key in wanted}, limits)
    ours = shapes.generator()
    generator = {
        key: _turned(key, shapes, squeezed(arrays[theirs], ours[key])) for theirs, key in needed.items()
    }
    discriminator, about = _discriminator(name, judge, shapes, unused, limits)
    parts = sorted({key.split(".")[1] for key in beyond})
    return Converted(
        layout="genforce StyleGAN",
        kind="stylegan1",
        config=shapes.config(name),
        generator=generator,
        discriminator=discriminator,
        ignored=(*(f"{part}: of another size" for part in parts), *about),
        notes=(TRUNCATED_ROWS, *((_FUSED,) if max(shapes.channels) >= FUSED_FROM else ())),
        licence=LICENCE,
    )


def _shapes(name: str, tensors: Mapping[str, StoredTensor], unused: int) -> StyleGAN1Shapes:
    """What the tensors fix, of the sides that have grown in. Raises: FormatUnsupported, FormatTooLarge."""
    layers = sides = 0
    while f"mapping.dense{layers}.weight" in tensors and layers <= _MAX_MAPPING_LAYERS:
        layers += 1
    while f"synthesis.layer{2 * sides + 1}.weight" in tensors and sides <= _MAX_SIDES:
        sides += 1
    if not 0 < layers <= _MAX_MAPPING_LAYERS or not 2 <= sides - unused <= _MAX_SIDES:
        raise FormatUnsupported(name, f"its mapping has {layers} layers, its synthesis {sides} sides")
    channels = {
        4 * 2**k: pair(name, tensors, f"synthesis.layer{2 * k + 1}.weight")[0] for k in range(sides - unused)
    }
    drawable(name, ((width, side) for side, width in channels.items()))
    first = pair(name, tensors, "mapping.dense0.weight")[1]
    label = "mapping.label_weight"
    c_dim, z_dim = pair(name, tensors, label) if label in tensors else (0, first)
    w_dim = pair(name, tensors, f"mapping.dense{layers - 1}.weight")[0]
    return StyleGAN1Shapes(z_dim, w_dim, c_dim, layers, channels)


def _theirs(ours: str, shapes: StyleGAN1Shapes) -> str:
    """'synthesis.layer3.noise_const' -> 'synthesis.layer3.apply_noise.noise', and so on."""
    if ours == "mapping.w_avg":
        return "truncation.w_avg"
    named = ours.replace(".noise_const", ".apply_noise.noise").replace(
        ".noise_strength", ".apply_noise.weight"
    )
    return named.replace("synthesis.output.", f"synthesis.output{len(shapes.channels) - 1}.")


def _theirs_shape(ours: str, shapes: StyleGAN1Shapes) -> tuple[int, ...]:
    shape = shapes.generator()[ours]
    if ours.endswith(".const"):
        return (1, *shape)
    return (1, 1, *shape) if ours.endswith(".noise_const") else shape


_LAYER = re.compile(r"synthesis\.(layer|output)(\d{1,2})\.")


def _is_of_another_side(key: str, shapes: StyleGAN1Shapes, unused: int) -> bool:
    """What the published network holds for smaller pictures, and for sizes that have not grown in."""
    if (match := _LAYER.match(key)) is None:
        return False
    number, sides = int(match[2]), len(shapes.channels)
    if match[1] == "output":
        return number != sides - 1 and number < sides + unused
    return 2 * sides <= number < 2 * (sides + unused)


def _turned(key: str, shapes: StyleGAN1Shapes, array: Array) -> Array:
    """The kernel of a fused doubling, turned by 180 degrees; everything else as it is."""
    match = re.fullmatch(r"synthesis\.layer(\d{1,2})\.weight", key)
    row = int(match[1]) if match else 1
    if row % 2 or shapes.sides[row // 2] < FUSED_FROM:
        return array
    return np.ascontiguousarray(array[:, :, ::-1, ::-1])


def _discriminator(
    name: str, own: StoredTensors, shapes: StyleGAN1Shapes, unused: int, limits: Limits
) -> tuple[dict[str, Array] | None, tuple[str, ...]]:
    """Theirs in our names, or the reason why it was left out."""
    if not own:
        return None, ()
    wanted: Shapes = shapes.discriminator(name)
    theirs = {key: judge_name(key, shapes.sides, unused) for key in wanted}
    try:
        tensors = without_kernels(name, own)
        used = {key: tensors[theirs[key]] for key in wanted if theirs[key] in tensors}
        demand(name, "discriminator", used, wanted)
    except FormatUnsupported as error:
        return None, (f"discriminator: {error.values['why']}",)
    return taken(name, used, limits), ()


def judge_name(ours: str, sides: tuple[int, ...], unused: int = 0) -> str:
    """'b8_1.weight' -> 'layer5.weight': theirs counts from the largest side, the unused ones included."""
    layer, _, part = ours.rpartition(".")
    last = 2 * (len(sides) - 1 + unused)
    if layer == "input":
        return f"input{unused}.{part}"
    if (match := re.fullmatch(r"b(\d+)_([01])", layer)) is not None:
        block = len(sides) - 1 - sides.index(int(match[1])) + unused
        return f"layer{2 * block + int(match[2])}.{part}"
    return f"layer{last + ('conv', 'dense', 'output').index(layer)}.{part}"
