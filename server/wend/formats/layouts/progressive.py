"""Progressive GAN: the names of netdissect, those it had before, and those of the GAN zoo.

Source: docs/formats.md, section 4; Karras et al., ICLR 2018, section 4.1, for the scales. All three run the
same chain; they differ in names, in what is scaled as it runs, and in where a bias is.
"""

import math
import re
from collections.abc import Mapping

import numpy as np

from wend.errors import FormatDamaged, FormatUnsupported
from wend.formats.found import Converted, Found, Scalar
from wend.formats.inert import Record
from wend.formats.layouts.parts import (
    StoredTensors,
    bare,
    demand,
    pair,
    scaled,
    uncounted,
)
from wend.formats.layouts.stylegan2_shapes import Shapes, difference, drawable
from wend.formats.limits import Limits
from wend.formats.modules import state_dict, taken
from wend.formats.tensors import Array

_MAX_SIDES = 9
_OURS = "network."
_ONE_LENGTH = "truncation changes nothing: every z is brought to one length"
_OLD_SCALE = "wscale.scale"


def convert(found: Found, limits: Limits) -> Converted | None:
    """netdissect's generator, in its newer or older names; None for anything else."""
    tensors = bare(found)
    if "features.0.conv.weight" in tensors and "output.wscale.b" in tensors:
        tensors = _newer(tensors)
    elif "layer1.wscale.b" not in tensors:
        return None
    name, layers = found.name, 0
    while f"layer{layers + 1}.conv.weight" in tensors:
        layers += 1
    kernels = [f"layer{number}.conv.weight" for number in range(1, layers + 1)]
    widths = _widths(name, layers, [pair(name, tensors, key)[0] for key in kernels])
    side = 2 * 2 ** (layers // 2)
    output = f"output_{side}x{side}"
    image_channels, _ = pair(name, tensors, f"{output}.conv.weight")
    z_dim = pair(name, tensors, kernels[0])[1] if kernels else 0
    wanted = _generator_shapes(z_dim, widths, image_channels)
    named = {_theirs(key, output): shape for key, shape in wanted.items()}
    scales = {
        key: (1,) for key in tensors if key.endswith(_OLD_SCALE) and key.partition(".")[0] in _roots(named)
    }
    demand(name, "generator", tensors, {**named, **scales})
    arrays = taken(name, tensors, limits)
    generator = {f"{_OURS}{key}": arrays[_theirs(key, output)] for key in wanted}
    for key in scales:
        # Written out, where others have the constant of He: the kernel takes what differs.
        root = key.removesuffix(f".{_OLD_SCALE}")
        ours = next(k for k in wanted if k.endswith("weight") and _theirs(k, output) == f"{root}.conv.weight")
        usual = _usual_scale(wanted[ours], is_last=root == output)
        generator[f"{_OURS}{ours}"] = scaled(generator[f"{_OURS}{ours}"], float(arrays[key][0]) / usual)
    return Converted(
        layout="Progressive GAN (netdissect)",
        kind="progressive",
        config=_config(name, z_dim, widths, image_channels),
        generator=generator,
        notes=(_ONE_LENGTH,),
        psi=1.0,
    )


def _newer(tensors: StoredTensors) -> StoredTensors:
    """`features.{n}` counts from 0, `output` says no side."""
    count = 0
    while f"features.{count}.conv.weight" in tensors:
        count += 1
    side = 2 * 2 ** (count // 2)
    found: StoredTensors = {}
    for key, tensor in tensors.items():
        if (match := re.fullmatch(r"features\.(\d{1,2})\.(.+)", key)) is not None:
            found[f"layer{int(match[1]) + 1}.{match[2]}"] = tensor
        else:
            found[re.sub(r"^output\.", f"output_{side}x{side}.", key)] = tensor
    return found


def _theirs(ours: str, output: str) -> str:
    """'layers.0.weight' -> 'layer1.conv.weight', 'output.bias' -> 'output_8x8.wscale.b'."""
    layer, _, part = ours.rpartition(".")
    root = output if layer == "output" else f"layer{int(layer.removeprefix('layers.')) + 1}"
    return f"{root}.{'conv.weight' if part == 'weight' else 'wscale.b'}"


def _roots(named: Mapping[str, object]) -> frozenset[str]:
    return frozenset(key.partition(".")[0] for key in named)


def _usual_scale(shape: tuple[int, ...], is_last: bool) -> float:
    """He's constant of a kernel; 1 / sqrt(fan-in) of the last."""
    return math.sqrt((1.0 if is_last else 2.0) / math.prod(shape[1:]))


# ------------------------------------------------------------------ GAN zoo


def convert_zoo(found: Found, limits: Limits) -> Converted | None:
    """The GAN zoo's average generator, else its generator, with the discriminator; None for anything else."""
    value: Mapping[object, object] = found.value if isinstance(found.value, Mapping) else {}
    chosen = next((key for key in ("avgG", "netG") if isinstance(value.get(key), Mapping)), None)
    tensors = uncounted(state_dict(found.name, value if chosen is None else value[chosen]))
    if "formatLayer.module.weight" not in tensors:
        return None
    name = found.name
    settings = _settings(name, value.get("config"))
    steps = 0
    while f"scaleLayers.{steps}.0.module.weight" in tensors:
        steps += 1
    flat, z_dim = pair(name, tensors, "formatLayer.module.weight")
    last = [pair(name, tensors, f"scaleLayers.{step}.1.module.weight")[0] for step in range(steps)]
    firsts = [pair(name, tensors, f"scaleLayers.{step}.0.module.weight")[0] for step in range(steps)]
    if flat % 16:
        raise FormatDamaged(name, f"its first layer puts out {flat} numbers, no multiple of 16")
    widths = _widths(
        name,
        2 * steps + 2,
        [n for w in zip([flat // 16, *firsts], [flat // 16, *last], strict=True) for n in w],
    )
    image_channels, _ = pair(name, tensors, f"toRGBLayers.{steps}.module.weight")
    wanted = _generator_shapes(z_dim, widths, image_channels)
    shapes = {**wanted, "layers.0.weight": (flat, z_dim), "layers.0.bias": (flat,)}
    theirs = {_zoo(key, steps): shape for key, shape in shapes.items()}
    demand(name, "generator", {key: t for key, t in tensors.items() if key in theirs}, theirs)
    used = {key: tensors[_zoo(key, steps)] for key in wanted}
    unused = [key for key in tensors if key not in theirs]
    if strange := [key for key in unused if not key.startswith("toRGBLayers.")]:
        raise FormatUnsupported(name, f"{strange[0][:100]} is not part of the network")
    judge, judge_widths, about = _zoo_judge(name, value.get("netD"), widths, image_channels, limits)
    ignored = [
        f"toRGBLayers.{k}: of a smaller side" for k in sorted({int(key.split(".")[1]) for key in unused})
    ]
    ignored += [
        f"{key}: not needed beside {chosen}"
        for key in map(str, value)
        if chosen and key not in (chosen, "netD", "config")
    ]
    generator = _unscaled(taken(name, used, limits), wanted, is_generator=True)
    config = _config(name, z_dim, widths, image_channels)
    return Converted(
        layout="Progressive GAN (GAN zoo)",
        kind="progressive",
        config={**config, "bias_per_place": True, "judge_widths": judge_widths, "is_sample_deviation": True},
        generator={f"{_OURS}{key}": array for key, array in generator.items()},
        discriminator=judge,
        ignored=(*ignored, *about),
        notes=(_ONE_LENGTH, *settings),
        psi=1.0,
    )


def _zoo(ours: str, steps: int) -> str:
    """'layers.3.weight' -> 'scaleLayers.0.1.module.weight'."""
    layer, _, part = ours.rpartition(".")
    if layer == "output":
        return f"toRGBLayers.{steps}.module.{part}"
    index = int(layer.removeprefix("layers."))
    names = {0: "formatLayer", 1: "groupScale0.0"}
    return f"{names.get(index, f'scaleLayers.{index // 2 - 1}.{index % 2}')}.module.{part}"


def _settings(name: str, config: object) -> tuple[str, ...]:
    """What the configuration beside the networks says. Raises: FormatUnsupported for another network."""
    state = config.state if isinstance(config, Record) else config
    stated = state if isinstance(state, Mapping) else {}
    for key, usual in (("leakyReluLeak", 0.2), ("perChannelNormalization", True), ("equalizedlR", True)):
        if stated.get(key, usual) != usual:
            raise FormatUnsupported(name, f"its {key} is {str(stated[key])[:20]}, not {usual}")
    if isinstance(classes := stated.get("categoryVectorDim", 0), int) and classes > 0:
        raise FormatUnsupported(name, f"{classes} of the numbers it reads are attributes, not z")
    alpha = stated.get("alpha", 0)
    if isinstance(alpha, int | float) and alpha > 0:
        return (f"training was fading its last side in ({alpha:g} to go); here that side is whole",)
    return ()


def _unscaled(arrays: Mapping[str, Array], wanted: Shapes, is_generator: bool) -> dict[str, Array]:
    """The zoo scales weight and bias by He's constant, of the last layer, too; ours the weight alone."""
    found: dict[str, Array] = {}
    for key, shape in wanted.items():
        layer, _, part = key.rpartition(".")
        theirs = arrays[key]
        fan_in = math.prod(arrays[f"{layer}.weight"].shape[1:])
        he = math.sqrt(2.0 / fan_in)
        if part == "bias":
            found[key] = scaled(theirs.reshape(-1, 4, 4) if theirs.size == 16 * shape[0] else theirs, he)
        elif is_generator and layer == "layers.0":
            # Dense, [16 C, z]: read as [C, 4, 4]; a kernel over one pixel meets it from its other end.
            kernel = theirs.reshape(shape[0], 4, 4, -1).transpose(0, 3, 1, 2)[:, :, ::-1, ::-1]
            found[key] = scaled(np.ascontiguousarray(kernel), 4.0)
        else:
            ours = _usual_scale(shape, is_last=layer == "output")
            found[key] = scaled(np.ascontiguousarray(theirs.reshape(shape)), he / ours)
    return found


_ZOO_JUDGE = {"conv": "groupScaleZero.0", "dense": "groupScaleZero.1", "output": "decisionLayer"}


def _zoo_judge(
    name: str, value: object, widths: list[int], image_channels: int, limits: Limits
) -> tuple[dict[str, Array] | None, str, tuple[str, ...]]:
    """Their discriminator in our names with its widths, or the reason why it was left out."""
    tensors = uncounted(state_dict(name, value))
    if not tensors:
        return None, "", ()
    steps = len(widths) - 1
    try:
        own = [pair(name, tensors, f"fromRGBLayers.{step}.module.weight")[0] for step in range(steps + 1)]
    except FormatDamaged as error:
        return None, "", (f"netD: {error.values['why']}",)
    wanted = _judge_shapes(own, image_channels)
    theirs: dict[str, str] = {}
    for key in wanted:
        layer, _, part = key.rpartition(".")
        if layer == "input":
            layer = f"fromRGBLayers.{steps}"
        elif layer.startswith("layers."):
            index = int(layer.removeprefix("layers."))
            layer = f"scaleLayers.{steps - 1 - index // 2}.{index % 2}"
        theirs[key] = f"{_ZOO_JUDGE.get(layer, layer)}.module.{part}"
    shapes = {**wanted, "dense.weight": (own[0], 16 * own[0]), "output.weight": (1, own[0])}
    needed = {theirs[key]: shape for key, shape in shapes.items()}
    if why := difference({key: t for key, t in tensors.items() if key in needed}, needed):
        return None, "", (f"netD: {why}",)
    used = {key: tensors[theirs[key]] for key in wanted}
    judge = _unscaled(taken(name, used, limits), wanted, is_generator=False)
    return judge, ",".join(map(str, own)), ()


# ------------------------------------------------------------------ shapes


def _widths(name: str, layers: int, put_out: list[int]) -> list[int]:
    """Channels per side from those of each layer, two a side. Raises: FormatUnsupported, FormatTooLarge."""
    if layers < 2 or layers % 2 or layers // 2 > _MAX_SIDES:
        raise FormatUnsupported(
            name, f"it has {layers} layers, which are not two a side, up to {_MAX_SIDES} sides"
        )
    drawable(name, ((width, 4 * 2 ** (k // 2)) for k, width in enumerate(put_out)))
    return put_out[::2]


def _generator_shapes(z_dim: int, widths: list[int], image_channels: int) -> Shapes:
    """Names and shapes of our generator, a bias for each channel."""
    found: Shapes = {}
    before = z_dim
    for index, width in enumerate(widths):
        kernel = 4 if index == 0 else 3
        found |= _convolution(f"layers.{2 * index}", before, width, kernel)
        found |= _convolution(f"layers.{2 * index + 1}", width, width, 3)
        before = width
    return found | _convolution("output", before, image_channels, 1)


def _judge_shapes(widths: list[int], image_channels: int) -> Shapes:
    """Names and shapes of our discriminator. widths: from 4 px up."""
    found = _convolution("input", image_channels, widths[-1], 1)
    for index, (here, below) in enumerate(zip(widths[:0:-1], widths[-2::-1], strict=True)):
        found |= _convolution(f"layers.{2 * index}", here, here, 3)
        found |= _convolution(f"layers.{2 * index + 1}", here, below, 3)
    first = widths[0]
    found |= _convolution("conv", first + 1, first, 3) | _convolution("dense", first, first, 4)
    return found | _convolution("output", first, 1, 1)


def _convolution(name: str, before: int, after: int, kernel: int) -> Shapes:
    return {f"{name}.weight": (after, before, kernel, kernel), f"{name}.bias": (after,)}


def _config(name: str, z_dim: int, widths: list[int], image_channels: int) -> dict[str, Scalar]:
    """As `generators.progressive.ProgressiveConfig` takes it. Raises: FormatUnsupported."""
    if image_channels not in (1, 3):
        raise FormatUnsupported(name, f"its pictures have {image_channels} channels")
    return {"z_dim": z_dim, "widths": ",".join(map(str, widths)), "image_channels": image_channels}
