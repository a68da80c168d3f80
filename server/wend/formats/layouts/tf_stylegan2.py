"""StyleGAN2 of the TensorFlow programs, version 4 and later: a tuple (G, D, Gs) of pickled networks.

Source: docs/formats.md, section 1 (names, and how each tensor is turned).
"""

import re
from collections.abc import Callable, Mapping

import numpy as np

from wend.errors import FormatDamaged, FormatUnsupported
from wend.formats.found import Converted, Found
from wend.formats.inert import TF_NETWORK, Record
from wend.formats.layouts.nvidia import LICENCE
from wend.formats.layouts.stylegan2_shapes import StyleGAN2Shapes, difference, shapes_of
from wend.formats.limits import Limits
from wend.formats.modules import taken
from wend.formats.tensors import Array, StoredTensor, of_array

LEAST_VERSION = 4
_NETWORKS = 3
_MAX_DEPTH = 4
_Turn = Callable[[Array], Array]


def _same(a: Array) -> Array:
    return a


def _matrix(a: Array) -> Array:
    return a.T


def _kernel(a: Array) -> Array:
    return a.transpose(3, 2, 0, 1)


def _flipped(a: Array) -> Array:
    return a[::-1, ::-1].transpose(3, 2, 0, 1)


def _plus_one(a: Array) -> Array:
    return a + 1.0


def _layer(theirs: str, ours: str, kernel: _Turn) -> tuple[tuple[str, str, _Turn], ...]:
    return (
        (rf"{theirs}/weight", rf"{ours}.weight", kernel),
        (rf"{theirs}/bias", rf"{ours}.bias", _same),
        (rf"{theirs}/noise_strength", rf"{ours}.noise_strength", _same),
        (rf"{theirs}/mod_weight", rf"{ours}.affine.weight", _matrix),
        (rf"{theirs}/mod_bias", rf"{ours}.affine.bias", _plus_one),
    )


_GENERATOR: tuple[tuple[str, str, _Turn], ...] = (
    (r"dlatent_avg", r"mapping.w_avg", _same),
    *_layer(r"mapping/LabelEmbed", r"mapping.embed", _matrix),
    *_layer(r"mapping/Dense(\d{1,2})", r"mapping.fc\1", _matrix),
    (r"synthesis/4x4/Const/const", r"synthesis.b4.const", lambda a: a[0]),
    *_layer(r"synthesis/4x4/Conv", r"synthesis.b4.conv1", _kernel),
    *_layer(r"synthesis/(\d+)x\1/Conv0_up", r"synthesis.b\1.conv0", _flipped),
    *_layer(r"synthesis/(\d+)x\1/Conv1", r"synthesis.b\1.conv1", _kernel),
    *_layer(r"synthesis/(\d+)x\1/ToRGB", r"synthesis.b\1.torgb", _kernel),
)
_DISCRIMINATOR: tuple[tuple[str, str, _Turn], ...] = (
    *_layer(r"(\d+)x\1/FromRGB", r"b\1.fromrgb", _kernel),
    *_layer(r"(\d+)x\1/Conv0", r"b\1.conv0", _kernel),
    *_layer(r"(\d+)x\1/Conv1_down", r"b\1.conv1", _kernel),
    *_layer(r"(\d+)x\1/Skip", r"b\1.skip", _kernel),
    *_layer(r"4x4/Conv", r"b4.conv", _kernel),
    *_layer(r"4x4/Dense0", r"b4.fc", _matrix),
    *_layer(r"Output", r"b4.out", _matrix),
    *_layer(r"LabelEmbed", r"mapping.embed", _matrix),
    *_layer(r"Mapping(\d+)", r"mapping.fc\1", _matrix),
)
_NOISE = re.compile(r"synthesis/noise(\d{1,2})")
# Variables of training, which do not draw.
_UNUSED = ("lod", "mapping/lod", "synthesis/lod", "dlatent_avg_beta")


def convert(found: Found, limits: Limits) -> Converted | None:
    """The average generator of three TensorFlow networks, with its discriminator; None for anything else."""
    networks = networks_of(found)
    if networks is None:
        return None
    _, judge, average = networks
    variables = variables_of(found.name, average)
    if not any(key.endswith("/mod_weight") for key in variables):
        raise FormatUnsupported(found.name, "it is no StyleGAN or StyleGAN2; PGAN needs its converter")
    tensors, strange = _renamed(found.name, variables, _GENERATOR)
    tensors |= _noise(found.name, variables)
    strange = [key for key in strange if _NOISE.fullmatch(key) is None and key not in _UNUSED]
    if strange:
        raise FormatUnsupported(found.name, f"{strange[0][:100]} is not part of the network")
    shapes = shapes_of(found.name, tensors)
    if why := difference(tensors, shapes.generator()):
        raise FormatUnsupported(found.name, why)
    discriminator, about = _discriminator(found.name, judge, shapes, limits)
    return Converted(
        layout="TensorFlow StyleGAN2",
        kind="stylegan2",
        config=shapes.config(None),
        generator=taken(found.name, tensors, limits),
        discriminator=discriminator,
        ignored=("G: not needed beside Gs", *about),
        licence=LICENCE,
    )


def networks_of(found: Found) -> tuple[object, object, object] | None:
    """Generator, discriminator, average generator, as their programs pickle them; None for anything else."""
    value = found.value
    networks = value if isinstance(value, tuple | list) else ()
    if len(networks) != _NETWORKS or not all(
        isinstance(n, Record) and n.name == TF_NETWORK for n in networks
    ):
        return None
    first, second, third = networks
    return first, second, third


def variables_of(name: str, network: object, least: int = LEAST_VERSION) -> dict[str, Array]:
    """All variables of a network and its components, by 'component/variable'. Raises: FormatUnsupported."""
    found: dict[str, Array] = {}
    waiting: list[tuple[str, object, int]] = [("", network, 0)]
    while waiting:
        prefix, one, depth = waiting.pop()
        state = one.state if isinstance(one, Record) else None
        if not isinstance(state, Mapping) or depth > _MAX_DEPTH:
            raise FormatDamaged(name, "a network has no state")
        version = state.get("version")
        if not isinstance(version, int) or version < least:
            raise FormatUnsupported(
                name, f"its networks are of version {version}; 4 is the oldest that opens"
            )
        for pair in _pairs(state.get("variables")):
            if isinstance(pair[1], np.ndarray):
                found[prefix + str(pair[0])] = pair[1]
        components = state.get("components")
        if isinstance(components, Mapping):
            waiting += [(f"{prefix}{key}/", inner, depth + 1) for key, inner in components.items()]
    return found


def _pairs(value: object) -> list[tuple[object, object]]:
    rows = value if isinstance(value, list | tuple) else []
    return [(row[0], row[1]) for row in rows if isinstance(row, list | tuple) and len(row) == 2]


def _renamed(
    name: str, variables: Mapping[str, Array], rules: tuple[tuple[str, str, _Turn], ...]
) -> tuple[dict[str, StoredTensor], list[str]]:
    """In our names and turned as ours are; and what no rule knows."""
    found: dict[str, StoredTensor] = {}
    strange: list[str] = []
    for key, array in variables.items():
        for pattern, ours, turn in rules:
            match = re.fullmatch(pattern, key)
            if match is None:
                continue
            try:
                found[match.expand(ours)] = of_array(name, np.array(turn(array), order="C"))
            except (ValueError, IndexError) as error:
                raise FormatDamaged(name, f"{key[:100]} has shape {array.shape}") from error
            break
        else:
            strange.append(key)
    return found, strange


def _noise(name: str, variables: Mapping[str, Array]) -> dict[str, StoredTensor]:
    """The maps: number 0 for 4 px, then two for each side."""
    found: dict[str, StoredTensor] = {}
    for key, array in variables.items():
        if (match := _NOISE.fullmatch(key)) is None:
            continue
        number = int(match[1])
        if array.ndim != 4 or number > 32:
            raise FormatDamaged(name, f"{key} has shape {array.shape}")
        side = 4 * 2 ** ((number + 1) // 2)
        found[f"synthesis.b{side}.conv{(number + 1) % 2}.noise_const"] = of_array(name, array[0, 0])
    return found


def _discriminator(
    name: str, network: object, shapes: StyleGAN2Shapes, limits: Limits
) -> tuple[dict[str, Array] | None, tuple[str, ...]]:
    try:
        tensors, strange = _renamed(name, variables_of(name, network), _DISCRIMINATOR)
    except (FormatUnsupported, FormatDamaged) as error:
        return None, (f"D: {error.values['why']}",)
    strange = [key for key in strange if key not in _UNUSED]
    why = f"{strange[0][:100]} is unknown" if strange else difference(tensors, shapes.discriminator())
    return (None, (f"D: {why}",)) if why else (taken(name, tensors, limits), ())
