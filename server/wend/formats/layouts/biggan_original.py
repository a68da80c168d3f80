"""BigGAN (not deep) of the first author's PyTorch program: a generator, and the discriminator beside it.

Source: docs/formats.md, section 3; Miyato et al., "Spectral normalization for generative adversarial
networks", ICLR 2018, algorithm 1, for the norm that is folded in here.
"""

import itertools
import re
from collections.abc import Mapping

import numpy as np

from wend.errors import FormatDamaged, FormatTooLarge, FormatUnsupported
from wend.formats.found import Converted, Found, Scalar
from wend.formats.layouts.parts import StoredTensors, demand, pair, uncounted, within
from wend.formats.layouts.spectral_norm import divided
from wend.formats.layouts.stylegan2_shapes import Shapes, difference, drawable
from wend.formats.limits import Limits
from wend.formats.modules import state_dict, taken
from wend.formats.tensors import Array

TRUNCATION = 0.5
"""What a new picture begins with: the family's pictures are usually shown so."""
_MAX_ATTENTION_PX = 128
_MAX_OWN_CLASSES = 4096
_OWN_CLASSES = "blocks.0.0.bn1.gain.weight"
"""Without an embedding that is shared a norm has a row for every class: [classes, channels]."""
_OF_CLASSES = re.compile(r"blocks\.\d+\.0\.bn[12]\.(gain|bias)\.weight")
_PAIRS = (("G_ema", "D"), ("g_ema", "d"), ("G", "D"), ("netG", "netD"), ("generator", "discriminator"))
_LOGGED = re.compile(r"(.+\.)?sv\d")
_RENAMED = (
    (r"shared\.", "embeddings."), (r"output_layer\.0\.", "bn."), (r"output_layer\.2\.", "conv_to_rgb."),
    (r"(blocks\.\d+)\.0\.", r"\1."), (r"(blocks\.\d+)\.1\.o\.", r"\1.attention.snconv1x1_o_conv."),
    (r"(blocks\.\d+)\.1\.(theta|phi|g)\.", r"\1.attention.snconv1x1_\2."),
    (r"(blocks\.\d+)\.1\.", r"\1.attention."),
    (r"\.(bn\d)\.gain\.", r".\1.scale."), (r"\.(bn\d)\.bias\.", r".\1.offset."), (r"^bn\.gain$", "bn.weight"),
    (r"stored_mean$", "running_mean"), (r"stored_var$", "running_var"),
)  # fmt: skip


def convert(found: Found, limits: Limits) -> Converted | None:
    """None for anything else."""
    own, judge, ignored = _networks(found)
    name, is_shared = found.name, "shared.weight" in own
    if "blocks.0.0.conv1.weight" not in own or not (
        is_shared or {_OWN_CLASSES, "output_layer.0.gain"} <= own.keys()
    ):
        return None
    if not is_shared and f"{_OWN_CLASSES.removesuffix('weight')}u0" in own:
        raise FormatUnsupported(name, "its norms read an embedding of classes that it lacks (shared.weight)")
    config, wanted = _generator(name, own)
    demand(name, "generator", own, wanted)
    c_dim = int(config["c_dim"])
    sides = str(config["widths"]).count(",")
    judge_config, judge_wanted, why = _judge(judge, c_dim, sides) if judge else ({}, {}, "")
    if judge and not why:
        why = difference(judge, judge_wanted)
    about = (f"D: {why}",) if why else ()
    discriminator = None if not judge or why else _folded(name, taken(name, judge, limits))
    arrays = taken(name, own, limits)
    generator = _folded(name, arrays if is_shared else _told_by_class(arrays, c_dim))
    return Converted(
        layout="BigGAN",
        kind="biggan-original",
        config={**config, **({} if discriminator is None else judge_config)},
        generator=generator,
        discriminator=discriminator,
        ignored=(*ignored, *about),
        notes=("statistics are those that the file stores, whatever psi is",),
        psi=TRUNCATION,
    )


def _networks(found: Found) -> tuple[StoredTensors, StoredTensors, tuple[str, ...]]:
    """Generator, discriminator, and what is left out: each in a dict of its own, by prefix, or alone."""
    value: Mapping[object, object] = found.value if isinstance(found.value, Mapping) else {}
    for ours, theirs in _PAIRS:
        if isinstance(value.get(ours), Mapping):
            own = _known(state_dict(found.name, value[ours]))
            judge = _known(state_dict(found.name, value.get(theirs)))
            rest = [str(key) for key in value if key not in (ours, theirs)]
            return own, judge, tuple(f"{key}: not needed beside {ours}" for key in rest)
    whole = _known(state_dict(found.name, value.get("state_dict", value)))
    if any(key.startswith("G.") for key in whole):
        return within(whole, "G."), within(whole, "D."), ()
    return whole, {}, ()


def _known(tensors: StoredTensors) -> StoredTensors:
    """Without counters and the singular values that are stored to be looked at."""
    return {key: t for key, t in uncounted(tensors).items() if _LOGGED.fullmatch(key) is None}


def _told_by_class(arrays: Mapping[str, Array], c_dim: int) -> dict[str, Array]:
    """Norms with a gain and a shift for every class as ones that read an embedding: the class itself."""
    found = {
        key: np.ascontiguousarray(array.T) if _OF_CLASSES.fullmatch(key) else array
        for key, array in arrays.items()
    }
    return {"shared.weight": np.eye(c_dim, dtype=np.float32), **found}


def _generator(name: str, own: StoredTensors) -> tuple[dict[str, Scalar], Shapes]:
    """Settings, and all names and shapes. Raises: FormatDamaged, FormatTooLarge, FormatUnsupported."""
    is_shared = "shared.weight" in own
    c_dim, embed_dim = pair(name, own, "shared.weight" if is_shared else _OWN_CLASSES)
    if not is_shared:
        if c_dim > _MAX_OWN_CLASSES:
            raise FormatTooLarge(name, f"its norms know {c_dim} classes, more than {_MAX_OWN_CLASSES}")
        embed_dim = c_dim
    flat, chunk = pair(name, own, "linear.weight")
    count = 0
    while f"blocks.{count}.0.conv1.weight" in own:
        count += 1
    if flat % 16 or count > 8:
        raise FormatUnsupported(name, "it does not begin at 4 px, or has more than 8 blocks")
    channels = [flat // 16]
    channels += [pair(name, own, f"blocks.{index}.0.conv1.weight")[0] for index in range(count)]
    told = pair(name, own, _OWN_CLASSES)[1] if is_shared else c_dim
    if told not in (embed_dim, embed_dim + chunk):
        raise FormatUnsupported(
            name, f"its norms read {told} numbers, neither the class nor it with a chunk of z"
        )
    is_dealt = told != embed_dim
    attended = [index for index in range(count) if f"blocks.{index}.1.theta.weight" in own]
    sides = [8 * 2**index for index in attended]
    if any(side > _MAX_ATTENTION_PX for side in sides):
        raise FormatTooLarge(name, f"its attention looks at {max(sides)} px, more than {_MAX_ATTENTION_PX}")
    drawable(name, [(c, 4 * 2**k) for k, c in enumerate(channels)])
    image_channels = pair(name, own, "output_layer.2.weight")[0]
    if image_channels not in (1, 3):
        raise FormatUnsupported(name, f"its pictures have {image_channels} channels")
    has_norm = "linear.u0" in own
    wanted: Shapes = _normed("linear", has_norm, flat, chunk)
    wanted |= {"shared.weight": (c_dim, embed_dim)} if is_shared else {}
    for index, (before, after) in enumerate(itertools.pairwise(channels)):
        block = f"blocks.{index}.0"
        wanted |= _convolutions(block, has_norm, before, after)
        for part, width in (("bn1", before), ("bn2", after)):
            wanted |= {f"{block}.{part}.stored_mean": (width,), f"{block}.{part}.stored_var": (width,)}
            for matrix in (f"{block}.{part}.gain", f"{block}.{part}.bias"):
                read = _normed(matrix, has_norm, width, told, has_bias=False)
                wanted |= read if is_shared else {f"{matrix}.weight": (c_dim, width)}
        if index in attended:
            wanted |= _attention(f"blocks.{index}.1", has_norm, after)
    last = channels[-1]
    wanted |= {f"output_layer.0.{part}": (last,) for part in ("gain", "bias", "stored_mean", "stored_var")}
    wanted |= _normed("output_layer.2", has_norm, image_channels, last, 3, 3)
    config: dict[str, Scalar] = {
        "widths": ",".join(map(str, channels)), "z_dim": chunk * (count + 1) if is_dealt else chunk,
        "embed_dim": embed_dim, "c_dim": c_dim, "attention": ",".join(map(str, sides)), "is_dealt": is_dealt,
        "image_channels": image_channels,
    }  # fmt: skip
    return config, wanted


def _judge(judge: StoredTensors, c_dim: int, sides: int) -> tuple[dict[str, Scalar], Shapes, str]:
    """Settings, names and shapes of the discriminator; or why it cannot be used. sides: how often a picture
    can be halved."""
    count = 0
    while f"blocks.{count}.0.conv1.weight" in judge:
        count += 1
    try:
        sizes = [pair("D", judge, f"blocks.{index}.0.conv1.weight") for index in range(count)]
    except FormatDamaged as error:
        return {}, {}, str(error.values["why"])
    if not sizes:
        return {}, {}, "it has no blocks"
    widths = [after for after, _ in sizes]
    # What keeps both side and width needs no shortcut of its own; all that halve come first.
    learns = [f"blocks.{index}.0.conv_sc.weight" in judge for index in range(count)]
    attended = [index for index in range(count) if f"blocks.{index}.1.theta.weight" in judge]
    halvings = sum(learns)
    if not all(learns[:halvings]) or halvings > sides:
        return {}, {}, "its blocks halve in an order that is not known here"
    has_norm = "linear.u0" in judge
    wanted: Shapes = {}
    for index, (after, before) in enumerate(sizes):
        wanted |= _convolutions(f"blocks.{index}.0", has_norm, before, after, has_shortcut=learns[index])
        if index in attended:
            wanted |= _attention(f"blocks.{index}.1", has_norm, after)
    wanted |= _normed("linear", has_norm, 1, widths[-1])
    wanted |= _normed("embed", has_norm, c_dim, widths[-1], has_bias=False)
    config: dict[str, Scalar] = {
        "judge_widths": ",".join(map(str, widths)), "judge_halvings": halvings,
        "judge_attention": ",".join(str(index + 1) for index in attended),
    }  # fmt: skip
    return config, wanted, ""


def _convolutions(block: str, has_norm: bool, before: int, after: int, has_shortcut: bool = True) -> Shapes:
    found = _normed(f"{block}.conv1", has_norm, after, before, 3, 3)
    found |= _normed(f"{block}.conv2", has_norm, after, after, 3, 3)
    return found | (_normed(f"{block}.conv_sc", has_norm, after, before, 1, 1) if has_shortcut else {})


def _attention(layer: str, has_norm: bool, channels: int) -> Shapes:
    found: Shapes = {f"{layer}.gamma": ()}
    for part, after, before in (
        ("theta", channels // 8, channels), ("phi", channels // 8, channels), ("g", channels // 2, channels),
        ("o", channels, channels // 2),
    ):  # fmt: skip
        found |= _normed(f"{layer}.{part}", has_norm, after, before, 1, 1, has_bias=False)
    return found


def _normed(layer: str, has_norm: bool, *shape: int, has_bias: bool = True) -> Shapes:
    found: Shapes = {f"{layer}.weight": shape}
    found |= {f"{layer}.u0": (1, shape[0])} if has_norm else {}
    return found | ({f"{layer}.bias": shape[:1]} if has_bias else {})


def _folded(name: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """In our names: weights divided by the norm that one step from the stored vector finds."""
    found: dict[str, Array] = {}
    for key, array in arrays.items():
        layer, _, part = key.rpartition(".")
        if part == "u0":
            continue
        ours = key
        for pattern, new in _RENAMED:
            ours = re.sub(pattern, new, ours)
        start = arrays.get(f"{layer}.u0") if part == "weight" else None
        values = array if start is None else divided(name, layer, array, start)
        if key in ("shared.weight", "embed.weight"):
            values = np.ascontiguousarray(values.T)
        found[ours] = values.reshape(1) if part == "gamma" else values
    return found
