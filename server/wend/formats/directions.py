"""Direction files: what other programs store of an edit, as lines through a latent space.

The import rule: the last axis is the latent's; of a matrix the axis that is not the latent's counts
directions, and a square one is asked about, unless its program is known; an axis as long as the style rows
makes it one direction per row. Nothing is renormalised: the length of each is kept as the unit of alpha.

Source: docs/formats.md, "Direction files".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from wend.errors import FormatAxisUnknown, FormatDamaged, FormatSpaceUnknown, FormatUnknown, FormatUnsupported
from wend.formats.found import Found
from wend.formats.modules import as_float32, state_dict
from wend.formats.own_direction import read_told
from wend.formats.tensors import Array, StoredTensor, of_array

Space = Literal["z", "w"]
Axis = Literal["rows", "columns"]
MAX_DIRECTIONS = 512
_LEAST_NORM = 1e-8
_MATRIX, _CUBE = 2, 3
_SAYS: Mapping[str, Space] = {"direction.z": "z", "direction.w": "w"}
"""Names of tensors in files that this program wrote (`library/direction_file.py`)."""


@dataclass(frozen=True)
class Target:
    """The generator they are for, and what somebody answered where a file leaves it open (None: nothing)."""

    z_dim: int
    w_dim: int
    num_ws: int
    spaces: tuple[Space, ...]
    space: Space | None = None
    axis: Axis | None = None


@dataclass(frozen=True)
class Directions:
    """vectors: float32 [K, D], or [K, L, D] with one per style row, as long as the file has them.

    units: [K], what alpha 1 goes along each, in lengths of it (a standard deviation, or 1); reach: alpha
    that the program's own sliders go to, either way; layers: style rows [start, end) they are meant for;
    generator_hash: of the weights they were found on, mean: [D], that values along them count from, where the
    file says that.
    """

    layout: str
    vectors: Array
    names: tuple[str, ...]
    units: Array
    space: Space
    unit: Literal["sd", "of file"]
    reach: float
    layers: tuple[int, int]
    generator: str = ""
    notes: tuple[str, ...] = ()
    generator_hash: str = ""
    mean: Array | None = None


def read_directions(found: Found, target: Target) -> Directions:
    """What the first program that writes such a file means by it.

    Raises: FormatSpaceUnknown or FormatAxisUnknown where that must be told; FormatUnknown, FormatUnsupported,
    FormatDamaged.
    """
    for reader in (_ganspace, _edit, _components, _factor, _named_columns, _many, _bare):
        directions = reader(found, target)
        if directions is not None:
            return _checked(found.name, directions, target)
    raise FormatUnknown(found.name, "it holds no directions that are known here")


def _ganspace(found: Found, target: Target) -> Directions | None:
    """GANSpace's cache: latent components (N, 1, D) with their standard deviations."""
    tensors = state_dict(found.name, found.value)
    if not {"lat_comp", "lat_stdev", "lat_mean"} <= tensors.keys():
        return None
    components, sds = _numbers(found, tensors["lat_comp"]), _numbers(found, tensors["lat_stdev"]).reshape(-1)
    mean = _numbers(found, tensors["lat_mean"])
    # Components of z have a variance of 1 around 0 all ways; those of w have not.
    is_z = bool(np.all(np.abs(sds - 1.0) < 0.25) and np.abs(mean).max(initial=0.0) < 0.25)
    vectors = components.reshape(len(components), -1)
    names = tuple(f"Component {index + 1}" for index in range(len(vectors)))
    space: Space = "z" if is_z else "w"
    note = f"{space} was told from their means and deviations"
    layers = (0, target.num_ws)
    return Directions(
        "GANSpace components", vectors, names, sds, target.space or space, "sd", 3.0, layers, notes=(note,)
    )


def _edit(found: Found, target: Target) -> Directions | None:
    """One named edit of GANSpace: a component, its rows and its range."""
    value = found.value
    if not isinstance(value, Mapping) or not {"lat_comp", "latent_space", "edit_start"} <= value.keys():
        return None
    tensors = state_dict(found.name, value)
    vector = _numbers(found, tensors["lat_comp"]).reshape(1, -1)
    sd = (
        float(_numbers(found, tensors["lat_stdev"]).reshape(-1)[0])
        if "lat_stdev" in tensors
        else _plain(value.get("lat_stdev"), 1.0)
    )
    start, end = _plain(value["edit_start"], 0.0), _plain(value.get("edit_end"), float(target.num_ws))
    space: Space = "z" if str(value["latent_space"]).upper() == "Z" else "w"
    layers = (max(0, int(start)), min(target.num_ws, int(end)))
    reach = abs(_plain(value.get("sigma_range"), 3.0)) or 3.0
    named = str(value.get("name", "Edit"))[:120]
    return Directions(
        "GANSpace edit", vector, (named,), np.array([sd]), space, "sd", reach, layers,
        generator=f"{value.get('model_name', '')} {value.get('output_class', '')}".strip()[:200],
    )  # fmt: skip


def _components(found: Found, target: Target) -> Directions | None:
    """e4e's principal components: mean, comp (80, 1, D), std."""
    tensors = state_dict(found.name, found.value)
    if tensors.keys() != {"mean", "comp", "std"}:
        return None
    components, sds = _numbers(found, tensors["comp"]), _numbers(found, tensors["std"]).reshape(-1)
    vectors = components.reshape(len(components), -1)
    names = tuple(f"Component {index + 1}" for index in range(len(vectors)))
    note = "their program sets a coordinate; a slider adds to it"
    rows, mean = (0, target.num_ws), _numbers(found, tensors["mean"]).reshape(-1)
    return Directions("e4e components", vectors, names, sds, "w", "sd", 3.0, rows, notes=(note,), mean=mean)


def _factor(found: Found, target: Target) -> Directions | None:
    """SeFa's factor.pt: eigenvectors in columns."""
    tensors = state_dict(found.name, found.value)
    if tensors.keys() != {"eigvec"}:
        return None
    vectors = np.ascontiguousarray(_numbers(found, tensors["eigvec"]).T)
    names = tuple(f"Factor {index + 1}" for index in range(len(vectors)))
    value = found.value
    ckpt = str(value.get("ckpt", "")) if isinstance(value, Mapping) else ""
    return _plainly("SeFa factors", vectors, names, "w", target, 5.0, generator=ckpt.rpartition("/")[2][:200])


def _named_columns(found: Found, target: Target) -> Directions | None:
    """TL-GAN's {direction (D, K), name[K]}: columns in z."""
    value = found.value
    if not isinstance(value, Mapping) or not {"direction", "name"} <= value.keys():
        return None
    tensors = state_dict(found.name, value)
    if "direction" not in tensors:
        return None
    vectors = np.ascontiguousarray(_numbers(found, tensors["direction"]).T)
    named = _words(value["name"])
    names = tuple(named[: len(vectors)]) + tuple(
        f"Direction {k + 1}" for k in range(len(named), len(vectors))
    )
    return _plainly("TL-GAN directions", vectors, names, "z", target, 3.0)


def _many(found: Found, target: Target) -> Directions | None:
    """A dict of single directions by name, as anycost writes."""
    tensors = state_dict(found.name, found.value)
    width = target.w_dim
    if tensors.keys() <= _SAYS.keys():
        return None
    if any(t.numel != width or t.shape[-1:] != (width,) for t in tensors.values()):
        return None
    vectors = np.stack([_numbers(found, t).reshape(-1) for t in tensors.values()])
    space = _told_space(found.name, target, width)
    return _plainly("named directions", vectors, tuple(key[:120] for key in tensors), space, target, 3.0)


def _bare(found: Found, target: Target) -> Directions | None:
    """One array: a direction, several, or one per style row (InterFaceGAN, e4e, PTI, Autolume, EPS)."""
    value = of_array(found.name, found.value) if isinstance(found.value, np.ndarray) else found.value
    said: Space | None = None
    if isinstance(value, Mapping):
        arrays = state_dict(found.name, value)
        said = _SAYS.get(next(iter(arrays), ""))
        value = next(iter(arrays.values())) if len(arrays) == 1 else None
    if not isinstance(value, StoredTensor):
        return None
    array = _numbers(found, value)
    vectors = _as_vectors(found.name, array, target)
    if len(vectors) > MAX_DIRECTIONS:
        # Such as StyleCLIP's fs3.npy: a row for each channel of its styles, in the space of CLIP.
        why = f"its {len(vectors)} rows are a table, such as StyleCLIP's style channels, and no directions"
        raise FormatUnsupported(found.name, why)
    space: Space = (
        "w" if vectors.ndim == _CUBE else said or _told_space(found.name, target, vectors.shape[-1])
    )
    base = found.name.rpartition(".")[0][:100] or found.name[:100]
    names = (base,) if len(vectors) == 1 else tuple(f"{base} {k + 1}" for k in range(len(vectors)))
    plain = _plainly("directions", vectors, names, space, target, 3.0)
    if said is None:
        return plain
    told = read_told(found.about)
    return replace(
        plain,
        names=(told.title,) if told.title and len(names) == 1 else names,
        reach=told.reach or plain.reach,
        generator_hash=told.generator_hash,
    )


def _as_vectors(name: str, array: Array, target: Target) -> Array:
    """[K, D] or [K, L, D]. Raises: FormatAxisUnknown, FormatUnsupported."""
    widths = {target.z_dim, target.w_dim}
    squeezed = array
    while squeezed.ndim > _CUBE and squeezed.shape[0] == 1:
        squeezed = squeezed[0]
    if squeezed.ndim == _CUBE and squeezed.shape[1] == 1:
        squeezed = squeezed[:, 0]
    if squeezed.ndim == 1 and squeezed.shape[0] in widths:
        return squeezed[None]
    if squeezed.ndim == _CUBE and squeezed.shape[1:] == (target.num_ws, target.w_dim):
        return squeezed
    if squeezed.ndim != _MATRIX or not widths & set(squeezed.shape):
        fitting = " or ".join(str(width) for width in sorted(widths))
        raise FormatUnsupported(name, f"its shape {array.shape} fits no latent of {fitting} numbers")
    rows, columns = squeezed.shape
    if rows == columns and array.ndim == _MATRIX:
        if target.axis is None:
            raise FormatAxisUnknown(
                name, f"its shape {array.shape} is square: directions may be rows or columns"
            )
        return squeezed if target.axis == "rows" else np.ascontiguousarray(squeezed.T)
    if columns in widths:
        if rows == target.num_ws and rows > 1 and columns == target.w_dim and "w" in target.spaces:
            return squeezed[None]
        return squeezed
    return np.ascontiguousarray(squeezed.T)


def _told_space(name: str, target: Target, width: int) -> Space:
    """The space of directions that do not say it. Raises: FormatSpaceUnknown."""
    possible: list[Space] = [
        s for s in target.spaces if width == (target.z_dim if s == "z" else target.w_dim)
    ]
    if target.space is not None:
        return target.space
    if len(possible) == 1:
        return possible[0]
    words = name.lower().rpartition(".")[0].split("_")
    if "boundary" in words and {"stylegan", "pggan"} & set(words):
        return "w" if "w" in words else "z"  # InterFaceGAN's own rule, in the file's name and nowhere else
    raise FormatSpaceUnknown(name, "it does not say whether it moves z or w")


def _plainly(
    layout: str,
    vectors: Array,
    names: tuple[str, ...],
    space: Space,
    target: Target,
    reach: float,
    generator: str = "",
) -> Directions:
    units = np.sqrt(np.square(vectors.astype(np.float64)).sum(axis=tuple(range(1, vectors.ndim))))
    # alpha 1 adds the direction as the file has it.
    return Directions(
        layout, vectors, names, units, target.space or space, "of file", reach, (0, target.num_ws), generator
    )


def _checked(name: str, found: Directions, target: Target) -> Directions:
    width = target.z_dim if found.space == "z" else target.w_dim
    if found.space not in target.spaces:
        raise FormatUnsupported(name, f"it moves {found.space}, which this generator has not")
    if found.vectors.shape[-1] != width:
        raise FormatUnsupported(name, f"it moves a latent of {found.vectors.shape[-1]} numbers, not {width}")
    counts = {len(found.vectors), len(found.names), len(found.units)}
    if len(counts) > 1 or 0 in counts:
        raise FormatDamaged(name, "its names or deviations do not fit its directions")
    if found.mean is not None and found.mean.shape != (width,):
        raise FormatDamaged(name, "its mean does not fit its directions")
    if found.layers[0] >= found.layers[1]:
        raise FormatUnsupported(name, f"it moves the rows {found.layers}, which this generator has not")
    norms = np.sqrt(np.square(found.vectors.astype(np.float64)).sum(axis=tuple(range(1, found.vectors.ndim))))
    if float(norms.min()) < _LEAST_NORM:
        raise FormatDamaged(name, "one of its directions has no length")
    return found


def _numbers(found: Found, tensor: StoredTensor) -> Array:
    return as_float32(found.name, "a direction", tensor)


def _plain(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) else otherwise


def _words(value: object) -> list[str]:
    found = value.tolist() if isinstance(value, np.ndarray) else value
    return [str(one)[:120] for one in found] if isinstance(found, list | tuple) else []
