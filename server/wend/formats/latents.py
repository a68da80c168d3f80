"""Latent files: points in a latent space that other programs stored, projected photos above all.

Source: docs/formats.md, "Latents to reopen".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from wend.errors import FormatSpaceUnknown, FormatTooLarge, FormatUnknown, FormatUnsupported
from wend.formats.directions import Target
from wend.formats.found import Found
from wend.formats.modules import as_float32
from wend.formats.tensors import Array, StoredTensor, of_array

MAX_LATENTS = 1000
_MATRIX, _CUBE = 2, 3
_NAMES = ("w", "ws", "latent", "latents", "z", "arr_0", "w_plus")
_Z_NAME = "z"


@dataclass(frozen=True)
class Latents:
    """values: float32 [N, D], or [N, L, D] with a w for every style row; names: of each, for people."""

    layout: str
    values: Array
    names: tuple[str, ...]
    space: Literal["z", "w", "w+"]


def read_latents(found: Found, target: Target) -> Latents:
    """What a file holds for a generator.

    Raises: FormatSpaceUnknown where it must be told whether they lie in z or in w; FormatUnknown,
    FormatUnsupported, FormatTooLarge.
    """
    base = found.name.rpartition(".")[0][:100] or found.name[:100]
    named = _many(found)
    if named is not None:
        values = np.concatenate([_shaped(found, array, target) for array in named.values()])
        return _placed("rosinality projections", found, values, tuple(named), target, "")
    array, key = _one(found)
    values = _shaped(found, array, target)
    names = tuple(f"{base} {k + 1}" for k in range(len(values))) if len(values) > 1 else (base,)
    layout = "projected w (NVIDIA)" if key == "w" else "latents"
    return _placed(layout, found, values, names, target, key)


def _many(found: Found) -> dict[str, Array] | None:
    """rosinality's {file: {img, latent, noise}}."""
    if not isinstance(found.value, Mapping) or not found.value:
        return None
    latents: dict[str, Array] = {}
    for name, one in found.value.items():
        latent = one.get("latent") if isinstance(one, Mapping) else None
        if not isinstance(latent, StoredTensor):
            return None
        latents[str(name).rpartition("/")[2][:100]] = as_float32(found.name, "a latent", latent)
    return latents


def _one(found: Found) -> tuple[Array, str]:
    """The one array of a file, and the name it has there. Raises: FormatUnknown."""
    value, key = found.value, ""
    if isinstance(value, Mapping):
        tensors = {
            str(name): one for name, one in value.items() if isinstance(one, StoredTensor | np.ndarray)
        }
        key = next((name for name in _NAMES if name in tensors), next(iter(tensors), ""))
        if not key or (key not in _NAMES and len(tensors) > 1):
            raise FormatUnknown(found.name, "it holds no latent that is known here")
        value = tensors[key]
    if isinstance(value, np.ndarray):
        value = of_array(found.name, value)
    if not isinstance(value, StoredTensor):
        raise FormatUnknown(found.name, "it holds no latent that is known here")
    return as_float32(found.name, "a latent", value), key


def _shaped(found: Found, array: Array, target: Target) -> Array:
    """[N, D] or [N, L, D]. Raises: FormatUnsupported, FormatTooLarge."""
    while array.ndim > _CUBE and 1 in array.shape[:2]:
        array = array[:, 0] if array.shape[1] == 1 else array[0]
    if array.shape[-2:] == (target.num_ws, target.w_dim) and target.num_ws > 1:
        array = array.reshape(-1, target.num_ws, target.w_dim)
    elif array.ndim == _CUBE and array.shape[1] == 1:
        array = array[:, 0]
    elif array.ndim == 1:
        array = array[None]
    fits = array.ndim == _CUBE or (array.ndim == _MATRIX and array.shape[-1] in {target.z_dim, target.w_dim})
    if not fits or array.shape[1:-1] not in ((), (target.num_ws,)) or len(array) == 0:
        raise FormatUnsupported(
            found.name,
            f"its shape {array.shape} is no latent of {target.num_ws} rows of {target.w_dim} numbers, nor of "
            f"{target.z_dim}",
        )
    if len(array) > MAX_LATENTS:
        raise FormatTooLarge(found.name, f"it holds {len(array)} latents, and {MAX_LATENTS} are taken")
    return array


def _placed(
    layout: str, found: Found, values: Array, names: tuple[str, ...], target: Target, key: str
) -> Latents:
    if "w" not in target.spaces and values.ndim == _MATRIX:
        return Latents(layout, values, names, "z")
    if values.ndim == _CUBE:
        # One w for all rows is a w, which everything that moves w knows.
        if bool((values == values[:, :1]).all()):
            return Latents(layout, np.ascontiguousarray(values[:, 0]), names, "w")
        return Latents(layout, values, names, "w+")
    widths = {"z": target.z_dim, "w": target.w_dim}
    possible = [space for space in ("z", "w") if values.shape[-1] == widths[space]]
    told = target.space or (possible[0] if len(possible) == 1 else None)
    if told is None and key:
        told = "z" if key == _Z_NAME else "w"
    if told is None:
        raise FormatSpaceUnknown(found.name, "it does not say whether its latents lie in z or in w")
    return Latents(layout, values, names, "z" if told == "z" else "w")
