"""NVIDIA's pickles: StyleGAN2-ADA, StyleGAN2 in the StyleGAN3 layout, and what PTI saves of them.

Source: docs/formats.md, section 1; Karras et al., "Training generative adversarial networks with limited
data", NeurIPS 2020, for what the attributes mean.
"""

import re
from collections.abc import Mapping

import numpy as np

from wend.errors import FormatUnsafe, FormatUnsupported
from wend.formats.found import Converted, Found
from wend.formats.inert import Record
from wend.formats.layouts.parts import bare
from wend.formats.layouts.stylegan2_shapes import MAX_RESOLUTION, StyleGAN2Shapes, difference, shapes_of
from wend.formats.limits import Limits
from wend.formats.modules import Module, of_record, taken
from wend.formats.tensors import Array, StoredTensor, of_array

LICENCE = (
    "NVIDIA Source Code License for its layout's networks (non-commercial), unless its maker says otherwise"
)
_FILTER = "resample_filter"
_MAPPING_LR = 0.01
_GENERATORS = ("G_ema", "G")
_SIDES = "|".join(str(2**k) for k in range(2, MAX_RESOLUTION.bit_length()))
_CONVOLUTION = re.compile(rf"(synthesis\.b({_SIDES})\.conv[01])\.weight")


def convert(found: Found, limits: Limits) -> Converted | None:
    """A pickled persistent generator, alone or beside its discriminator; None for anything else."""
    record, ignored = generator_of(found.value)
    if record is None:
        return None
    module = of_record(found.name, record, limits)
    if "synthesis.b4.const" not in module.tensors:
        raise FormatUnsupported(found.name, f"it holds a {record.name}, not a StyleGAN2 generator")
    tensors, notes = _with_noise(without_filters(found.name, module))
    shapes = shapes_of(found.name, tensors)
    if why := difference(tensors, shapes.generator()):
        raise FormatUnsupported(found.name, why)
    _check_activations(found.name, module)
    generator = taken(found.name, tensors, limits)
    generator, more = at_usual_rate(found.name, module, generator)
    discriminator, about = _discriminator(found, shapes, limits)
    is_ada = "synthesis_kwargs" in _mapping(module.attributes[""].get("_init_kwargs"))
    return Converted(
        layout="NVIDIA StyleGAN2-ADA" if is_ada else "NVIDIA StyleGAN2 in the StyleGAN3 layout",
        kind="stylegan2",
        config=shapes.config(_clamp(found.name, module)),
        generator=generator,
        discriminator=discriminator,
        ignored=(*ignored, *about),
        notes=(*notes, *more),
        licence=LICENCE,
    )


def convert_bare(found: Found, limits: Limits) -> Converted | None:
    """The state dict of a StyleGAN2 generator in NVIDIA's names alone; None for anything else."""
    own = bare(found)
    if not {"synthesis.b4.const", "synthesis.b4.conv1.weight", "mapping.fc0.weight"} <= own.keys():
        return None
    tensors, notes = _with_noise(without_filters(found.name, Module(own, {})))
    shapes = shapes_of(found.name, tensors)
    if why := difference(tensors, shapes.generator()):
        raise FormatUnsupported(found.name, why)
    guess = f"nowhere are activations cut off, and its mapping learned at {_MAPPING_LR:g}: both are guessed"
    return Converted(
        layout="StyleGAN2 in NVIDIA's names (state dict)",
        kind="stylegan2",
        config=shapes.config(None),
        generator=taken(found.name, tensors, limits),
        notes=(*notes, guess),
    )


def generator_of(value: object) -> tuple[Record | None, tuple[str, ...]]:
    """The smoothest generator, and what lies beside it and is not used."""
    if isinstance(value, Record) and value.is_persistent:
        return value, ()
    if not isinstance(value, Mapping):
        return None, ()
    for key in _GENERATORS:
        record = value.get(key)
        if isinstance(record, Record) and record.is_persistent:
            beside = [str(other) for other in value if other not in (key, "D") and value[other] is not None]
            return record, tuple(f"{other}: not needed beside {key}" for other in beside)
    return None, ()


def _mapping(value: object) -> Mapping[object, object]:
    return value if isinstance(value, Mapping) else {}


def without_filters(name: str, module: Module) -> dict[str, StoredTensor]:
    """All tensors but the constant filters. Raises: FormatUnsupported for filters but [1, 3, 3, 1]."""
    taps = np.array([1.0, 3.0, 3.0, 1.0]) / 8.0
    usual = np.outer(taps, taps)
    for key, tensor in module.tensors.items():
        if key.rpartition(".")[2] != _FILTER:
            continue
        if tensor.shape != usual.shape or not np.allclose(tensor.array(), usual, atol=1e-6):
            raise FormatUnsupported(name, f"{key} is another filter than 1, 3, 3, 1")
    return {key: t for key, t in module.tensors.items() if key.rpartition(".")[2] != _FILTER}


def _with_noise(tensors: dict[str, StoredTensor]) -> tuple[dict[str, StoredTensor], tuple[str, ...]]:
    """A generator trained without noise reads maps of strength 0, which is the same."""
    added: dict[str, StoredTensor] = {}
    for key in tensors:
        # What has another side than a synthesis can have is told when names are compared.
        if (m := _CONVOLUTION.fullmatch(key)) and f"{(layer := m[1])}.noise_strength" not in tensors:
            side = int(m[2])
            added[f"{layer}.noise_strength"] = of_array(layer, np.zeros((), np.float32))
            added[f"{layer}.noise_const"] = of_array(layer, np.zeros((side, side), np.float32))
    return {**tensors, **added}, (("it was trained without noise",) if added else ())


def _check_activations(name: str, module: Module) -> None:
    for layer, attributes in module.attributes.items():
        activation = attributes.get("activation", "lrelu")
        if activation not in ("lrelu", "linear"):
            raise FormatUnsupported(name, f"{layer} has the activation {activation!r}, not lrelu")


def _clamp(name: str, module: Module) -> float | None:
    """Where activations are cut off, the same in all layers."""
    layers = [a["conv_clamp"] for layer, a in module.attributes.items() if layer and "conv_clamp" in a]
    own = _mapping(module.attributes[""].get("_init_kwargs"))
    stated = _mapping(own.get("synthesis_kwargs", own)).get("conv_clamp")
    found: set[object] = {value for value in layers if isinstance(value, int | float | None)} or {stated}
    if len(found) > 1:
        raise FormatUnsupported(name, "its layers cut activations off at different values")
    clamp = found.pop()
    return float(clamp) if isinstance(clamp, int | float) else None


def at_usual_rate(
    name: str, module: Module, tensors: dict[str, Array]
) -> tuple[dict[str, Array], tuple[str, ...]]:
    """The mapping's weights as if stored at the learning rate 0.01, at which ours reads them."""
    rates = {
        float(value)
        for layer, attributes in module.attributes.items()
        if layer.startswith("mapping.fc") and isinstance(value := attributes.get("bias_gain"), int | float)
    }
    if not rates or rates == {_MAPPING_LR}:
        return tensors, ()
    if len(rates) > 1 or not 0.0 < min(rates) <= 1.0:
        raise FormatUnsupported(name, "the layers of its mapping have different learning rates")
    factor = rates.pop() / _MAPPING_LR
    changed = {
        key: a * np.float32(factor) if key.startswith("mapping.fc") else a for key, a in tensors.items()
    }
    return changed, (f"the mapping's weights were stored at the learning rate {factor * _MAPPING_LR:g}",)


def _discriminator(
    found: Found, shapes: StyleGAN2Shapes, limits: Limits
) -> tuple[dict[str, Array] | None, tuple[str, ...]]:
    """The discriminator beside it, where it is one of ours; else the reason why it was left out."""
    record = _mapping(found.value).get("D")
    if not isinstance(record, Record) or not record.is_persistent:
        return None, ()
    try:
        module = of_record(found.name, record, limits)
        tensors = without_filters(found.name, module)
    except (FormatUnsafe, FormatUnsupported) as error:
        return None, (f"D: {error.values['why']}",)
    if why := difference(tensors, shapes.discriminator()):
        return None, (f"D: its architecture is not the residual one of this generator's widths ({why})",)
    group = module.attributes.get("b4.mbstd", {}).get("group_size", 4)
    note = () if group == 4 else (f"D: it was trained with groups of {group}, and judges groups of 4 here",)
    return taken(found.name, tensors, limits), note
