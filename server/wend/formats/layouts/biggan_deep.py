"""BigGAN-deep of pytorch-pretrained-BigGAN: spectral norm beside the weights, 51 sets of statistics.

Source: docs/formats.md, section 3; Miyato et al., "Spectral normalization for generative adversarial
networks", ICLR 2018, equation 8, for the norm that is folded in here.
"""

import itertools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wend.errors import FormatDamaged, FormatTooLarge, FormatUnsupported
from wend.formats.found import Converted, Found, Scalar
from wend.formats.layouts.parts import bare
from wend.formats.layouts.stylegan2_shapes import Shapes, difference, drawable
from wend.formats.limits import Limits
from wend.formats.modules import as_float32
from wend.formats.tensors import Array, StoredTensor

TRUNCATION = 0.5
"""With which a new picture begins: their program's pictures have it, more or less."""
_MOST_SETS = 1001
_EPS = 1e-4
_RGB = 3
_NORMED = ("weight_orig", "weight_u", "weight_v")
_LAYER = re.compile(r"generator\.layers\.(\d{1,2})\.conv_0\.weight_orig")
_ATTENTION = re.compile(r"generator\.layers\.(\d{1,2})\.gamma")
_MAX_SIZE = 2**16
_MAX_ATTENTION_PX = 128  # every place looks at a quarter of all: 64 Mi numbers


def convert(found: Found, limits: Limits) -> Converted | None:
    """A BigGAN-deep generator; None for anything else."""
    tensors = bare(found)
    if "embeddings.weight" not in tensors or "generator.gen_z.weight_orig" not in tensors:
        return None
    shape = _shape(found.name, tensors)
    _agree(found, shape)
    if 4 * sum(t.numel for t in tensors.values()) > limits.tensor_bytes:
        raise FormatTooLarge(found.name, "its tensors are larger than is allowed")
    arrays = {key: as_float32(found.name, key, t) for key, t in tensors.items()}
    return Converted(
        layout="BigGAN-deep (pytorch-pretrained-BigGAN)",
        kind="biggan",
        config=shape.config,
        generator=_folded(found.name, arrays),
        psi=TRUNCATION,
    )


@dataclass(frozen=True)
class _Shape:
    config: Mapping[str, Scalar]
    blocks: tuple[tuple[bool, int, int], ...]  # doubles the side, channels in, channels out
    attention: int  # position among the layers


def _shape(name: str, tensors: Mapping[str, StoredTensor]) -> _Shape:
    """What the tensors fix, each of which is checked. Raises: FormatDamaged, FormatTooLarge,
    FormatUnsupported."""
    positions = sorted(int(m[1]) for key in tensors if (m := _LAYER.fullmatch(key)))
    attention = [int(m[1]) for key in tensors if (m := _ATTENTION.fullmatch(key))]
    if not positions or len(positions) % 2 or len(attention) != 1 or len(positions) > 16:
        raise FormatUnsupported(name, "its blocks are not pairs with one attention among them")
    if sorted([*positions, attention[0]]) != list(range(len(positions) + 1)):
        raise FormatDamaged(name, "a layer is missing")
    before = [_sizes(name, tensors, f"generator.layers.{p}.conv_0.weight_orig")[1] for p in positions]
    width, _ = _sizes(name, tensors, f"generator.layers.{positions[-1]}.conv_3.weight_orig")
    _, both = _sizes(name, tensors, "generator.gen_z.weight_orig")
    embedded, classes = _sizes(name, tensors, "embeddings.weight")
    sets, _ = _sizes(name, tensors, "generator.bn.running_means")
    channels = [*before[::2], width]
    if sets > _MOST_SETS:
        raise FormatTooLarge(name, f"it has {sets} sets of statistics")
    if any(c % width for c in channels):
        raise FormatUnsupported(name, f"its channels {channels} are no multiples of the last")
    if both <= embedded:
        raise FormatUnsupported(name, "it reads no z")
    earlier = sum(p < attention[0] for p in positions)
    side = 4 * 2 ** (earlier // 2)
    if earlier % 2 or not earlier:
        raise FormatUnsupported(name, "its attention stands within a pair of blocks")
    if side > _MAX_ATTENTION_PX:
        raise FormatTooLarge(name, f"its attention looks at {side} px, more than {_MAX_ATTENTION_PX}")
    drawable(name, [(c, 4 * 2**k) for k, c in enumerate(channels)])
    blocks = tuple(
        (up, here, above if up else here)
        for here, above in itertools.pairwise(channels)
        for up in (False, True)
    )
    wanted = _wanted(blocks, attention[0], both, sets) | {"embeddings.weight": (embedded, classes)}
    if why := difference(tensors, wanted):
        raise FormatUnsupported(name, why)
    config: dict[str, Scalar] = {
        "widths": ",".join(str(c // width) for c in channels), "channel_width": width,
        "z_dim": both - embedded, "embed_dim": embedded, "c_dim": classes, "attention_resolution": side,
        "reduction": 4, "image_channels": _RGB, "statistics": sets,
    }  # fmt: skip
    return _Shape(config, blocks, attention[0])


def _wanted(blocks: tuple[tuple[bool, int, int], ...], attention: int, both: int, sets: int) -> Shapes:
    """All names and shapes but the embedding's. both: z and class together; sets: of statistics."""
    width = blocks[-1][2]
    found: Shapes = {
        **_normed("generator.gen_z", True, 16 * blocks[0][1], both),
        **_statistics("generator.bn", sets, width),
        "generator.bn.weight": (width,),
        "generator.bn.bias": (width,),
        **_normed("generator.conv_to_rgb", True, width, width, 3, 3),
    }
    for number, (_, before, after) in enumerate(blocks):
        layer = f"generator.layers.{number + (number >= attention)}"
        inner = before // 4
        for index, channels in enumerate((before, inner, inner, inner)):
            found |= _statistics(f"{layer}.bn_{index}", sets, channels)
            found |= _normed(f"{layer}.bn_{index}.scale", False, channels, both)
            found |= _normed(f"{layer}.bn_{index}.offset", False, channels, both)
        sizes = ((inner, before, 1), (inner, inner, 3), (inner, inner, 3), (after, inner, 1))
        for index, (out, into, k) in enumerate(sizes):
            found |= _normed(f"{layer}.conv_{index}", True, out, into, k, k)
    seen, layer = blocks[attention - 1][2], f"generator.layers.{attention}"
    for part in ("theta", "phi"):
        found |= _normed(f"{layer}.snconv1x1_{part}", False, seen // 8, seen, 1, 1)
    found |= _normed(f"{layer}.snconv1x1_g", False, seen // 2, seen, 1, 1)
    found |= _normed(f"{layer}.snconv1x1_o_conv", False, seen, seen // 2, 1, 1)
    return found | {f"{layer}.gamma": (1,)}


def _normed(layer: str, has_bias: bool, *shape: int) -> Shapes:
    found: Shapes = {
        f"{layer}.weight_orig": shape,
        f"{layer}.weight_u": shape[:1],
        f"{layer}.weight_v": (math.prod(shape[1:]),),
    }
    return found | {f"{layer}.bias": shape[:1]} if has_bias else found


def _statistics(layer: str, sets: int, channels: int) -> Shapes:
    return {f"{layer}.running_means": (sets, channels), f"{layer}.running_vars": (sets, channels)}


def _sizes(name: str, tensors: Mapping[str, StoredTensor], key: str) -> tuple[int, int]:
    """The first two sizes of a tensor. Raises: FormatDamaged."""
    shape = tensors[key].shape if key in tensors else ()
    if len(shape) < 2 or not all(0 < size <= _MAX_SIZE for size in shape):
        raise FormatDamaged(name, f"{key} has shape {shape}" if key in tensors else f"{key} is missing")
    return shape[0], shape[1]


def _agree(found: Found, shape: _Shape) -> None:
    """Whether config.json, where it lies beside, describes these tensors. Raises: FormatUnsupported."""
    stated = found.beside
    if "layers" not in stated:
        return
    width = stated.get("channel_width")
    if type(width) is not int or width < 1:
        raise FormatUnsupported(found.name, "config.json has no channel_width")
    if stated["layers"] != [[up, before // width, after // width] for up, before, after in shape.blocks]:
        raise FormatUnsupported(found.name, "config.json describes other layers than the file holds")
    if stated.get("attention_layer_position", shape.attention) != shape.attention:
        raise FormatUnsupported(found.name, "config.json puts the attention elsewhere than the file")
    eps = stated.get("eps", _EPS)
    if not isinstance(eps, int | float) or abs(eps - _EPS) > 1e-9:
        raise FormatUnsupported(found.name, f"its norms do not add {_EPS:g}")


def _folded(name: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """In our names: weights divided by their spectral norm; a lone set of statistics has no axis for it."""
    found: dict[str, Array] = {}
    for key, array in arrays.items():
        layer, _, last = key.rpartition(".")
        if last == "weight_orig":
            found[f"{layer}.weight"] = _divided(name, layer, arrays)
        elif last in ("running_means", "running_vars"):
            found[f"{layer}.{last.removesuffix('s')}"] = array if len(array) > 1 else array[0].copy()
        elif last not in _NORMED:
            found[key] = array
    for key in ("generator.conv_to_rgb.weight", "generator.conv_to_rgb.bias"):
        if key not in found:
            raise FormatDamaged(name, f"{key} is missing")
        found[key] = np.ascontiguousarray(found[key][:_RGB])
    return found


def _divided(name: str, layer: str, arrays: Mapping[str, Array]) -> Array:
    """W / sigma with sigma = u . (W v), W flattened to [out, rest]."""
    weight = arrays[f"{layer}.weight_orig"].astype(np.float64)
    u, v = arrays.get(f"{layer}.weight_u"), arrays.get(f"{layer}.weight_v")
    flat = weight.reshape(len(weight), -1)
    if u is None or v is None or u.shape != flat.shape[:1] or v.shape != flat.shape[1:]:
        raise FormatDamaged(name, f"{layer} has no spectral norm that fits it")
    sigma = float(u.astype(np.float64) @ (flat @ v.astype(np.float64)))
    if not sigma > 1e-12:
        raise FormatDamaged(name, f"{layer} has the spectral norm {sigma:g}")
    divided: Array = (weight / sigma).astype(np.float32)
    return divided
