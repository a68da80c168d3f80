"""mimicry's discriminators: of SNGAN and SSGAN, of InfoMax-GAN in its own names, of WGAN-GP without a norm.

Source: docs/formats.md, section 4.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from wend.errors import FormatDamaged
from wend.formats.found import Scalar
from wend.formats.layouts.parts import StoredTensors, pair, scaled
from wend.formats.layouts.spectral_norm import divided
from wend.formats.layouts.stylegan2_shapes import Shapes, difference
from wend.formats.limits import Limits
from wend.formats.modules import taken
from wend.formats.tensors import Array

_VECTOR, _LOGGED = "sn_u", "sn_sigma"
_OTHER_TASKS = re.compile(r"(l_y|(local|global)_nrkhs_(a|b|sc))\..+")
_LOCAL = "local_feat_blocks."
_MOST_BLOCKS = 10  # as a `ResidualConfig` has
_PARTS = {"c1": "conv1", "c2": "conv2", "c_sc": "shortcut"}


@dataclass(frozen=True)
class Judged:
    """A discriminator in our names with its settings, or none; what is left out, with the reason."""

    tensors: Mapping[str, Array] | None = None
    config: Mapping[str, Scalar] | None = None
    ignored: tuple[str, ...] = ()


def judge_of(name: str, label: str, own: StoredTensors, colours: int, side: int, limits: Limits) -> Judged:
    """label: what the file calls it; side: of the generator's pictures.

    Raises: FormatDamaged, FormatTooLarge of what else fits.
    """
    beside = sorted({key.partition(".")[0] for key in own if _OTHER_TASKS.fullmatch(key)})
    tensors = {
        key: tensor
        for key, tensor in _uniform(own).items()
        if key.rpartition(".")[2] != _LOGGED and not _OTHER_TASKS.fullmatch(key)
    }
    count = 0
    while f"block{count + 1}.c1.weight" in tensors:
        count += 1
    dense = f"l{count + 1}"
    try:
        widths = [pair("", tensors, f"block{index + 1}.c2.weight")[0] for index in range(count)]
    except FormatDamaged as error:
        return Judged(ignored=(f"{label}: {error.values['why']}",))
    if not widths:
        return Judged(ignored=(f"{label}: it is no discriminator of this program",))
    # What keeps both side and width learns no shortcut; all blocks that halve come first, and where the last
    # one widens it stays.
    befores = [colours, *widths]
    halvings = sum(f"block{index + 1}.c_sc.weight" in tensors for index in range(count))
    if halvings == count and widths[-1] != befores[-2]:
        halvings -= 1
    has_norm = f"{dense}.{_VECTOR}" in tensors
    wanted: Shapes = {}
    for index, (before, after) in enumerate(zip(befores, widths, strict=False)):
        block, inner = f"block{index + 1}", before if index else after
        wanted |= _layer(f"{block}.c1", has_norm, inner, before, 3, 3)
        wanted |= _layer(f"{block}.c2", has_norm, after, inner, 3, 3)
        if index < halvings or before != after:
            wanted |= _layer(f"{block}.c_sc", has_norm, after, before, 1, 1)
    wanted |= _layer(dense, has_norm, 1, widths[-1])
    if why := difference(tensors, wanted):
        return Judged(ignored=(f"{label}: {why}",))
    if count > _MOST_BLOCKS or not halvings or side % 2**halvings:
        why = f"it halves {side} px {halvings} times in {count} blocks, which cannot be built"
        return Judged(ignored=(f"{label}: {why}",))
    arrays = taken(name, tensors, limits)
    found: dict[str, Array] = {}
    for key, array in arrays.items():
        layer, _, part = key.rpartition(".")
        if part != _VECTOR:
            start = arrays.get(f"{layer}.{_VECTOR}") if part == "weight" else None
            found[_ours(layer, part)] = array if start is None else divided(name, layer, array, start)
    if not has_norm:
        # That of WGAN-GP takes the mean over places, where the others take the sum.
        found["linear.weight"] = scaled(found["linear.weight"], 1.0 / (side // 2**halvings) ** 2)
    config: dict[str, Scalar] = {
        "judge": "plain", "judge_widths": ",".join(map(str, widths)), "judge_halvings": halvings,
    }  # fmt: skip
    return Judged(found, config, tuple(f"{label}: {each}: of another task" for each in beside))


def _uniform(own: StoredTensors) -> StoredTensors:
    """InfoMax-GAN's two sequences and its `linear` in the names of the others."""
    local = 0
    while f"{_LOCAL}{local}.c1.weight" in own:
        local += 1
    if not local:
        return own
    found: StoredTensors = {}
    for key, tensor in own.items():
        if (match := re.fullmatch(r"(local|global)_feat_blocks\.(\d+)\.(.+)", key)) is not None:
            number = int(match[2]) + 1 + (local if match[1] == "global" else 0)
            found[f"block{number}.{match[3]}"] = tensor
        else:
            found[re.sub(r"^linear\.", f"l{local + 2}.", key)] = tensor
    return found


def _ours(layer: str, part: str) -> str:
    """'block2.c_sc', 'weight' -> 'blocks.1.shortcut.weight'."""
    match = re.fullmatch(r"block(\d+)\.(c1|c2|c_sc)", layer)
    return f"linear.{part}" if match is None else f"blocks.{int(match[1]) - 1}.{_PARTS[match[2]]}.{part}"


def _layer(name: str, has_norm: bool, *shape: int) -> Shapes:
    found: Shapes = {f"{name}.weight": shape, f"{name}.bias": shape[:1]}
    return found | ({f"{name}.{_VECTOR}": (1, shape[0])} if has_norm else {})
