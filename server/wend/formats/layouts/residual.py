"""WGAN-GP's residual networks: a PyTorch port of its program with the critic, and mimicry's with theirs.

Source: docs/formats.md, section 4. Batch normalisation's standing statistics are in both; a convolution
without a bias gets one of zeros.
"""

import itertools
from collections.abc import Mapping

import numpy as np

from wend.errors import FormatUnsupported
from wend.formats.found import Converted, Found, Scalar
from wend.formats.layouts.mimicry_judge import Judged, judge_of
from wend.formats.layouts.parts import StoredTensors, bare, demand, dense, norm, pair, uncounted
from wend.formats.layouts.stylegan2_shapes import Shapes, difference, drawable
from wend.formats.limits import Limits
from wend.formats.modules import state_dict, taken
from wend.formats.tensors import Array

_BASES = {16: 4, 36: 6}  # places of the first maps -> their side
_CRITICS = ("discriminator", "critic", "netD", "D", "d")
_OURS = "network."
_Names = dict[str, str]  # theirs -> ours, of layers


def convert(found: Found, limits: Limits) -> Converted | None:
    """The port's generator `ln1`, `rb1`, ... with its critic; None for anything else."""
    tensors = bare(found)
    if "rb1.conv_1.conv.conv.weight" not in tensors or "ln1.weight" not in tensors:
        return None
    count = _count(tensors, "rb{}.conv_2.conv.weight", 1)
    names = {"ln1": "linear", "bn": "norm", "conv1.conv": "conv"}
    for index in range(count):
        block = f"rb{index + 1}"
        names |= {f"{block}.bn{k}": f"blocks.{index}.norm{k}" for k in (1, 2)}
        names |= {f"{block}.conv_shortcut.conv.conv": f"blocks.{index}.shortcut"}
        names |= {f"{block}.conv_1.conv.conv": f"blocks.{index}.conv1"}
        names |= {f"{block}.conv_2.conv": f"blocks.{index}.conv2"}
    return _converted(found, tensors, names, limits, is_mimicry=False)


def convert_mimicry(found: Found, limits: Limits) -> Converted | None:
    """mimicry's residual generators (WGAN-GP, SNGAN, SSGAN, InfoMax-GAN); None for anything else."""
    tensors = bare(found)
    if "block2.c_sc.weight" not in tensors or "l1.weight" not in tensors:
        return None
    if "block2.b1.embed.weight" in tensors:
        raise FormatUnsupported(found.name, "its norms are told a class, which is not read here")
    if "block2.b1.weight" not in tensors:
        return None  # a discriminator
    count = _count(tensors, "block{}.c2.weight", 2)
    names = {"l1": "linear", f"b{count + 2}": "norm", f"c{count + 2}": "conv"}
    for index in range(count):
        block = f"block{index + 2}"
        names |= {f"{block}.b{k}": f"blocks.{index}.norm{k}" for k in (1, 2)}
        names |= {f"{block}.c{k}": f"blocks.{index}.conv{k}" for k in (1, 2)}
        names |= {f"{block}.c_sc": f"blocks.{index}.shortcut"}
    return _converted(found, tensors, names, limits, is_mimicry=True)


def _count(tensors: StoredTensors, pattern: str, first: int) -> int:
    count = 0
    while pattern.format(first + count) in tensors:
        count += 1
    return count


def _converted(
    found: Found, tensors: StoredTensors, names: _Names, limits: Limits, is_mimicry: bool
) -> Converted:
    name = found.name
    theirs = {ours: key for key, ours in names.items()}
    count = sum(ours.endswith(".conv2") for ours in theirs)
    if not 1 <= count <= 8:
        raise FormatUnsupported(name, f"it has {count} blocks")
    sizes = [pair(name, tensors, f"{theirs[f'blocks.{index}.conv1']}.weight") for index in range(count)]
    channels = [sizes[0][1], *(after for after, _ in sizes)]
    flat, z_dim = pair(name, tensors, f"{theirs['linear']}.weight")
    base = _BASES.get(flat // channels[0])
    if base is None or flat % channels[0]:
        raise FormatUnsupported(name, f"its first layer puts out {flat} numbers, {channels[0]} a place")
    image_channels, _ = pair(name, tensors, f"{theirs['conv']}.weight")
    if image_channels not in (1, 3):
        raise FormatUnsupported(name, f"its pictures have {image_channels} channels")
    drawable(name, ((width, base * 2**k) for k, width in enumerate(channels)))
    ours: Shapes = dense("linear", z_dim, flat) | norm("norm", channels[-1])
    ours |= _convolution("conv", channels[-1], image_channels, 3)
    for index, (before, after) in enumerate(itertools.pairwise(channels)):
        block = f"blocks.{index}"
        ours |= norm(f"{block}.norm1", before) | norm(f"{block}.norm2", after)
        ours |= _convolution(f"{block}.conv1", before, after, 3) | _convolution(
            f"{block}.conv2", after, after, 3
        )
        ours |= _convolution(f"{block}.shortcut", before, after, 1)
    generator = _renamed(name, "generator", tensors, theirs, ours, limits)
    config: dict[str, Scalar] = {
        "z_dim": z_dim, "base": base, "widths": ",".join(map(str, channels)),
        "image_channels": image_channels, "is_bilinear": is_mimicry,
    }  # fmt: skip
    value: Mapping[object, object] = found.value if isinstance(found.value, Mapping) else {}
    label = next((key for key in _CRITICS if isinstance(value.get(key), Mapping)), "")
    own = uncounted(state_dict(name, value.get(label)))
    if not label:
        judged = Judged()
    elif is_mimicry:
        judged = judge_of(name, label, own, image_channels, base * 2**count, limits)
    else:
        judged = _critic(name, label, own, base, image_channels, count, limits)
    return Converted(
        layout="residual GAN (mimicry)" if is_mimicry else "WGAN-GP (residual)",
        kind="residual",
        config={**config, **(judged.config or {})},
        generator={f"{_OURS}{key}": array for key, array in generator.items()},
        discriminator=judged.tensors,
        ignored=judged.ignored,
        psi=1.0,
    )


def _critic(
    name: str, label: str, tensors: StoredTensors, base: int, image_channels: int, count: int, limits: Limits
) -> Judged:
    """The port's critic in our names, or the reason why it was left out."""
    names = {"conv1.conv": "conv", "ln1": "linear"}
    for index in range(count):
        block = f"rb{index + 1}"
        names |= {f"{block}.bn{k}": f"blocks.{index}.norm{k}" for k in (1, 2)}
        names |= {f"{block}.conv_shortcut.conv.conv": f"blocks.{index}.shortcut"}
        names |= {f"{block}.conv_1.conv": f"blocks.{index}.conv1"}
        names |= {f"{block}.conv_2.conv.conv": f"blocks.{index}.conv2"}
    keys = ["conv1.conv.weight", *(f"rb{index + 1}.conv_2.conv.conv.weight" for index in range(count))]
    if any(key not in tensors or len(tensors[key].shape) != 4 for key in keys):
        return Judged(ignored=(f"{label}: it is no critic of as many blocks",))
    channels = [tensors[key].shape[0] for key in keys]
    ours = _convolution("conv", image_channels, channels[0], 3) | dense("linear", base**2 * channels[-1], 1)
    for index, (before, after) in enumerate(itertools.pairwise(channels)):
        block = f"blocks.{index}"
        ours |= {f"{block}.norm{k}.{part}": (before,) for k in (1, 2) for part in ("weight", "bias")}
        ours |= _convolution(f"{block}.conv1", before, before, 3) | _convolution(
            f"{block}.conv2", before, after, 3
        )
        ours |= _convolution(f"{block}.shortcut", before, after, 1)
    # Its norms call their gain and shift gamma and beta.
    plain = {
        f"{layer}.{_GREEK.get(part, part)}": t
        for key, t in tensors.items()
        for layer, _, part in [key.rpartition(".")]
    }
    theirs = {new: old for old, new in names.items()}
    if why := difference(plain, _in_their_names(plain, theirs, ours)[0]):
        return Judged(ignored=(f"{label}: {why}",))
    critic = _renamed(name, "critic", plain, theirs, ours, limits)
    return Judged(critic, {"judge_widths": ",".join(map(str, channels))})


_GREEK = {"gamma": "weight", "beta": "bias"}


def _in_their_names(tensors: StoredTensors, theirs: Mapping[str, str], ours: Shapes) -> tuple[Shapes, Shapes]:
    """What the file must hold; and what of ours it lacks and may lack: biases of convolutions."""
    wanted: Shapes = {}
    missing: Shapes = {}
    for key, shape in ours.items():
        layer, _, part = key.rpartition(".")
        their = f"{theirs[layer]}.{part}"
        if part == "bias" and layer.endswith("conv1") and their not in tensors:
            missing[key] = shape
        else:
            wanted[their] = shape
    return wanted, missing


def _renamed(
    name: str, what: str, tensors: StoredTensors, theirs: Mapping[str, str], ours: Shapes, limits: Limits
) -> dict[str, Array]:
    """Raises: FormatUnsupported, FormatDamaged, FormatTooLarge."""
    wanted, missing = _in_their_names(tensors, theirs, ours)
    demand(name, what, tensors, wanted)
    arrays = taken(name, {key: tensors[key] for key in wanted}, limits)
    zeros = {key: np.zeros(shape, np.float32) for key, shape in missing.items()}
    found: dict[str, Array] = {}
    for key in ours:
        layer, _, part = key.rpartition(".")
        found[key] = zeros[key] if key in zeros else arrays[f"{theirs[layer]}.{part}"]
    return found


def _convolution(name: str, before: int, after: int, kernel: int) -> Shapes:
    return {f"{name}.weight": (after, before, kernel, kernel), f"{name}.bias": (after,)}
