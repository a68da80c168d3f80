"""What genforce's three families share: where a generator lies in a file, filters, and how far it has grown.

Source: docs/formats.md, section 2.
"""

from collections.abc import Mapping

import numpy as np

from wend.errors import FormatDamaged, FormatUnsupported
from wend.formats.found import Found
from wend.formats.layouts.parts import StoredTensors
from wend.formats.modules import as_float32, state_dict
from wend.formats.tensors import Array, StoredTensor

LICENCE = "unknown: it is not stated in the file; the layout's own program is MIT"
_WRAPPERS = ("generator_smooth", "generator")
_BLUR = np.outer([1.0, 2.0, 1.0], [1.0, 2.0, 1.0]) / 16.0
_RESAMPLE = np.outer([1.0, 3.0, 3.0, 1.0], [1.0, 3.0, 3.0, 1.0]) / 64.0


def parts_of(found: Found) -> tuple[StoredTensors, StoredTensors, tuple[str, ...]]:
    """The smoothest generator, its discriminator, and what lies beside them and is not used."""
    value = found.value
    if not isinstance(value, Mapping):
        return {}, {}, ()
    for key in _WRAPPERS:
        if inner := state_dict(found.name, value.get(key)):
            beside = [str(k) for k in value if k not in (key, "discriminator") and value[k] is not None]
            ignored = tuple(f"{other}: not needed beside {key}" for other in beside)
            return inner, state_dict(found.name, value.get("discriminator")), ignored
    return state_dict(found.name, value), {}, ()


def without_kernels(name: str, tensors: Mapping[str, StoredTensor]) -> StoredTensors:
    """All but the constant filters. Raises: FormatUnsupported for filters that are not the usual ones."""
    kept: StoredTensors = {}
    for key, tensor in tensors.items():
        if not key.endswith(".kernel"):
            kept[key] = tensor
        elif not is_usual_filter(tensor):
            raise FormatUnsupported(name, f"{key} is another filter than the published networks'")
    return kept


def is_usual_filter(tensor: StoredTensor) -> bool:
    """Whether every one of its filters is the blur, or the resampling one with any gain."""
    if len(tensor.shape) != 4 or tensor.shape[2:] not in (_BLUR.shape, _RESAMPLE.shape):
        return False
    values = tensor.array()
    if not values.size or not bool(np.isfinite(values).all()):
        return False
    usual = _BLUR if values.shape[2:] == _BLUR.shape else _RESAMPLE
    gain = 1.0 if usual is _BLUR else 4.0 ** round(float(np.log(max(values[0].sum(), 1e-9)) / np.log(4.0)))
    return bool(np.allclose(values, usual * gain, atol=1e-5))


def sides_unused(name: str, tensors: Mapping[str, StoredTensor], key: str) -> int:
    """How many of its largest sides have not grown in yet (`lod`). Raises: FormatUnsupported in between."""
    tensor = tensors.get(key)
    if tensor is None:
        return 0
    if tensor.numel != 1:
        raise FormatDamaged(name, f"{key} has shape {tensor.shape}")
    lod = float(as_float32(name, key, tensor).reshape(()))
    if lod != round(lod) or not 0.0 <= lod <= 16.0:
        raise FormatUnsupported(name, f"its training was fading a size in when it was saved ({key} {lod:g})")
    return round(lod)


def squeezed(array: Array, shape: tuple[int, ...]) -> Array:
    """The same numbers in a shape that has as many, contiguous."""
    return np.ascontiguousarray(array.reshape(shape))
