"""rosinality's StyleGAN2: training files, converted ones, bare state dicts, and the decoder of e4e and pSp.

Source: docs/formats.md, section 2.
"""

import math
import re
from collections.abc import Mapping

import numpy as np

from wend.errors import FormatDamaged, FormatUnsupported
from wend.formats.found import Converted, Found
from wend.formats.layouts.parts import WRAPPERS
from wend.formats.layouts.style_encoder import encoder_of
from wend.formats.layouts.stylegan2_shapes import StyleGAN2Shapes, difference, shapes_of
from wend.formats.limits import Limits
from wend.formats.modules import as_float32, state_dict, taken
from wend.formats.tensors import Array, StoredTensor, of_array

LICENCE = "unknown: it is not stated in the file; the layout's own program is MIT"
SAMPLES_FOR_AVERAGE = 8192


def convert(found: Found, limits: Limits) -> Converted | None:
    """A generator in rosinality's names, wherever it lies; None for anything else."""
    if not isinstance(found.value, Mapping):
        return None
    value: Mapping[object, object] = found.value
    own, discriminator, beside, ignored, layout = _parts(found.name, value)
    if "input.input" not in own or "style.1.weight" not in own:
        return None
    tensors = _renamed(found.name, own)
    average = _average(found.name, value)
    shapes_from = {**tensors, "mapping.w_avg": tensors["mapping.fc0.bias"]}
    shapes = shapes_of(found.name, shapes_from)
    tensors, more = _with_constant_noise(tensors, shapes)
    if why := difference({**tensors, "mapping.w_avg": shapes_from["mapping.w_avg"]}, shapes.generator()):
        raise FormatUnsupported(found.name, why)
    generator = taken(found.name, tensors, limits)
    if average is None:
        average = mean_of_w(generator, shapes)
        more += (f"it has no average of w: that of {SAMPLES_FOR_AVERAGE} random codes was taken",)
    if average.shape != (shapes.w_dim,):
        raise FormatDamaged(found.name, f"its average of w has shape {average.shape}")
    judge, about = _judge(found.name, discriminator, shapes, limits)
    rows = _rows_of_average(found.name, value)
    encoder, left, notes = encoder_of(found.name, beside, value.get("opts"), rows, shapes, limits)
    return Converted(
        layout=layout,
        kind="stylegan2",
        config=shapes.config(None),
        generator={**generator, "mapping.w_avg": average},
        discriminator=judge,
        encoder=encoder,
        ignored=(*ignored, *about, *left),
        notes=(*more, *notes),
        licence=LICENCE,
    )


_Tensors = dict[str, StoredTensor]


def _parts(
    name: str, value: Mapping[object, object]
) -> tuple[_Tensors, _Tensors, _Tensors, tuple[str, ...], str]:
    """Generator, discriminator, encoder, what is left out, and what the file is called."""
    for key in (*WRAPPERS, "g"):
        inner = state_dict(name, value.get(key))
        if "input.input" in inner:
            rest = [str(k) for k in value if k not in (key, "d", "latent_avg") and value[k] is not None]
            kind = "training" if "g_optim" in value or "args" in value else "converted"
            ignored = tuple(f"{other}: not needed beside {key}" for other in rest)
            return inner, state_dict(name, value.get("d")), {}, ignored, f"rosinality StyleGAN2 ({kind})"
    whole = state_dict(name, value.get("state_dict"))
    decoder = {k.removeprefix("decoder."): t for k, t in whole.items() if k.startswith("decoder.")}
    if "input.input" in decoder:
        encoder = {k.removeprefix("encoder."): t for k, t in whole.items() if k.startswith("encoder.")}
        known = ("state_dict", "latent_avg")
        ignored = tuple(f"{key}: not needed to draw" for key in map(str, value) if key not in known)
        return decoder, {}, encoder, ignored, "rosinality StyleGAN2 within an encoder (e4e, pSp)"
    return state_dict(name, value), {}, {}, (), "rosinality StyleGAN2 (bare)"


_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"style\.(\d{1,2})\.(weight|bias)"), "mapping"),
    (re.compile(r"(conv1|to_rgb1|convs\.\d{1,2}|to_rgbs\.\d{1,2})\.(.+)"), "layer"),
    (re.compile(r"noises\.noise_(\d{1,2})"), "noise"),
)
_IN_LAYER = {
    "conv.weight": "weight",
    "conv.modulation.weight": "affine.weight",
    "conv.modulation.bias": "affine.bias",
    "noise.weight": "noise_strength",
    "activate.bias": "bias",
    "bias": "bias",
}
_KERNELS = ("conv.blur.kernel", "upsample.kernel", "kernel")


def _renamed(name: str, own: _Tensors) -> _Tensors:
    """In NVIDIA's names and shapes. Raises: FormatUnsupported for a tensor that has no place there."""
    found: _Tensors = {}
    for key, tensor in own.items():
        if key == "input.input":
            found["synthesis.b4.const"] = _reshaped(name, key, tensor, tensor.shape[1:])
        elif (m := _RULES[0][0].fullmatch(key)) is not None:
            found[f"mapping.fc{int(m[1]) - 1}.{m[2]}"] = tensor
        elif (m := _RULES[2][0].fullmatch(key)) is not None:
            index = int(m[1])
            side = 4 * 2 ** math.ceil(index / 2)
            found[f"synthesis.b{side}.conv{(index + 1) % 2}.noise_const"] = _reshaped(
                name, key, tensor, tensor.shape[2:]
            )
        elif (m := _RULES[1][0].fullmatch(key)) is not None:
            if m[2] in _KERNELS:
                _check_kernel(name, key, tensor)
                continue
            if m[2] not in _IN_LAYER:
                raise FormatUnsupported(name, f"{key[:100]} is not part of the network")
            inner = _IN_LAYER[m[2]]
            shape = {
                "weight": tensor.shape[1:],
                "noise_strength": (),
                "bias": tensor.shape if m[2] != "bias" else (tensor.numel,),
            }
            target = f"synthesis.{_layer(m[1])}.{inner}"
            found[target] = _reshaped(name, key, tensor, shape.get(inner, tensor.shape))
        else:
            raise FormatUnsupported(name, f"{key[:100]} is not part of the network")
    return found


def _layer(theirs: str) -> str:
    group, _, index = theirs.partition(".")
    match group:
        case "conv1":
            return "b4.conv1"
        case "to_rgb1":
            return "b4.torgb"
        case "convs":
            return f"b{8 * 2 ** (int(index) // 2)}.conv{int(index) % 2}"
        case _:
            return f"b{8 * 2 ** int(index)}.torgb"


def _reshaped(name: str, key: str, tensor: StoredTensor, shape: tuple[int, ...]) -> StoredTensor:
    """The same numbers without axes of size 1. Raises: FormatDamaged."""
    if math.prod(shape) != tensor.numel:
        raise FormatDamaged(name, f"{key} has shape {tensor.shape}")
    steps = tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))
    kept = [axis for axis, size in enumerate(tensor.shape) if size > 1]
    if tuple(tensor.shape[axis] for axis in kept) != tuple(size for size in shape if size > 1):
        raise FormatDamaged(name, f"{key} has shape {tensor.shape}")
    # Steps of the file, in its order: a stored tensor need not be contiguous.
    own = iter([tensor.strides[axis] for axis in kept])
    strides = tuple(next(own) if size > 1 else step for size, step in zip(shape, steps, strict=True))
    return StoredTensor(tensor.name, tensor.storage, tensor.offset, shape, strides)


def _check_kernel(name: str, key: str, tensor: StoredTensor) -> None:
    """Theirs has a gain of 4. Raises: FormatUnsupported for another filter than [1, 3, 3, 1]."""
    usual = np.outer([1.0, 3.0, 3.0, 1.0], [1.0, 3.0, 3.0, 1.0]) / 64.0
    values = tensor.array()
    gain = 4.0 if "blur" in key or "upsample" in key else 1.0
    if values.shape != usual.shape or not np.allclose(values / gain, usual, atol=1e-6):
        raise FormatUnsupported(name, f"{key} is another filter than 1, 3, 3, 1")


def _with_constant_noise(tensors: _Tensors, shapes: StyleGAN2Shapes) -> tuple[_Tensors, tuple[str, ...]]:
    """Old files hold no maps of noise; theirs are then drawn anew by each run, and zero here."""
    missing = {
        key: of_array(key, np.zeros(shape, np.float32))
        for key, shape in shapes.generator().items()
        if key.endswith("noise_const") and key not in tensors
    }
    notes = ("it has no constant noise of its own",) if missing else ()
    return {**tensors, **missing}, notes


def _rows_of_average(name: str, value: Mapping[object, object]) -> Array | None:
    """`latent_avg` as it lies there: float32 [w_dim], or one per style row."""
    found = state_dict(name, {"latent_avg": value.get("latent_avg")})
    return as_float32(name, "latent_avg", found["latent_avg"]) if found else None


def _average(name: str, value: Mapping[object, object]) -> Array | None:
    """`latent_avg`, float32 [w_dim]; where it is one per style row, their mean."""
    average = _rows_of_average(name, value)
    if average is None:
        return None
    mean: Array = average.reshape(-1, average.shape[-1]).mean(axis=0) if average.ndim else average
    return mean.astype(np.float32)


def mean_of_w(tensors: Mapping[str, Array], shapes: StyleGAN2Shapes) -> Array:
    """The average of w over random z, float32 [w_dim], computed from the mapping's weights alone."""
    z = np.random.RandomState(0).randn(SAMPLES_FOR_AVERAGE, shapes.z_dim).astype(np.float32)
    x: Array = z / np.sqrt(np.square(z).mean(axis=1, keepdims=True) + 1e-8)
    for index in range(shapes.mapping_layers):
        weight, bias = tensors[f"mapping.fc{index}.weight"], tensors[f"mapping.fc{index}.bias"]
        x = x @ (weight.T * np.float32(0.01 / math.sqrt(weight.shape[1]))) + bias * np.float32(0.01)
        x = np.where(x > 0, x, 0.2 * x) * np.float32(math.sqrt(2.0))
    mean: Array = x.mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean


def _judge(
    name: str, own: _Tensors, shapes: StyleGAN2Shapes, limits: Limits
) -> tuple[dict[str, Array] | None, tuple[str, ...]]:
    """Their discriminator in NVIDIA's names, or the reason why it was left out."""
    if not own:
        return None, ()
    found: _Tensors = {}
    for key, tensor in own.items():
        if key.endswith(".kernel"):
            try:
                _check_kernel(name, key, tensor)
            except FormatUnsupported as error:
                return None, (f"d: {error.values['why']}",)
            continue
        if (target := _judge_name(key, shapes.resolution)) is None:
            return None, (f"d: {key[:100]} is not part of the residual discriminator",)
        found[target] = tensor
    if why := difference(found, shapes.discriminator()):
        return None, (f"d: {why}",)
    return taken(name, found, limits), ()


_JUDGE = re.compile(r"convs\.(\d{1,2})\.(conv1\.0|conv1\.1|conv2\.1|conv2\.2|skip\.1)\.(weight|bias)")
_IN_BLOCK = {"conv1.0": "conv0", "conv1.1": "conv0", "conv2.1": "conv1", "conv2.2": "conv1", "skip.1": "skip"}
_ENDS = {
    "final_conv.0.weight": "b4.conv.weight", "final_conv.1.bias": "b4.conv.bias",
    "final_linear.0.weight": "b4.fc.weight", "final_linear.0.bias": "b4.fc.bias",
    "final_linear.1.weight": "b4.out.weight", "final_linear.1.bias": "b4.out.bias",
}  # fmt: skip


def _judge_name(key: str, resolution: int) -> str | None:
    if key in _ENDS:
        return _ENDS[key]
    if key in ("convs.0.0.weight", "convs.0.1.bias"):
        return f"b{resolution}.fromrgb.{key.rpartition('.')[2]}"
    if (m := _JUDGE.fullmatch(key)) is None or int(m[1]) < 1:
        return None
    return f"b{resolution // 2 ** (int(m[1]) - 1)}.{_IN_BLOCK[m[2]]}.{m[3]}"
