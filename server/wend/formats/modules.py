"""Modules: state dicts and whole modules, taken out of what a checkpoint holds."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wend.errors import FormatDamaged, FormatTooLarge, FormatUnsafe
from wend.formats.inert import Record
from wend.formats.limits import Limits
from wend.formats.tensors import Array, StoredTensor, of_array

_PARALLEL = "module."
_MAX_DEPTH = 32


@dataclass(frozen=True)
class Module:
    """A network as a checkpoint holds it.

    tensors: by their full name; attributes: plain values by the full name of their module
    ('synthesis.b4.conv1' -> {'conv_clamp': 256}); {} where only a state dict was saved.
    """

    tensors: dict[str, StoredTensor]
    attributes: dict[str, dict[str, object]]


def state_dict(name: str, value: object) -> dict[str, StoredTensor]:
    """The tensors of a mapping, `module.` of DataParallel taken off; {} for anything else."""
    if not isinstance(value, Mapping):
        return {}
    found: dict[str, StoredTensor] = {}
    for key, one in value.items():
        tensor = of_array(name, one) if _is_numbers(one) else one
        if isinstance(key, str) and isinstance(tensor, StoredTensor):
            found[key.removeprefix(_PARALLEL)] = tensor
    return found


def _is_numbers(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "fiub"


def of_record(name: str, record: Record, limits: Limits) -> Module:
    """A persistent object and all modules within it, as `state_dict()` would name them.

    Raises: FormatUnsafe for a module of a class that only a discriminator may bring; FormatDamaged,
    FormatTooLarge.
    """
    tensors: dict[str, StoredTensor] = {}
    attributes: dict[str, dict[str, object]] = {}
    waiting: list[tuple[str, object, int]] = [("", record, 0)]
    count = 0
    while waiting:
        prefix, one, depth = waiting.pop()
        count += 1
        if depth > _MAX_DEPTH or count > limits.tensors:
            raise FormatTooLarge(name, "its modules nest too deeply, or there are too many")
        if one is None:
            continue
        if not isinstance(one, Record) or not isinstance(one.state, Mapping):
            raise FormatDamaged(name, f"its module {prefix.rstrip('.') or 'G'} is no module")
        if not one.is_persistent:
            raise FormatUnsafe(name, f"its module {prefix.rstrip('.') or 'G'} is a {one.name}")
        for group in ("_parameters", "_buffers"):
            tensors |= {prefix + key: t for key, t in state_dict(name, one.state.get(group)).items()}
        attributes[prefix.rstrip(".")] = {
            str(key): value
            for key, value in one.state.items()
            if not str(key).startswith("_") or key in _KEPT
        }
        inner = one.state.get("_modules")
        if isinstance(inner, Mapping):
            waiting += [(f"{prefix}{key}.", module, depth + 1) for key, module in inner.items()]
    return Module(tensors, attributes)


_KEPT = ("_init_args", "_init_kwargs")


def taken(name: str, tensors: Mapping[str, StoredTensor], limits: Limits) -> dict[str, Array]:
    """Every tensor in memory as float32, all finite; what float32 cannot hold is refused too.

    Raises: FormatTooLarge, FormatDamaged, with the tensor's name.
    """
    total = 4 * sum(tensor.numel for tensor in tensors.values())
    if total > limits.tensor_bytes:
        raise FormatTooLarge(name, f"its tensors have {total} bytes in all")
    return {key: as_float32(name, key, tensor) for key, tensor in tensors.items()}


def as_float32(name: str, key: str, tensor: StoredTensor) -> Array:
    """One tensor. Raises: FormatDamaged where a value is not finite."""
    array = tensor.array()
    with np.errstate(over="ignore"):
        values: Array = array.astype(np.float32)
    if not bool(np.isfinite(values).all()):
        raise FormatDamaged(name, f"{key[:100]} holds values that are not finite")
    return values
