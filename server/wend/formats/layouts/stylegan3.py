"""NVIDIA's pickles of StyleGAN3, configurations T and R, and what PTI saves of them.

Source: docs/formats.md, section 1; Karras et al., "Alias-Free Generative Adversarial Networks", NeurIPS 2021,
for what the settings mean.
"""

import math
from collections.abc import Mapping

import numpy as np

from wend.errors import FormatUnsafe, FormatUnsupported
from wend.formats.found import Converted, Found, Scalar
from wend.formats.inert import Record
from wend.formats.layouts.nvidia import LICENCE, at_usual_rate, generator_of, without_filters
from wend.formats.layouts.parts import dense
from wend.formats.layouts.stylegan2_shapes import RGB, Shapes, StyleGAN2Shapes, difference, drawable
from wend.formats.limits import Limits
from wend.formats.modules import Module, of_record, taken
from wend.formats.tensors import Array, StoredTensor
from wend.generators.stylegan3_design import StyleGAN3Config

MAX_ACTIVATIONS = 2**28
"""Numbers that a layer may hold of one picture, margins and all: 1 GiB; R of 1024 px needs 670 MiB."""
_KIND = "synthesis.input.freqs"
_FILTERS = ("up_filter", "down_filter")
_MAX_MAPPING_LAYERS = 64
_USUAL_CLAMP = 256.0  # theirs, where the file does not state another
_SETTINGS = {
    "img_resolution": "resolution", "img_channels": "image_channels", "channel_base": "channel_base",
    "channel_max": "channel_max", "num_layers": "num_layers", "num_critical": "num_critical",
    "first_cutoff": "first_cutoff", "first_stopband": "first_stopband",
    "last_stopband_rel": "last_stopband_rel", "margin_size": "margin_size", "output_scale": "output_scale",
    "conv_kernel": "conv_kernel", "filter_size": "filter_size", "lrelu_upsampling": "lrelu_upsampling",
    "use_radial_filters": "use_radial_filters", "conv_clamp": "conv_clamp",
}  # fmt: skip
# How it was trained, or in which precision it ran: nothing of it is drawn.
_UNUSED = ("w_dim", "num_fp16_res", "magnitude_ema_beta", "use_fp16")


def convert(found: Found, limits: Limits) -> Converted | None:
    """A pickled StyleGAN3 generator, alone or beside its discriminator; None for anything else."""
    record, ignored = generator_of(found.value)
    if record is None:
        return None
    module = of_record(found.name, record, limits)
    if _KIND not in module.tensors:
        return None
    config = _config(found.name, module)
    tensors = _without_designed(found.name, module, config)
    if why := difference(tensors, _shapes(config)):
        raise FormatUnsupported(found.name, why)
    check_drawable(found.name, config)
    generator, notes = at_usual_rate(found.name, module, taken(found.name, tensors, limits))
    widths, judge, about = _discriminator(found, config, limits)
    letter = "R" if config.use_radial_filters and config.conv_kernel == 1 else "T"
    return Converted(
        layout=f"NVIDIA StyleGAN3-{letter}",
        kind="stylegan3",
        config={**_scalars(config), **widths},
        generator=generator,
        discriminator=judge,
        ignored=(*ignored, *about),
        notes=notes,
        licence=LICENCE,
    )


def check_drawable(name: str, config: StyleGAN3Config) -> None:
    """Raises: FormatTooLarge."""
    sides = ((d.out_channels, max(d.out_size, d.in_size + d.kernel_size - 1)) for d in config.layers)
    drawable(name, sides, MAX_ACTIVATIONS)


def _config(name: str, module: Module) -> StyleGAN3Config:
    """From what its synthesis was made with, and the mapping's shapes. Raises: FormatUnsupported."""
    given = module.attributes.get("synthesis", {}).get("_init_kwargs")
    if not isinstance(given, Mapping) or "img_resolution" not in given:
        raise FormatUnsupported(name, "it does not say what its synthesis was made with")
    config: dict[str, object] = {"conv_clamp": _USUAL_CLAMP}
    for key, value in given.items():
        if key in _UNUSED:
            continue
        if key not in _SETTINGS or not isinstance(value, int | float | None):
            raise FormatUnsupported(
                name, f"its synthesis was made with {str(key)[:40]}, which is not known here"
            )
        if isinstance(value, float) and not math.isfinite(value):
            raise FormatUnsupported(name, f"its {str(key)[:40]} is {value}")
        config[_SETTINGS[str(key)]] = _typed(_SETTINGS[str(key)], value)
    layers = 0
    while f"mapping.fc{layers}.weight" in module.tensors and layers <= _MAX_MAPPING_LAYERS:
        layers += 1
    if not 0 < layers <= _MAX_MAPPING_LAYERS:
        raise FormatUnsupported(name, f"its mapping has {layers} layers")
    w_dim = _size(name, module, f"mapping.fc{layers - 1}.weight", 0)
    c_dim = _size(name, module, "mapping.embed.weight", 1) if "mapping.embed.weight" in module.tensors else 0
    z_dim = _size(name, module, "mapping.fc0.weight", 1) - (w_dim if c_dim else 0)
    try:
        found = StyleGAN3Config(
            z_dim=z_dim, w_dim=w_dim, c_dim=c_dim, mapping_layers=layers, **config  # type: ignore[arg-type]  # names and types checked above
        )  # fmt: skip
        _ = found.layers
    except (ValueError, OverflowError) as error:
        raise FormatUnsupported(name, f"of its settings, {error}") from error
    if found.image_channels != RGB:
        raise FormatUnsupported(name, f"its pictures have {found.image_channels} channels, not {RGB}")
    return found


_FLOATS = ("first_cutoff", "first_stopband", "last_stopband_rel", "output_scale", "conv_clamp")


def _typed(key: str, value: float | None) -> float | None:
    if key == "use_radial_filters":
        return bool(value)
    if value is None or key in _FLOATS:
        return None if value is None else float(value)
    return int(value)


def _size(name: str, module: Module, key: str, axis: int) -> int:
    shape = module.tensors[key].shape
    if len(shape) != 2 or not 0 < shape[axis] <= 2**16:
        raise FormatUnsupported(name, f"{key} has shape {shape}")
    return shape[axis]


def _scalars(config: StyleGAN3Config) -> dict[str, Scalar]:
    fields = StyleGAN3Config.__dataclass_fields__
    found = {key: getattr(config, key) for key in fields}
    return {key: value for key, value in found.items() if value is not None}


def _without_designed(name: str, module: Module, config: StyleGAN3Config) -> dict[str, StoredTensor]:
    """All tensors but the filters, which are those that the settings give. Raises: FormatUnsupported."""
    designs = {design.name: design for design in config.layers}
    kept: dict[str, StoredTensor] = {}
    for key, tensor in module.tensors.items():
        layer, _, part = key.removeprefix("synthesis.").rpartition(".")
        if part not in _FILTERS or layer not in designs:
            kept[key] = tensor
            continue
        wanted = getattr(designs[layer], part)
        if (
            wanted is None
            or tensor.shape != wanted.shape
            or not np.allclose(tensor.array(), wanted, atol=1e-5)
        ):
            raise FormatUnsupported(name, f"{key} is another filter than its settings give")
    return kept


def _shapes(config: StyleGAN3Config) -> Shapes:
    """Names and shapes of all tensors of a generator but the filters."""
    w, c = config.w_dim, config.input.channels
    found: Shapes = {"mapping.w_avg": (w,)}
    if config.c_dim:
        found |= dense("mapping.embed", config.c_dim, w)
    for index in range(config.mapping_layers):
        first = config.z_dim + (w if config.c_dim else 0)
        found |= dense(f"mapping.fc{index}", first if index == 0 else w, w)
    at = "synthesis.input"
    found |= {f"{at}.weight": (c, c), f"{at}.transform": (3, 3), f"{at}.freqs": (c, 2), f"{at}.phases": (c,)}
    found |= dense(f"{at}.affine", w, 4)
    for design in config.layers:
        at, k = f"synthesis.{design.name}", design.kernel_size
        found |= dense(f"{at}.affine", w, design.in_channels)
        found |= {
            f"{at}.weight": (design.out_channels, design.in_channels, k, k),
            f"{at}.bias": (design.out_channels,),
            f"{at}.magnitude_ema": (),
        }
    return found


_Judge = tuple[dict[str, Scalar], dict[str, Array] | None, tuple[str, ...]]


def _discriminator(found: Found, config: StyleGAN3Config, limits: Limits) -> _Judge:
    """Its widths, as the configuration has them, and its tensors; else the reason why it was left out."""
    record = found.value.get("D") if isinstance(found.value, Mapping) else None
    if not isinstance(record, Record) or not record.is_persistent:
        return {}, None, ()
    try:
        module = of_record(found.name, record, limits)
        tensors = without_filters(found.name, module)
    except (FormatUnsafe, FormatUnsupported) as error:
        return {}, None, (f"D: {error.values['why']}",)
    channels: dict[int, int] = {}
    side = 4
    while side <= config.resolution:
        key = "b4.conv.weight" if side == 4 else f"b{side}.conv0.weight"
        first = tensors.get(key)
        if first is None or not first.shape or first.shape[0] < 1:
            return {}, None, (f"D: its architecture is not the residual one (it has no {key})",)
        channels[side] = first.shape[0]
        side *= 2
    shapes = StyleGAN2Shapes(config.resolution, config.z_dim, config.w_dim, config.c_dim, 0, channels)
    try:
        base, widest = shapes.base_and_max
    except ValueError as error:
        return {}, None, (f"D: its {error}",)
    if why := difference(tensors, shapes.discriminator()):
        return {}, None, (f"D: its architecture is not the residual one ({why})",)
    clamps = {a["conv_clamp"] for layer, a in module.attributes.items() if layer and "conv_clamp" in a}
    if clamps - {config.conv_clamp}:
        return {}, None, ("D: it cuts activations off at another value than the generator",)
    widths: dict[str, Scalar] = {"discriminator_base": base, "discriminator_max": widest}
    group = module.attributes.get("b4.mbstd", {}).get("group_size", 4)
    note = () if group == 4 else (f"D: it was trained with groups of {group}, and judges groups of 4 here",)
    return widths, taken(found.name, tensors, limits), note
