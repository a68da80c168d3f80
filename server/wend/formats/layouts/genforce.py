"""genforce's `.pth`: StyleGAN2 and Progressive GAN; its StyleGAN is in `stylegan1`.

Source: docs/formats.md, section 2.
"""

import re
from collections.abc import Callable

import numpy as np

from wend.errors import FormatUnsupported
from wend.formats.found import Converted, Found, Scalar
from wend.formats.layouts.genforce_names import LICENCE, parts_of, sides_unused, squeezed, without_kernels
from wend.formats.layouts.parts import StoredTensors, demand, pair
from wend.formats.layouts.stylegan1 import judge_name
from wend.formats.layouts.stylegan2_shapes import RGB, Shapes, difference, drawable, shapes_of
from wend.formats.limits import Limits
from wend.formats.modules import taken
from wend.formats.tensors import Array, StoredTensor

_CONST = "synthesis.early_layer.const"
_MAX_SIDES = 9


def convert(found: Found, limits: Limits) -> Converted | None:
    """genforce's StyleGAN2, with its discriminator where it has one; None for anything else."""
    own, judge, ignored = parts_of(found)
    if _CONST not in own:
        return None
    name = found.name
    tensors = without_kernels(name, own)
    if "mapping.label_weight" in tensors:
        raise FormatUnsupported(name, "it has classes, which its program reads as no other one does")
    renamed = {_stylegan2_name(name, key): tensor for key, tensor in tensors.items()}
    placed = {key: _placed(key, tensor) for key, tensor in renamed.items()}
    shapes = shapes_of(name, placed)
    if why := difference(placed, shapes.generator()):
        raise FormatUnsupported(name, why)
    generator = {key: _as_ours(key, array) for key, array in taken(name, placed, limits).items()}
    wanted = shapes.discriminator()
    sides = tuple(shapes.resolutions)
    discriminator, about = _judged(name, judge, wanted, lambda key: _residual_name(key, sides), limits)
    return Converted(
        layout="genforce StyleGAN2",
        kind="stylegan2",
        config=shapes.config(None),
        generator=generator,
        discriminator=discriminator,
        ignored=(*ignored, *about),
        licence=LICENCE,
    )


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"mapping\.dense(\d{1,2})\.(weight|bias)"), lambda m: f"mapping.fc{m[1]}.{m[2]}"),
    (re.compile(r"truncation\.w_avg"), lambda _: "mapping.w_avg"),
    (re.compile(r"synthesis\.early_layer\.const"), lambda _: "synthesis.b4.const"),
    (
        re.compile(r"synthesis\.layer(\d{1,2})\.(.+)"),
        lambda m: f"synthesis.b{4 * 2 ** ((int(m[1]) + 1) // 2)}.conv{1 - int(m[1]) % 2}.{_part(m[2])}",
    ),
    (
        re.compile(r"synthesis\.output(\d{1,2})\.(.+)"),
        lambda m: f"synthesis.b{4 * 2 ** int(m[1])}.torgb.{_part(m[2])}",
    ),
)


def _part(theirs: str) -> str:
    if theirs == "noise":
        return "noise_const"
    return theirs.replace("style.", "affine.") if theirs.startswith("style.") else theirs


def _stylegan2_name(name: str, key: str) -> str:
    for pattern, rename in _RULES:
        if (match := pattern.fullmatch(key)) is not None:
            return rename(match)
    raise FormatUnsupported(name, f"{key[:100]} is not part of the network")


def _placed(key: str, tensor: StoredTensor) -> StoredTensor:
    """Without the leading axes of size 1 that theirs has on constants and maps."""
    extra = {"const": 1, "noise_const": 2}.get(key.rpartition(".")[2], 0)
    if not extra or len(tensor.shape) != 2 + max(extra, 2) or tensor.shape[:extra] != (1,) * extra:
        return tensor
    return StoredTensor(
        tensor.name, tensor.storage, tensor.offset, tensor.shape[extra:], tensor.strides[extra:]
    )


def _as_ours(key: str, array: Array) -> Array:
    """A style's bias counts from 1 there; the kernel of a doubling lies turned."""
    if key.endswith(".affine.bias"):
        return array + np.float32(1.0)
    if key.endswith(".conv0.weight"):
        return np.ascontiguousarray(array[:, :, ::-1, ::-1])
    return array


def _residual_name(ours: str, sides: tuple[int, ...]) -> str:
    """'b8.conv1.weight' -> 'layer5.weight', 'b8.skip.weight' -> 'skip_layer2.weight': the largest first."""
    at, layer, part = ours.split(".")
    block = len(sides) - 1 - sides.index(int(at.removeprefix("b")))
    if layer == "fromrgb":
        return f"input0.{part}"
    if layer == "skip":
        return f"skip_layer{block}.{part}"
    index = {"conv0": 0, "conv1": 1, "conv": 0, "fc": 1, "out": 2}[layer]
    return f"layer{2 * block + index}.{part}"


def _judged(
    name: str, own: StoredTensors, wanted: Shapes, theirs: Callable[[str], str], limits: Limits
) -> tuple[dict[str, Array] | None, tuple[str, ...]]:
    """A discriminator in our names, or the reason why it was left out. wanted: our names, stored shapes."""
    if not own:
        return None, ()
    try:
        tensors = without_kernels(name, own)
        demand(name, "discriminator", {k: tensors[theirs(k)] for k in wanted if theirs(k) in tensors}, wanted)
    except FormatUnsupported as error:
        return None, (f"discriminator: {error.values['why']}",)
    return taken(name, {key: tensors[theirs(key)] for key in wanted}, limits), ()


# ------------------------------------------------------------------ Progressive GAN


def convert_progressive(found: Found, limits: Limits) -> Converted | None:
    """genforce's Progressive GAN, with its discriminator where it has one; None for anything else."""
    own, judge, ignored = parts_of(found)
    if not {"layer0.weight", "layer1.weight", "output0.weight"} <= own.keys():
        return None
    name = found.name
    unused = sides_unused(name, own, "lod")
    tensors = {key: tensor for key, tensor in own.items() if key != "lod"}
    sides = 0
    while f"layer{2 * sides + 1}.weight" in tensors and sides <= _MAX_SIDES:
        sides += 1
    if not 1 <= sides - unused <= _MAX_SIDES:
        raise FormatUnsupported(name, f"it has {sides} sides")
    channels = [pair(name, tensors, f"layer{2 * k + 1}.weight")[0] for k in range(sides - unused)]
    drawable(name, ((width, 4 * 2**k) for k, width in enumerate(channels)))
    z_dim = pair(name, tensors, "layer0.weight")[1]
    colours = pair(name, tensors, f"output{len(channels) - 1}.weight")[0]
    if colours not in (1, RGB):
        raise FormatUnsupported(name, f"its pictures have {colours} channels")
    wanted = _chain_shapes(z_dim, channels, colours)
    beyond = [key for key in tensors if key not in wanted and _is_of_a_side(key, sides)]
    demand(name, "generator", {k: t for k, t in tensors.items() if k not in beyond}, wanted)
    last = f"output{len(channels) - 1}."
    arrays = taken(name, {key: tensors[key] for key in wanted}, limits)
    generator = {
        "network." + (key.replace(last, "output.") if key.startswith(last) else _numbered(key)): array
        for key, array in arrays.items()
    }
    shapes = _chain_judge_shapes(channels, colours)
    own_names = tuple(4 * 2**k for k in range(len(channels)))
    found_judge, about = _judged(
        name, judge, shapes, lambda key: judge_name(_sided(key, own_names), own_names, unused), limits
    )
    if found_judge is not None:
        found_judge["dense.weight"] = squeezed(found_judge["dense.weight"], (channels[0], channels[0], 4, 4))
        found_judge["output.weight"] = squeezed(found_judge["output.weight"], (1, channels[0], 1, 1))
        about = ("discriminator: it judged groups of 16, and judges groups of 4 here",)
    smaller = sorted({key.partition(".")[0] for key in beyond})
    config: dict[str, Scalar] = {
        "z_dim": z_dim, "widths": ",".join(map(str, channels)), "image_channels": colours,
    }  # fmt: skip
    return Converted(
        layout="genforce Progressive GAN",
        kind="progressive",
        config=config,
        generator=generator,
        discriminator=found_judge,
        ignored=(*ignored, *(f"{part}: of another size" for part in smaller), *about),
        notes=("truncation changes nothing: every z is brought to one length",),
        licence=LICENCE,
        psi=1.0,
    )


def _numbered(key: str) -> str:
    return re.sub(r"^layer(\d+)\.", r"layers.\1.", key)


def _is_of_a_side(key: str, sides: int) -> bool:
    match = re.match(r"(layer|output)(\d{1,2})\.", key)
    return match is not None and int(match[2]) < (2 * sides if match[1] == "layer" else sides)


def _chain_shapes(z_dim: int, channels: list[int], colours: int) -> Shapes:
    """Theirs, of the sides that have grown in, with the last of the layers that make pictures."""
    found: Shapes = {}
    before = z_dim
    for row in range(2 * len(channels)):
        after = channels[row // 2]
        kernel = 3 if row else 4
        found |= {f"layer{row}.weight": (after, before, kernel, kernel), f"layer{row}.bias": (after,)}
        before = after
    last = f"output{len(channels) - 1}"
    return found | {f"{last}.weight": (colours, before, 1, 1), f"{last}.bias": (colours,)}


def _chain_judge_shapes(channels: list[int], colours: int) -> Shapes:
    """Our names, their shapes: its last two layers are dense there."""
    found: Shapes = {"input.weight": (channels[-1], colours, 1, 1), "input.bias": (channels[-1],)}
    for index, (here, below) in enumerate(zip(channels[:0:-1], channels[-2::-1], strict=True)):
        for part, after in ((0, here), (1, below)):
            at = f"layers.{2 * index + part}"
            found |= {f"{at}.weight": (after, here, 3, 3), f"{at}.bias": (after,)}
    first = channels[0]
    found |= {"conv.weight": (first, first + 1, 3, 3), "conv.bias": (first,)}
    found |= {"dense.weight": (first, 16 * first), "dense.bias": (first,)}
    return found | {"output.weight": (1, first), "output.bias": (1,)}


def _sided(ours: str, sides: tuple[int, ...]) -> str:
    """'layers.3.weight' -> 'b8_1.weight', as `judge_name` takes it."""
    match = re.fullmatch(r"layers\.(\d+)\.(.+)", ours)
    if match is None:
        return ours
    index = int(match[1])
    return f"b{sides[len(sides) - 1 - index // 2]}_{index % 2}.{match[2]}"
