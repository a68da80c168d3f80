"""Walk records: linear walks as they lie on the shelf, one safetensors file per family."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import torch
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from wend.errors import WeightsInvalid
from wend.latents.walk import Direction

# Raised when walks of the same family are found or measured differently: older files are found again.
FORMAT = "1"
FAMILY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")

Scalar = str | int | float


@dataclass(frozen=True)
class WalkRecord:
    """One linear walk and what was measured of it.

    id: '<family>/<k>', unique within the model; unit: what alpha counts; unit_length: how far alpha 1
    goes along `vector` (float32 [D], norm 1); layers: style rows [start, end); low, high: usable range
    of alpha at truncation `psi`; strength: median mean absolute pixel change at the ends, 0..1;
    settings: how it was found.
    """

    id: str
    title: str
    method: str
    space: Literal["z", "w"]
    unit: str
    layers: tuple[int, int]
    low: float
    high: float
    psi: float
    strength: float
    generator_hash: str
    vector: Tensor
    unit_length: float
    settings: Mapping[str, Scalar] = field(default_factory=dict)

    @property
    def family(self) -> str:
        return self.id.rpartition("/")[0]

    @property
    def direction(self) -> Direction:
        """The walk that moves latents."""
        return Direction(self.vector, self.unit_length, self.space, self.layers)


@dataclass(frozen=True)
class WalkFamily:
    """All walks that one method found for one generator; there may be none."""

    generator_hash: str
    records: tuple[WalkRecord, ...]


Finite = Annotated[float, Field(allow_inf_nan=False)]
Row = Annotated[int, Field(ge=0, le=64)]
Label = Annotated[str, Field(max_length=256)]


class _Described(BaseModel):
    """A walk as its file describes it. Anybody may drop a file, so every number is looked at."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}/[A-Za-z0-9._-]{1,60}$")]
    title: Label
    method: Label
    space: Literal["z", "w"]
    unit: Label
    layers: Annotated[tuple[Row, Row], Field(strict=False)]
    low: Finite
    high: Finite
    psi: Finite
    strength: Finite
    generator_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    unit_length: Finite
    settings: dict[str, str | int | Finite]


# Vectors are written in float32 with norm 1 up to rounding.
_NORM_TOLERANCE = 1e-3
_PLAIN = tuple(name for name in _Described.model_fields if name not in ("layers", "settings"))


def write_family(path: Path, family: WalkFamily) -> None:
    """Write all walks of one family, beside and then renamed: readers see the old file or the new one."""
    described: list[dict[str, object]] = []
    for record in family.records:
        plain: dict[str, object] = {name: getattr(record, name) for name in _PLAIN}
        described.append({**plain, "layers": list(record.layers), "settings": dict(record.settings)})
    vectors = torch.zeros(0, 0)
    if family.records:
        vectors = torch.stack([record.vector.detach().cpu().float() for record in family.records])
    metadata = {"format": FORMAT, "generator_hash": family.generator_hash, "walks": json.dumps(described)}
    path.parent.mkdir(parents=True, exist_ok=True)
    # The writer's id keeps two processes that find the same walks out of each other's way.
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with partial.open("wb") as file:
        file.write(save({"vectors": vectors.contiguous()}, metadata))
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def read_family(path: Path) -> WalkFamily:
    """The walks of one family. Raises: WeightsInvalid for a damaged file or one of another format."""
    name = f"{path.parent.name}/{path.name}"
    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            metadata = file.metadata() or {}
            vectors = file.get_tensor("vectors").float()
        if metadata.get("format") != FORMAT:
            raise WeightsInvalid(name, "it was written by another version")
        described: JsonValue = json.loads(metadata["walks"])
        if not isinstance(described, list) or vectors.dim() != 2:
            raise WeightsInvalid(name, "it is no list of walks with a row for each")
        if len(described) != len(vectors) or not bool(torch.isfinite(vectors).all()):
            raise WeightsInvalid(name, "its vectors do not fit its walks")
        records = tuple(_record(d, v.clone()) for d, v in zip(described, vectors, strict=True))
        if any(record.generator_hash != metadata["generator_hash"] for record in records):
            raise WeightsInvalid(name, "its walks are of several generators")
        return WalkFamily(metadata["generator_hash"], records)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise WeightsInvalid(name, f"{where}: {first['msg']}") from error
    except (SafetensorError, OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise WeightsInvalid(name, str(error)) from error


def _record(text: JsonValue, vector: Tensor) -> WalkRecord:
    """Raises: ValueError, with what is wrong."""
    described = _Described.model_validate(text)
    if described.low > described.high or described.layers[0] >= described.layers[1]:
        raise ValueError(f"{described.id} has a range that ends before it begins")
    if abs(float(vector.norm()) - 1.0) > _NORM_TOLERANCE:
        raise ValueError(f"the vector of {described.id} has not norm 1")
    return WalkRecord(**described.model_dump(), vector=vector)
