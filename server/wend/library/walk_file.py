"""Walk files: one safetensors file per family. Anybody may drop one, so every number is looked at."""

import json
import math
from pathlib import Path
from typing import Annotated, Literal

import torch
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save
from torch import Tensor

from wend.errors import WeightsInvalid
from wend.latents.chain import ChainWalk
from wend.latents.steps import StepWeights
from wend.library.beside import write_beside
from wend.library.factor_record import DescribedFactor, Factor
from wend.library.walk_record import MAX_ALPHA, Scalar, WalkFamily, WalkRecord

FORMAT = "2"
"""Raised when a file means something else than before. Files of format 1 are still read: they hold
directions alone, in one tensor [K, D], and none of the fields that have defaults here."""
MAX_BYTES = 64 * 2**20
"""Two step networks for a latent of 1024 numbers are 34 MB."""
MAX_WALKS = 512
MAX_FRAMES = 1000
"""As far as an edit's alpha may go."""
_MAX_UNIT_LENGTH = 1e6
_MIN_STEP = 1e-4
# Vectors are written in float32 with norm 1 up to rounding.
_NORM_TOLERANCE = 1e-3

Finite = Annotated[float, Field(allow_inf_nan=False)]
Alpha = Annotated[float, Field(ge=-MAX_ALPHA, le=MAX_ALPHA)]
Row = Annotated[int, Field(ge=0, le=64)]
Label = Annotated[str, Field(max_length=256)]
Ends = Annotated[tuple[Alpha, Alpha], Field(strict=False)]


class _Steps(BaseModel):
    """What a step walk has besides its networks."""

    model_config = ConfigDict(extra="forbid", strict=True)

    size: Alpha
    rows: Annotated[tuple[Row, Row], Field(strict=False)]
    pull: Annotated[float, Field(ge=-2.0, le=2.0)]
    is_rounded: bool


class _Chain(BaseModel):
    """What a chain has besides its displacements."""

    model_config = ConfigDict(extra="forbid", strict=True)

    frames: Annotated[int, Field(ge=1, le=MAX_FRAMES)]


class _Described(BaseModel):
    """A walk as its file describes it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}/[A-Za-z0-9._-]{1,60}$")]
    title: Label
    method: Label
    space: Literal["z", "w"]
    unit: Label
    layers: Annotated[tuple[Row, Row], Field(strict=False)]
    low: Alpha
    high: Alpha
    psi: Finite
    strength: Finite
    generator_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    unit_length: Annotated[float, Field(ge=-_MAX_UNIT_LENGTH, le=_MAX_UNIT_LENGTH)]
    settings: dict[str, str | bool | int | Finite]
    trained: Ends | None = None
    reachable: Ends | None = None
    saturated: Ends | None = None
    class_index: Annotated[int, Field(ge=0, le=100_000)] | None = None
    steps: _Steps | None = None
    chain: _Chain | None = None
    factor: DescribedFactor | None = None


_ENDS = ("trained", "reachable", "saturated")
_PARTS = ("settings", "steps", "chain", "factor")
_PLAIN = tuple(name for name in _Described.model_fields if name not in _PARTS)


def write_family(path: Path, family: WalkFamily) -> None:
    """Write all walks of one family: readers see the old file or the new one.

    Raises: WeightsInvalid for walks that could not be read again, such as one that is nowhere finite;
    DiskFull.
    """
    data = pack_family(family)
    unpack_family(data, path.name)
    write_beside(path, data)


def pack_family(family: WalkFamily) -> bytes:
    """The file of a family. How people want walks listed is theirs, and is not written."""
    described = [_describe(record) for record in family.records]
    tensors = {
        f"{index}.{name}": tensor
        for index, record in enumerate(family.records)
        for name, tensor in record.tensors().items()
    }
    metadata = {"format": FORMAT, "generator_hash": family.generator_hash, "walks": json.dumps(described)}
    return save(tensors, metadata)


def _describe(record: WalkRecord) -> dict[str, object]:
    plain: dict[str, object] = {name: getattr(record, name) for name in _PLAIN}
    plain |= {"low": _within(record.low), "high": _within(record.high)}
    for name in _ENDS:
        ends = getattr(record, name)
        plain[name] = None if ends is None else [_within(end) for end in ends]
    steps = None
    if (own := record.steps) is not None:
        steps = _Steps(size=own.size, rows=own.rows, pull=own.pull, is_rounded=record.is_rounded).model_dump()
    settings = {name: _plain(value) for name, value in record.settings.items()}
    described: dict[str, object] = {**plain, "settings": settings, "steps": steps}
    # Only where there is one: files without chains and factors are read by versions that know of none.
    if record.chain is not None:
        described["chain"] = {"frames": record.chain.frames}
    if record.factor is not None:
        described["factor"] = DescribedFactor.of(record.factor).model_dump()
    return described


def _within(alpha: float) -> float:
    """As far as an edit may go; what is no number is left for the reader to refuse."""
    return max(-MAX_ALPHA, min(MAX_ALPHA, alpha)) if math.isfinite(alpha) else alpha


def _plain(value: Scalar) -> Scalar:
    """A loss that was not finite is told in words: the file has no number for it."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def read_family(path: Path) -> WalkFamily:
    """The walks of one family. Raises: WeightsInvalid for a damaged file or one of another format.

    The file is read in one go: safetensors' own reader opens a path twice, header first and values later,
    and meets another file the second time where the family is saved anew in between.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise WeightsInvalid(name, str(error)) from error
    return unpack_family(data, name)


def is_family(data: bytes) -> bool:
    """Whether a file's bytes claim to be walks as they are written here, whole or not."""
    head = data[: 8 + int.from_bytes(data[:8], "little")]
    return b'"__metadata__"' in head and b'"generator_hash"' in head and b'"walks"' in head


def unpack_family(data: bytes, name: str) -> WalkFamily:
    """The walks of a file's bytes, called `name` in what is said of them. Raises: WeightsInvalid."""
    try:
        if len(data) > MAX_BYTES:
            raise WeightsInvalid(name, f"it is larger than {MAX_BYTES} bytes")
        tensors = load_tensors(data)
        # The library reads metadata of files alone: the header is a length (8 bytes, little-endian) and JSON.
        header: JsonValue = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        metadata = header.get("__metadata__") if isinstance(header, dict) else None
        if not isinstance(metadata, dict):
            raise WeightsInvalid(name, "it is no file of walks")
    except (SafetensorError, ValueError, RecursionError) as error:
        raise WeightsInvalid(name, str(error)) from error
    return _family(name, {key: str(value) for key, value in metadata.items()}, tensors)


def _family(name: str, metadata: dict[str, str], tensors: dict[str, Tensor]) -> WalkFamily:
    try:
        version = metadata.get("format")
        if version not in ("1", FORMAT):
            raise WeightsInvalid(name, "it is no file of walks, or was written by another version")
        described: JsonValue = json.loads(metadata["walks"])
        if not isinstance(described, list) or len(described) > MAX_WALKS:
            raise WeightsInvalid(name, f"it is no list of at most {MAX_WALKS} walks")
        if not all(t.is_floating_point() and bool(torch.isfinite(t).all()) for t in tensors.values()):
            raise WeightsInvalid(name, "it holds values that are not finite numbers")
        own = _split(tensors, len(described), is_one=version == "1")
        records = tuple(_record(text, tensors) for text, tensors in zip(described, own, strict=True))
        if any(record.generator_hash != metadata["generator_hash"] for record in records):
            raise WeightsInvalid(name, "its walks are of several generators")
        if len({record.id for record in records}) < len(records):
            raise WeightsInvalid(name, "two of its walks have one id")
        return WalkFamily(metadata["generator_hash"], records)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise WeightsInvalid(name, f"{where}: {first['msg']}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WeightsInvalid(name, str(error)) from error


def _split(tensors: dict[str, Tensor], count: int, is_one: bool) -> list[dict[str, Tensor]]:
    """The tensors of each walk by name, float32. Raises: ValueError, with what is wrong."""
    if is_one:
        vectors = tensors["vectors"].float()
        if vectors.dim() != 2 or (count and len(vectors) != count):
            raise ValueError("its vectors do not fit its walks")
        return [{"vector": vector.clone()} for vector in vectors[:count]]
    own: list[dict[str, Tensor]] = [{} for _ in range(count)]
    for key, tensor in tensors.items():
        index, _, name = key.partition(".")
        if not index.isdecimal() or int(index) >= count:
            raise ValueError(f"its tensor {key[:40]} is of no walk")
        own[int(index)][name] = tensor.float()
    return own


def _record(text: JsonValue, tensors: dict[str, Tensor]) -> WalkRecord:
    """Raises: ValueError, with what is wrong."""
    described = _Described.model_validate(text)
    zones = [ends for name in _ENDS if (ends := getattr(described, name)) is not None]
    if any(low > high for low, high in ((described.low, described.high), *zones)):
        raise ValueError(f"{described.id} has a range that ends before it begins")
    if described.layers[0] >= described.layers[1]:
        raise ValueError(f"{described.id} has layers that end before they begin")
    fields = described.model_dump(exclude={"steps", "chain", "factor"})
    if described.chain is not None:
        chain = _chain(described, described.chain, tensors)
        return WalkRecord(**fields, vector=torch.zeros(0), chain=chain)
    if described.factor is not None:
        factor = _factor(described, described.factor, tensors)
        return WalkRecord(**fields, vector=torch.zeros(0), factor=factor)
    if described.steps is not None:
        own = described.steps
        weights = _steps(described, own, tensors)
        return WalkRecord(**fields, vector=torch.zeros(0), steps=weights, is_rounded=own.is_rounded)
    if tensors.keys() != {"vector"}:
        raise ValueError(f"{described.id} is not one vector")
    vector = tensors["vector"]
    if vector.dim() not in (1, 2) or (vector.dim() == 2 and described.space == "z"):
        raise ValueError(f"the vector of {described.id} has shape {tuple(vector.shape)}")
    if abs(float(vector.norm()) - 1.0) > _NORM_TOLERANCE:
        raise ValueError(f"the vector of {described.id} has not norm 1")
    return WalkRecord(**fields, vector=vector)


def _chain(described: _Described, own: _Chain, tensors: dict[str, Tensor]) -> ChainWalk:
    """Raises: ValueError, with what is wrong."""
    if tensors.keys() != {"displacements"} or described.space == "z" or described.steps is not None:
        raise ValueError(f"{described.id} is not one chain in w")
    displacements = tensors["displacements"]
    if displacements.dim() != 3 or len(displacements) != own.frames:
        raise ValueError(f"the chain of {described.id} has shape {tuple(displacements.shape)}")
    return ChainWalk(displacements, described.layers)


def _factor(described: _Described, own: DescribedFactor, tensors: dict[str, Tensor]) -> Factor:
    """Raises: ValueError, with what is wrong."""
    if described.steps is not None:
        raise ValueError(f"{described.id} is not one factor")
    return own.read(tensors, described.space, described.layers)


def _steps(described: _Described, own: _Steps, tensors: dict[str, Tensor]) -> StepWeights:
    """Raises: ValueError, KeyError, with what is wrong."""
    if abs(own.size) < _MIN_STEP or own.rows[0] >= own.rows[1]:
        raise ValueError(f"{described.id} has steps of no size, or of no rows")
    weights = StepWeights.of_tensors(tensors, own.size, own.rows, own.pull)
    if weights.tensors().keys() != tensors.keys():
        raise ValueError(f"{described.id} has tensors that are no part of a step")
    return weights
