"""Parts: what layouts of small and bare files ask of their tensors, and how they refuse."""

from collections.abc import Mapping

import numpy as np

from wend.errors import FormatDamaged, FormatUnsupported
from wend.formats.found import Found
from wend.formats.layouts.stylegan2_shapes import Shapes, difference
from wend.formats.modules import state_dict
from wend.formats.tensors import Array, StoredTensor

StoredTensors = dict[str, StoredTensor]

WRAPPERS = (
    "g_ema", "G_ema", "generator_smooth", "avgG", "state_dict", "model_state_dict", "generator", "netG", "G",
    "model",
)  # fmt: skip
"""Under which names a generator's state dict may lie, in this order."""
_COUNTER = "num_batches_tracked"
NORM = ("weight", "bias", "running_mean", "running_var")
"""What batch normalisation with standing statistics stores."""


def bare(found: Found) -> StoredTensors:
    """The generator's state dict, one level unwrapped, without counters nobody reads."""
    value = found.value
    if isinstance(value, Mapping):
        for wrapper in WRAPPERS:
            if isinstance(value.get(wrapper), Mapping):
                value = value[wrapper]
                break
    return uncounted(state_dict(found.name, value))


def uncounted(tensors: Mapping[str, StoredTensor]) -> StoredTensors:
    """Without the counters of batches, which only training reads."""
    return {key: t for key, t in tensors.items() if key.rpartition(".")[2] != _COUNTER}


def within(tensors: Mapping[str, StoredTensor], prefix: str) -> StoredTensors:
    """What lies under a prefix, without it."""
    return {key.removeprefix(prefix): t for key, t in tensors.items() if key.startswith(prefix)}


def prefixed(tensors: Mapping[str, StoredTensor], prefix: str) -> StoredTensors:
    """The same tensors, each name with a prefix."""
    return {f"{prefix}{key}": t for key, t in tensors.items()}


def dense(name: str, before: int, after: int) -> Shapes:
    """Shapes of a layer of `before` numbers to `after` with a bias."""
    return {f"{name}.weight": (after, before), f"{name}.bias": (after,)}


def norm(name: str, channels: int) -> Shapes:
    """Shapes of a batch normalisation."""
    return {f"{name}.{part}": (channels,) for part in NORM}


def pair(name: str, tensors: Mapping[str, StoredTensor], key: str) -> tuple[int, int]:
    """The first two sizes of a tensor. Raises: FormatDamaged."""
    shape = tensors[key].shape if key in tensors else ()
    if len(shape) < 2 or not all(0 < size <= 2**20 for size in shape[:2]):
        raise FormatDamaged(name, f"{key} has shape {shape}" if key in tensors else f"{key} is missing")
    return shape[0], shape[1]


def demand(name: str, what: str, tensors: Mapping[str, StoredTensor], wanted: Shapes) -> None:
    """Raises: FormatUnsupported with the first name or shape that differs from the published network's."""
    if why := difference(tensors, wanted):
        raise FormatUnsupported(name, f"its {what} is another one than the published: {why}")


def scaled(array: Array, factor: float) -> Array:
    """float32 times a number, rounded once."""
    if factor == 1.0:
        return array
    product: Array = (array.astype(np.float64) * factor).astype(np.float32)
    return product
