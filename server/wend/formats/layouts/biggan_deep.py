"""BigGAN-deep of pytorch-pretrained-BigGAN: spectral norm beside the weights, 51 sets of statistics.

Source: docs/formats.md, section 3; Miyato et al., "Spectral normalization for generative adversarial
networks", ICLR 2018, equation 8, for the norm that is folded in here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wend.errors import FormatDamaged, FormatUnsupported
from wend.formats.found import Converted, Found, Scalar
from wend.formats.limits import Limits
from wend.formats.modules import as_float32, state_dict
from wend.formats.tensors import Array, StoredTensor

TRUNCATION = 0.5
"""The one of the stored truncations whose statistics are kept; a new picture begins with it."""
_EPS = 1e-4
_RGB = 3
_NORMED = ("weight_orig", "weight_u", "weight_v")
_LAYER = re.compile(r"generator\.layers\.(\d+)\.conv_0\.weight_orig")


def convert(found: Found, limits: Limits) -> Converted | None:
    """A BigGAN-deep generator; None for anything else."""
    tensors = state_dict(found.name, found.value)
    if "embeddings.weight" not in tensors or "generator.gen_z.weight_orig" not in tensors:
        return None
    shape = _shape(found.name, tensors)
    _agree(found, shape)
    if 4 * sum(t.numel for t in tensors.values()) > limits.tensor_bytes:
        raise FormatDamaged(found.name, "its tensors are larger than is allowed")
    arrays = {key: as_float32(found.name, key, t) for key, t in tensors.items()}
    steps = len(arrays["generator.bn.running_means"]) - 1
    index = round(TRUNCATION * steps)
    return Converted(
        layout="BigGAN-deep (pytorch-pretrained-BigGAN)",
        kind="biggan",
        config=shape.config,
        generator=_folded(found.name, arrays, index),
        ignored=(f"statistics of {steps} other truncations",),
        notes=(f"statistics are those of truncation {index / max(steps, 1):g}, whatever psi is",),
        psi=TRUNCATION,
    )


@dataclass(frozen=True)
class _Shape:
    config: Mapping[str, Scalar]
    blocks: tuple[tuple[bool, int, int], ...]  # doubles the side, channels in, channels out
    attention: int  # position among the layers


def _shape(name: str, tensors: Mapping[str, StoredTensor]) -> _Shape:
    """What the tensors fix. Raises: FormatDamaged, FormatUnsupported."""
    positions = sorted(int(m[1]) for key in tensors if (m := _LAYER.fullmatch(key)))
    attention = [
        int(k.split(".")[2]) for k in tensors if k.startswith("generator.layers.") and k.endswith(".gamma")
    ]
    if not positions or len(positions) % 2 or len(attention) != 1 or len(positions) > 16:
        raise FormatUnsupported(name, "its blocks are not pairs with one attention among them")
    if sorted([*positions, attention[0]]) != list(range(len(positions) + 1)):
        raise FormatDamaged(name, "a layer is missing")
    blocks: list[tuple[bool, int, int]] = []
    for number, position in enumerate(positions):
        prefix = f"generator.layers.{position}"
        inner, before = _sizes(name, tensors, f"{prefix}.conv_0.weight_orig")
        after, _ = _sizes(name, tensors, f"{prefix}.conv_3.weight_orig")
        if inner * 4 != before:
            raise FormatUnsupported(
                name, f"{prefix} is {before // max(inner, 1)} times narrower inside, not 4"
            )
        blocks.append((number % 2 == 1, before, after))
    wide, both = _sizes(name, tensors, "generator.gen_z.weight_orig")
    embedded, classes = _sizes(name, tensors, "embeddings.weight")
    width = blocks[-1][2]
    channels = [before for up, before, _ in blocks if not up] + [width]
    if wide != 16 * channels[0] or any(c % width for c in channels):
        raise FormatUnsupported(name, f"its channels {channels} are no multiples of the last")
    if sum(p < attention[0] for p in positions) % 2:
        raise FormatUnsupported(name, "its attention stands within a pair of blocks")
    side = 4 * 2 ** (sum(p < attention[0] for p in positions) // 2)
    config: dict[str, Scalar] = {
        "widths": ",".join(str(c // width) for c in channels), "channel_width": width,
        "z_dim": both - embedded, "embed_dim": embedded, "c_dim": classes, "attention_resolution": side,
        "reduction": 4, "image_channels": _RGB,
    }  # fmt: skip
    return _Shape(config, tuple(blocks), attention[0])


def _sizes(name: str, tensors: Mapping[str, StoredTensor], key: str) -> tuple[int, int]:
    if key not in tensors or len(tensors[key].shape) < 2:
        raise FormatDamaged(name, f"{key} is missing")
    return tensors[key].shape[0], tensors[key].shape[1]


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


def _folded(name: str, arrays: Mapping[str, Array], index: int) -> dict[str, Array]:
    """In our names: weights divided by their spectral norm, one set of statistics."""
    found: dict[str, Array] = {}
    for key, array in arrays.items():
        layer, _, last = key.rpartition(".")
        if last == "weight_orig":
            found[f"{layer}.weight"] = _divided(name, layer, arrays)
        elif last in ("running_means", "running_vars"):
            if index >= len(array):
                raise FormatDamaged(name, f"{key} has {len(array)} sets")
            found[f"{layer}.{last.removesuffix('s')}"] = np.ascontiguousarray(array[index])
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
